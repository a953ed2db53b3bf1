/** Collects what a trainer has to say and sends it in batches, so that talking costs a run nothing. */
import type { Alert, ConfusionMatrix, TextSample } from '../../shared/experiment.ts'
import type { Report, RunProgress } from './messages.ts'

/** At most this many milliseconds of a run are lost when it is killed. */
const intervalMs = 250

export interface Reporter {
  point(metric: string, step: number, value: number): void
  alert(alert: Alert): void
  confusion(matrix: ConfusionMatrix): void
  sample(sample: TextSample): void
  progress(changes: RunProgress): void
  /** Sends at once that the run continues from `step`: what was recorded after it is to be forgotten. */
  rewind(step: number): void
  /** Sends now what is due; `force` sends whatever there is. */
  flush(force?: boolean): void
}

export function createReporter(send: (report: Report) => void): Reporter {
  let points: Report['points'] = []
  let alerts: Alert[] = []
  let confusions: ConfusionMatrix[] = []
  let samples: TextSample[] = []
  let pending: RunProgress = {}
  let lastSent = -Infinity
  return {
    point(metric, step, value) {
      points.push({ metric, step, value })
    },
    alert(alert) {
      alerts.push(alert)
    },
    confusion(matrix) {
      confusions.push(matrix)
    },
    sample(sample) {
      samples.push(sample)
    },
    progress(changes) {
      pending = { ...pending, ...changes }
    },
    rewind(step) {
      send({ points: [], alerts: [], confusions: [], samples: [], progress: {}, rewindTo: step })
    },
    flush(force = false) {
      const now = performance.now()
      if (!force && now - lastSent < intervalMs) return
      const isSilent = [points, alerts, confusions, samples, Object.keys(pending)].every(
        ({ length }) => length === 0,
      )
      if (isSilent) return
      send({ points, alerts, confusions, samples, progress: pending })
      points = []
      alerts = []
      confusions = []
      samples = []
      pending = {}
      lastSent = now
    },
  }
}
