/**
 * The store: the one owner of what a process writes to the database. Everything is synchronous; several processes
 * (the app, a command line) may have the same file open. Tables, columns and units: docs/database.md.
 */
import type { Bucket } from '../../shared/contract.ts'
import type { Reference } from '../../shared/exports.ts'
import type { Alert, ConfusionMatrix, Experiment, LogLine, Run, TextSample } from '../../shared/experiment.ts'
import type { SettingName, Settings } from '../../shared/settings.ts'
import type { Measurement, MeasurementFilter, ProbeSize } from '../../shared/statistics.ts'
import { alertTable } from './alerts.ts'
import { confusionTable } from './confusions.ts'
import type { Database } from 'better-sqlite3'
import { openDatabase } from './database.ts'
import { isDamage, statementError } from './errors.ts'
import { experimentTable, type ExperimentLabels } from './experiments.ts'
import { logTable, type LogEntry } from './log.ts'
import { measurementTable, type MeasuredPlace } from './measurements.ts'
import { probeTable, type StoredProbe } from './probes.ts'
import { runTable } from './runs.ts'
import type { RunChanges, RunFilter } from './runs.ts'
import { sampleTable, type StoredSample } from './samples.ts'
import { pointTable } from './series.ts'
import type { Point } from './series.ts'
import { settingTable } from './settings.ts'
import { statisticsBytes } from './sizes.ts'
import { referenceTable, type StoredReference } from './references.ts'
import { timingTable, type Timing } from './timings.ts'

export type { MeasuredPlace } from './measurements.ts'
export type { Point } from './series.ts'
export type { StoredProbe } from './probes.ts'
export type { StoredSample } from './samples.ts'
export type { RunChanges, RunFilter } from './runs.ts'
export type { ExperimentLabels } from './experiments.ts'
export type { Timing } from './timings.ts'

