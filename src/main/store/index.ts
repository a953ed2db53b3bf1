/**
 * The store: the one owner of what a process writes to the database. Everything is synchronous; several processes
 * (the app, a command line) may have the same file open. Tables, columns and units: docs/database.md.
 */
import type { Bucket } from '../../shared/contract.ts'
import type { Experiment, Run } from '../../shared/experiment.ts'
import { openDatabase } from './database.ts'
import { experimentTable } from './experiments.ts'
import { runTable } from './runs.ts'
import type { RunChanges, RunFilter } from './runs.ts'
import { pointTable } from './series.ts'
import type { Point } from './series.ts'

export type { Point } from './series.ts'
export type { RunChanges, RunFilter } from './runs.ts'

export interface Store {
  /** An experiment with all of its runs, in one transaction. */
  insertExperiment(experiment: Experiment, runs: readonly Run[]): void
  /** Oldest first. */
  experiments(): Experiment[]
  experiment(id: string): Experiment | undefined
  /** Oldest first. */
  runs(filter?: RunFilter): Run[]
  run(id: string): Run | undefined
  /** Writes only the values that `changes` names and returns the whole run. Throws 'unknown-run'. */
  updateRun(id: string, changes: RunChanges): Run
  /** All points or none, in one transaction. Throws 'unknown-run'. */
  appendPoints(points: readonly Point[]): void
  /** Every metric of a run, steps ascending; a value that was not finite is NaN. */
  series(run: string): Record<string, [step: number, value: number][]>
  /** A metric of a run in at most `buckets` buckets, aggregated in SQL; see series.ts. */
  curve(run: string, metric: string, buckets: number): Bucket[]
  close(): void
}

/**
 * Opens the database `file`, or a passing one for `:memory:`.
 * Throws WorkbenchError 'database-newer', 'database-damaged' or 'home-unwritable'.
 */
export function openStore(file: string): Store {
  const database = openDatabase(file)
  const experiments = experimentTable(database)
  const runs = runTable(database)
  const points = pointTable(database)
  const insertExperiment = database.transaction((experiment: Experiment, its: readonly Run[]) => {
    experiments.insert(experiment)
    for (const run of its) runs.insert(run)
  })
  return {
    insertExperiment: (experiment, its) => insertExperiment.immediate(experiment, its),
    experiments: () => experiments.all(),
    experiment: (id) => experiments.find(id),
    runs: (filter) => runs.all(filter),
    run: (id) => runs.find(id),
    updateRun: (id, changes) => runs.update(id, changes),
    appendPoints: (batch) => points.append(batch),
    series: (run) => points.series(run),
    curve: (run, metric, buckets) => points.curve(run, metric, buckets),
    close: () => void database.close(),
  }
}
