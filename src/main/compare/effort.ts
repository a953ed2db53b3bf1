/** What the runs of a variant cost, to stand beside what they reached. */
import type { ComparisonRow } from '../../shared/comparison.ts'
import type { DatasetKind, Run } from '../../shared/experiment.ts'

/** Training tokens, or images, of one optimiser step. */
export const samplesPerStep = ({ configuration }: Pick<Run, 'configuration'>, kind: DatasetKind): number =>
  configuration.batchSize * (kind === 'text' ? configuration.context : 1)

/** Means over the runs that have started; a run that has no rate yet enters no mean of rates. */
export function effortOf(runs: readonly Run[], kind: DatasetKind): ComparisonRow['effort'] {
  const started = runs.filter(({ startedAt }) => startedAt !== null)
  return {
    parameters: runs.find(({ parameters }) => parameters !== null)?.parameters ?? null,
    samples: mean(started.map((run) => run.step * samplesPerStep(run, kind))),
    samplesPerSecond: mean(runs.flatMap((run) => run.tokensPerSecond ?? run.imagesPerSecond ?? [])),
    seconds: mean(started.map(({ seconds }) => seconds)),
  }
}

export const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