/** Every method throws WorkbenchError 'disk-full' where there is no room, and 'database-damaged'. */
export interface Store {
  /** An experiment with all of its runs, in one transaction. */
  insertExperiment(experiment: Experiment, runs: readonly Run[]): void
  /** Oldest first. */
  experiments(): Experiment[]
  experiment(id: string): Experiment | undefined
  /** Undefined where there is none. */
  labelExperiment(id: string, labels: ExperimentLabels): Experiment | undefined
  /** Hides an experiment and its runs, at a time (ISO 8601), or shows them again (null); whether there is one. */
  setExperimentDeleted(id: string, at: string | null): boolean
  /** Those that are hidden so, the latest first. */
  deletedExperiments(): { experiment: Experiment; deletedAt: string }[]
  /** Removes for good, with all that is recorded of its runs; returns their ids. */
  removeExperiment(id: string): string[]
  /** Oldest first. */
  runs(filter?: RunFilter): Run[]
  run(id: string): Run | undefined
  /** Runs in state 'queued', in the order in which they start. */
  queuedRuns(): Run[]
  /** Writes only the values that `changes` names and returns the whole run. Throws 'unknown-run'. */
  updateRun(id: string, changes: RunChanges): Run
  /** Makes a run that did not finish 'queued' again; undefined where it is in no state for that. */
  requeueRun(id: string): Run | undefined
  /** Forgets everything recorded of a run after `step`, from where it continues. */
  rewindRun(id: string, step: number): void
  appendAlerts(run: string, alerts: readonly Alert[]): void
  /** Adds to what a run went through; its changes of state are there by themselves. */
  appendLog(run: string, lines: readonly LogEntry[]): void
  /** Everything that a run went through, in order. */
  log(run: string): LogLine[]
  appendSamples(run: string, samples: readonly TextSample[]): void
  appendConfusions(run: string, confusions: readonly ConfusionMatrix[]): void
  /** The texts sampled by some runs as they trained, steps ascending within each. */
  samples(runs: readonly string[]): StoredSample[]
  /** The confusion matrix of the evaluation at `step`, or of the latest one; undefined where there is none. */
  confusion(run: string, step?: number): ConfusionMatrix | undefined
  /** All or none, in one transaction. Throws 'unknown-run'. */
  appendMeasurements(run: string, measurements: readonly Measurement[]): void
  /** By step, layer, tap, head and statistic. */
  measurements(run: string, filter?: MeasurementFilter): Measurement[]
  /** Every place where some runs were measured, once, by statistic, tap, layer and head. */
  measuredPlaces(runs: readonly string[]): MeasuredPlace[]
  /** Steps at which some runs were measured, ascending. */
  measuredSteps(runs: readonly string[]): number[]
  /** Keeps a probe, and thins out those of the run to `limit` bytes, see probes.ts. Throws 'unknown-run'. */
  appendProbe(run: string, probe: StoredProbe, limit: number): void
  /** The probe of `step`, or the latest one; undefined where there is none. */
  probe(run: string, step?: number): StoredProbe | undefined
  /** The probes that a run keeps, steps ascending. */
  probes(run: string): ProbeSize[]
  /** All points or none, in one transaction. Throws 'unknown-run'. */
  appendPoints(points: readonly Point[]): void
  /** Every metric of a run, steps ascending; a value that was not finite is NaN. */
  series(run: string): Record<string, [step: number, value: number][]>
  /** One metric of a run, steps ascending, without values that were not finite. */
  points(run: string, metric: string): [step: number, value: number][]
  /** Names of the metrics of a run, ascending. */
  metrics(run: string): string[]
  /** The first `limit` points of a metric after a step (-1: from the beginning), steps ascending; not finite is NaN. */
  pointsAfter(run: string, metric: string, step: number, limit: number): [step: number, value: number][]
  /** The step of the last point of a metric; undefined where it has none. */
  lastStep(run: string, metric: string): number | undefined
  /** A curve from elsewhere beside an experiment, with its points, steps ascending. */
  addReference(reference: StoredReference, points: readonly (readonly [step: number, value: number])[]): void
  /** Of an experiment, oldest first. */
  references(experiment: string): Reference[]
  reference(id: string): Reference | undefined
  /** In at most `buckets` buckets, steps ascending. */
  referenceCurve(id: string, buckets: number): Bucket[]
  /** Steps ascending. */
  referencePoints(id: string): [step: number, value: number][]
  removeReference(id: string): void
  /** A setting of the home; undefined where it was never set. */
  setting<Name extends SettingName>(name: Name): Settings[Name] | undefined
  setSetting<Name extends SettingName>(name: Name, value: Settings[Name]): void
  /** How long steps of a workload took, the latest first. */
  timings(workload: string): Timing[]
  writeTiming(timing: Timing): void
  /** Of the database file: measurements, attention maps and hidden states. */
  statisticsBytes(): number
  close(): void
}

/**
 * Opens the database `file`, or a passing one for `:memory:`.
 * Throws WorkbenchError 'database-newer', 'database-damaged' or 'home-unwritable'.
 */
export const openStore = (file: string): Store => storeOver(openDatabase(file))

/**
 * @param database as openDatabase opens it
 * @param onDamage is called when something in it cannot be read
 */
