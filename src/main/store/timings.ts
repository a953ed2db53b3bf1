/** The table `timing`: how long a step of a model of some size took on a device, the latest that is known. */
import type { Database } from 'better-sqlite3'

export interface Timing {
  /** What was timed: workloadHash of training/identity.ts. */
  readonly workload: string
  readonly device: string
  readonly threads: number
  readonly stepMs: number
  /** One evaluation, with what is sampled and measured at it. */
  readonly evaluationMs: number
  /** Most memory that its process held. */
  readonly peakBytes: number
  /** A run that did it, or a few steps that were tried. */
  readonly source: 'run' | 'trial'
  readonly measuredAt: string
}

export interface TimingTable {
  /** Replaces an earlier one of the same workload, device and threads. */
  write(timing: Timing): void
  /** Of every device and number of threads, the latest first. */
  of(workload: string): Timing[]
}

export function timingTable(database: Database): TimingTable {
  const write = database.prepare<Timing>(
    `INSERT OR REPLACE INTO timing (workload, device, threads, step_ms, evaluation_ms, peak_bytes, source, measured_at)
     VALUES (:workload, :device, :threads, :stepMs, :evaluationMs, :peakBytes, :source, :measuredAt)`,
  )
  const find = database.prepare<[string], Timing>(
    `SELECT workload, device, threads, step_ms AS stepMs, evaluation_ms AS evaluationMs,
       peak_bytes AS peakBytes, source, measured_at AS measuredAt
     FROM timing WHERE workload = ? ORDER BY measured_at DESC`,
  )
  return { write: (timing) => void write.run(timing), of: (workload) => find.all(workload) }
}
