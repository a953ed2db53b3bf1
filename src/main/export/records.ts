/** The records of runs as an export reads them from the store: page by page. */
import type { Store } from '../store/index.ts'
import type { Records } from './subject.ts'

/** Points of one read. */
const pageSize = 10_000

export function recordsOf(store: Store): Records {
  const statistics = (run: string) => [
    ...new Set(store.measuredPlaces([run]).map(({ statistic }) => statistic)),
  ]
  return {
    metrics: (run) => store.metrics(run),
    *points(run, metric) {
      for (let after = -1; ;) {
        const page = store.pointsAfter(run, metric, after, pageSize)
        yield* page
        if (page.length < pageSize) return
        after = page.at(-1)![0]
      }
    },
    statistics,
    *measurements(run) {
      for (const statistic of statistics(run)) yield* store.measurements(run, { statistic })
    },
  }
}