export function storeOver(database: Database, onDamage: () => void = () => undefined): Store {
  const experiments = experimentTable(database)
  const runs = runTable(database)
  const points = pointTable(database)
  const alerts = alertTable(database)
  const log = logTable(database)
  const samples = sampleTable(database)
  const confusions = confusionTable(database)
  const measurements = measurementTable(database)
  const probes = probeTable(database)
  const settings = settingTable(database)
  const timings = timingTable(database)
  const references = referenceTable(database)
  const runsOf = database.prepare<[string], string>(`SELECT id FROM run WHERE experiment = ?`).pluck()
  const removeExperiment = database.transaction((id: string) => {
    const removed = runsOf.all(id)
    experiments.remove(id)
    return removed
  })
  const insertExperiment = database.transaction((experiment: Experiment, its: readonly Run[]) => {
    experiments.insert(experiment)
    for (const run of its) runs.insert(run)
  })
  const rewindTables = ['point', 'alert', 'sample', 'confusion', 'measurement', 'probe'].map((table) =>
    database.prepare<[string, number]>(
      `DELETE FROM ${table} WHERE run = (SELECT number FROM run WHERE id = ?) AND step > ?`,
    ),
  )
  const rewindStep = database.prepare<[number, string]>(`UPDATE run SET step = min(step, ?) WHERE id = ?`)
  const rewindRun = database.transaction((id: string, step: number) => {
    for (const rewindTable of rewindTables) rewindTable.run(id, step)
    rewindStep.run(step, id)
  })
  return guarded(
    {
      insertExperiment: (experiment, its) => insertExperiment.immediate(experiment, its),
      experiments: () => experiments.all(),
      experiment: (id) => experiments.find(id),
      labelExperiment: (id, labels) => experiments.label(id, labels),
      setExperimentDeleted: (id, at) => experiments.setDeleted(id, at),
      deletedExperiments: () => experiments.deleted(),
      removeExperiment: (id) => removeExperiment.immediate(id),
      runs: (filter) => runs.all(filter),
      run: (id) => runs.find(id),
      queuedRuns: () => runs.queued(),
      updateRun: (id, changes) => runs.update(id, changes),
      requeueRun: (id) => runs.requeue(id),
      rewindRun: (id, step) => rewindRun.immediate(id, step),
      appendAlerts: (run, batch) => alerts.append(run, batch),
      appendLog: (run, lines) => log.append(run, lines),
      log: (run) => log.of(run),
      appendSamples: (run, batch) => samples.append(run, batch),
      appendConfusions: (run, batch) => confusions.append(run, batch),
      samples: (its) => samples.of(its),
      confusion: (run, step) => confusions.find(run, step),
      appendMeasurements: (run, batch) => measurements.append(run, batch),
      measurements: (run, filter) => measurements.of(run, filter),
      measuredPlaces: (its) => measurements.places(its),
      measuredSteps: (its) => measurements.steps(its),
      appendProbe: (run, probe, limit) => probes.append(run, probe, limit),
      probe: (run, step) => probes.find(run, step),
      probes: (run) => probes.sizes(run),
      appendPoints: (batch) => points.append(batch),
      series: (run) => points.series(run),
      points: (run, metric) => points.points(run, metric),
      metrics: (run) => points.metrics(run),
      pointsAfter: (run, metric, step, limit) => points.pointsAfter(run, metric, step, limit),
      lastStep: (run, metric) => points.lastStep(run, metric),
      setting: (name) => settings.read(name),
      setSetting: (name, value) => settings.write(name, value),
      statisticsBytes: statisticsBytes(database),
      addReference: (reference, its) => references.add(reference, its),
      references: (experiment) => references.of(experiment),
      reference: (id) => references.find(id),
      referenceCurve: (id, buckets) => references.curve(id, buckets),
      referencePoints: (id) => references.points(id),
      removeReference: (id) => references.remove(id),
      timings: (workload) => timings.of(workload),
      writeTiming: (timing) => timings.write(timing),
      close: () => void database.close(),
    },
    onDamage,
  )
}

/** What SQLite throws becomes what people are told. */
function guarded(store: Store, onDamage: () => void): Store {
  const methods = Object.entries(store) as [string, (...inputs: unknown[]) => unknown][]
  return Object.fromEntries(
    methods.map(([name, method]) => [
      name,
      (...inputs: unknown[]) => {
        try {
          return method(...inputs)
        } catch (error) {
          if (isDamage(error)) onDamage()
          throw statementError(error)
        }
      },
    ]),
  ) as unknown as Store
}
