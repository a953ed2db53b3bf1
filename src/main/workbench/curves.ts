/** Curves as charts draw them: smoothed over every recorded point, then in buckets, with the time beside each. */
import type { Bucket, WorkbenchApi } from '../../shared/contract.ts'
import { timeMetric, type Run } from '../../shared/experiment.ts'
import { bucketsOf } from '../compare/buckets.ts'
import type { Store } from '../store/index.ts'

interface CurveParts {
  readonly store: Pick<Store, 'lastStep' | 'pointsAfter'>
  /** @throws WorkbenchError unknown-run */
  requireRun(id: string): Run
}

/** Points read at once: a run may have ten million. More than a curve may have buckets. */
const pageSize = 50_000

export function createCurves({ store, requireRun }: CurveParts): Pick<WorkbenchApi, 'readCurves'> {
  type Points = readonly [step: number, value: number][]
  const pageOf = (run: string, metric: string, after = -1): Points =>
    store.pointsAfter(run, metric, after, pageSize)
  function* pagesFrom(first: Points, run: string, metric: string): Generator<Points[number]> {
    for (let page = first; ; page = pageOf(run, metric, page.at(-1)![0])) {
      yield* page
      if (page.length < pageSize) return
    }
  }
  function curve(run: string, metric: string, buckets: number, smoothing: number): Bucket[] {
    const page = pageOf(run, metric)
    if (page.length === 0) return []
    const isAll = page.length < pageSize
    const extent = {
      points: isAll ? page.length : Infinity,
      first: page[0]![0],
      last: isAll ? page.at(-1)![0] : store.lastStep(run, metric)!,
    }
    return bucketsOf(isAll ? page : pagesFrom(page, run, metric), extent, { buckets, smoothing })
  }

  return {
    async readCurves({ runs, metric, buckets, smoothing = 0, time = false }) {
      runs.forEach(requireRun)
      return runs.map((run) => {
        const its = curve(run, metric, buckets, smoothing)
        return {
          run,
          metric,
          buckets: time ? timed(its, pagesFrom(pageOf(run, timeMetric), run, timeMetric)) : its,
        }
      })
    },
  }
}

/**
 * The buckets with the seconds at which their steps were reached, interpolated linearly between the recorded times.
 * Steps outside of these have none.
 */
export function timed(
  buckets: readonly Bucket[],
  times: Iterable<readonly [step: number, seconds: number]>,
): Bucket[] {
  const iterator = times[Symbol.iterator]()
  let before: readonly [number, number] | undefined
  let next = iterator.next()
  return buckets.map((bucket) => {
    while (!next.done && next.value[0] <= bucket.step) {
      before = next.value
      next = iterator.next()
    }
    if (!before) return bucket
    const [step, seconds] = before
    if (bucket.step === step) return { ...bucket, seconds }
    if (next.done) return bucket
    const share = (bucket.step - step) / (next.value[0] - step)
    return { ...bucket, seconds: seconds + share * (next.value[1] - seconds) }
  })
}
