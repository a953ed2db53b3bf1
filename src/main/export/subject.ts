/** What is exported: one run, or an experiment with all of its runs, and how their records are read piece by piece. */
import type { Comparison } from '../../shared/comparison.ts'
import type { Dataset, DatasetKind, Experiment, Run } from '../../shared/experiment.ts'
import type { Measurement } from '../../shared/statistics.ts'
import { configurationHash, datasetIdentity } from '../training/identity.ts'
import { safeFileName } from './file.ts'

/** The records of a run, in pieces that fit into memory. */
export interface Records {
  /** Names of the metrics of a run, ascending. */
  metrics(run: string): string[]
  /** Steps ascending; a value that was not finite is NaN. */
  points(run: string, metric: string): Iterable<readonly [step: number, value: number]>
  /** Ids of the statistics of a run, ascending. */
  statistics(run: string): string[]
  /** By statistic, step, layer, tap and head. */
  measurements(run: string): Iterable<Measurement>
}

export interface Subject {
  readonly kind: 'run' | 'experiment'
  readonly experiment: Experiment
  readonly runs: readonly Run[]
  readonly data: DatasetKind
  /** Undefined where it was removed from the library. */
  readonly dataset: Dataset | undefined
  /** Of an experiment. */
  readonly comparison: Comparison | undefined
  readonly records: Records
  /** Version of the program that exports. */
  readonly app: string
}

/** What a run is, so that a file says by itself where its numbers are from. */
export interface Provenance {
  readonly configurationSha256: string | null
  readonly datasetSha256: string | null
}

/** Null where a run of an earlier version did not record them, and its dataset is no longer in the library. */
export const provenanceOf = (run: Run, dataset: Dataset | undefined): Provenance => ({
  configurationSha256:
    run.configurationHash ??
    (dataset ? configurationHash({ ...run, dataset: datasetIdentity(dataset) }) : null),
  datasetSha256: run.trainedOn?.sha256 ?? dataset?.sha256 ?? null,
})

/** A name for the files of a run: `laplacian-seed0`. */
export const runName = ({ attention, seed }: Pick<Run, 'attention' | 'seed'>): string =>
  `${safeFileName(attention)}-seed${seed}`

/** A name for the whole export: of the run with its id, or of the experiment. */
export function subjectName({
  kind,
  experiment,
  runs,
}: Pick<Subject, 'kind' | 'experiment' | 'runs'>): string {
  const [run] = runs
  if (kind === 'run' && run) return `${runName(run)}-${safeFileName(run.id)}`
  return `${safeFileName(experiment.name)}-${safeFileName(experiment.id)}`
}
