/** Collects what a trainer has to say and sends it in batches, so that talking costs a run nothing. */
import { timeMetric, type Alert, type ConfusionMatrix, type TextSample } from '../../shared/experiment.ts'
import type { Measurement } from '../../shared/statistics.ts'
import type { Report, RunProgress } from './messages.ts'
import type { PackedProbe } from './packedProbe.ts'

/** At most this many milliseconds of a run are lost when it is killed. */
const intervalMs = 250

export interface Reporter {
  point(metric: string, step: number, value: number): void
  alert(alert: Alert): void
  confusion(matrix: ConfusionMatrix): void
  sample(sample: TextSample): void
  measurements(measurements: readonly Measurement[]): void
  probe(probe: PackedProbe): void
  progress(changes: RunProgress): void
  /** Sends at once that the run continues from `step`: what was recorded after it is to be forgotten. */
  rewind(step: number): void
  /** Sends now what is due; `force` sends whatever there is. */
  flush(force?: boolean): void
}

type Lists = Omit<Report, 'rewindTo' | 'progress'>
const emptyLists = (): Lists => ({
  points: [],
  alerts: [],
  confusions: [],
  samples: [],
  measurements: [],
  probes: [],
})

export function createReporter(send: (report: Report) => void): Reporter {
  let lists = emptyLists()
  let pending: RunProgress = {}
  let lastSent = -Infinity
  return {
    point(metric, step, value) {
      lists.points.push({ metric, step, value })
    },
    alert(alert) {
      lists.alerts.push(alert)
    },
    confusion(matrix) {
      lists.confusions.push(matrix)
    },
    sample(sample) {
      lists.samples.push(sample)
    },
    measurements(measurements) {
      lists.measurements.push(...measurements)
    },
    probe(probe) {
      lists.probes.push(probe)
    },
    progress(changes) {
      pending = { ...pending, ...changes }
    },
    rewind(step) {
      send({ ...emptyLists(), progress: {}, rewindTo: step })
    },
    flush(force = false) {
      const now = performance.now()
      if (!force && now - lastSent < intervalMs) return
      const isSilent = [...Object.values(lists), Object.keys(pending)].every(({ length }) => length === 0)
      if (isSilent) return
      // charts show it along an axis of time; between two reports it passes evenly
      const { step, seconds } = pending
      if (step !== undefined && seconds !== undefined)
        lists.points.push({ metric: timeMetric, step, value: seconds })
      send({ ...lists, progress: pending })
      lists = emptyLists()
      pending = {}
      lastSent = now
    },
  }
}
