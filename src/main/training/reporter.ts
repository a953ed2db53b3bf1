/** Collects what a trainer has to say and sends it in batches, so that talking costs a run nothing. */
import type { MetricPoint, RunProgress } from './messages.ts'

/** At most this many milliseconds of a run are lost when it is killed. */
const intervalMs = 250

export interface Reporter {
  point(metric: string, step: number, value: number): void
  progress(changes: RunProgress): void
  /** Sends now what is due; `force` sends whatever there is. */
  flush(force?: boolean): void
}

export function createReporter(send: (points: MetricPoint[], progress: RunProgress) => void): Reporter {
  let points: MetricPoint[] = []
  let pending: RunProgress = {}
  let lastSent = -Infinity
  return {
    point(metric, step, value) {
      points.push({ metric, step, value })
    },
    progress(changes) {
      pending = { ...pending, ...changes }
    },
    flush(force = false) {
      const now = performance.now()
      if (!force && now - lastSent < intervalMs) return
      if (points.length === 0 && Object.keys(pending).length === 0) return
      send(points, pending)
      points = []
      pending = {}
      lastSent = now
    },
  }
}
