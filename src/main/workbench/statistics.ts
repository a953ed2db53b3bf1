/** What is asked of measurements and probes: which there are, their values, their comparison over seeds. */
import { statistics as catalogue } from '../../shared/catalogue/statistics.ts'
import type { WorkbenchApi } from '../../shared/contract.ts'
import type { Experiment, Run } from '../../shared/experiment.ts'
import { longestAnswerBytes, type Measured, type ProbeRecord } from '../../shared/statistics.ts'
import { compareStatistic } from '../compare/statistics.ts'
import type { MeasuredPlace, Store } from '../store/index.ts'
import { unpackProbe } from '../training/packedProbe.ts'
import type { HostTensors } from '../training/safetensors.ts'
import { refuseStatistic } from './refusals.ts'

type StatisticsApi = Pick<
  WorkbenchApi,
  'listStatistics' | 'readStatistics' | 'compareStatistic' | 'listProbes' | 'readProbe'
>

interface StatisticsParts {
  readonly store: Store
  /** @throws WorkbenchError unknown-run */
  requireRun(id: string): Run
  /** @throws WorkbenchError unknown-experiment */
  requireExperiment(id: string): Experiment
}

const ids = catalogue.map(({ id }) => id)

export function createStatistics({ store, requireRun, requireExperiment }: StatisticsParts): StatisticsApi {
  /** What runs of another version measured is read as well. */
  function requireStatistic(statistic: string, runs: readonly string[]): void {
    if (ids.includes(statistic)) return
    const recorded = store.measuredPlaces(runs).map((place) => place.statistic)
    if (!recorded.includes(statistic)) refuseStatistic(statistic, [...ids, ...new Set(recorded)])
  }

  return {
    async listStatistics({ runs }) {
      runs.forEach(requireRun)
      return { steps: store.measuredSteps(runs), statistics: byStatisticAndTap(store.measuredPlaces(runs)) }
    },
    async readStatistics({ runs, ...filter }) {
      runs.forEach(requireRun)
      if (filter.statistic !== undefined) requireStatistic(filter.statistic, runs)
      return runs.map((run) => ({ run, measurements: store.measurements(run, filter) }))
    },
    async compareStatistic({ experiment: id, statistic, tap, heads = 'mean' }) {
      const experiment = requireExperiment(id)
      const runs = store.runs({ experiment: id })
      requireStatistic(
        statistic,
        runs.map((run) => run.id),
      )
      const measured = runs.map((run) => ({
        ...run,
        measurements: store.measurements(run.id, { statistic, tap }),
      }))
      return compareStatistic(measured, experiment.attentions, heads)
    },
    listProbes: async ({ run }) => store.probes(requireRun(run).id),
    async readProbe({ run, step, names }) {
      const packed = store.probe(requireRun(run).id, step)
      if (!packed) return null
      const { tensors } = await unpackProbe(packed)
      return { step: packed.step, tensors: answerOf(tensors, names && new Set(names)) }
    },
  }
}

/** The places of each statistic at each tap; statistics that the catalogue does not have come last. */
function byStatisticAndTap(places: readonly MeasuredPlace[]): Measured['statistics'] {
  const rows = new Map<string, Measured['statistics'][number]>()
  for (const { statistic, tap, layer, head } of places) {
    const key = JSON.stringify([statistic, tap])
    const row = rows.get(key) ?? { statistic, tap, layers: [], heads: [] }
    rows.set(key, row)
    if (!row.layers.includes(layer)) row.layers.push(layer)
    if (!row.heads.includes(head)) row.heads.push(head)
  }
  const rank = (id: string) => (ids.includes(id) ? ids.indexOf(id) : ids.length)
  return [...rows.values()]
    .map((row) => ({ ...row, layers: ascending(row.layers), heads: ascending(row.heads) }))
    .sort((a, b) => rank(a.statistic) - rank(b.statistic))
}

const ascending = (indices: readonly (number | null)[]) => indices.toSorted((a, b) => (a ?? -1) - (b ?? -1))

/** Every tensor, and the numbers of those that are wanted as long as they are not too many together. */
function answerOf(tensors: HostTensors, wanted: ReadonlySet<string> | undefined): ProbeRecord['tensors'] {
  let bytes = 0
  return Object.entries(tensors).map(([name, { shape, numbers }]) => {
    const carried = (!wanted || wanted.has(name)) && bytes + numbers.byteLength <= longestAnswerBytes
    if (carried) bytes += numbers.byteLength
    const { buffer, byteOffset, byteLength } = numbers
    return {
      name,
      shape: [...shape],
      numbers: carried ? Buffer.from(buffer, byteOffset, byteLength).toString('base64') : null,
    }
  })
}
