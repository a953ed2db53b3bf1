/** What a checkpoint belongs to, what makes two runs the same, and what takes the same time. */
import { createHash } from 'node:crypto'
import type { AttentionAxes } from '../../shared/attention.ts'
import type { ConfigurationKey, Dataset, RunConfiguration } from '../../shared/experiment.ts'

/** What is watched of a run and changes nothing in it: runs of before these keys existed can be resumed. */
const watching: readonly ConfigurationKey[] = [
  'statistics',
  'probeTokens',
  'probeSequences',
  'probeMegabytes',
]

/** JSON with the keys of every object in order, so that equal values have equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** SHA-256, hexadecimal, of everything that decides the weights of a run, except the device and its threads. */
export function configurationHash(run: {
  readonly configuration: RunConfiguration
  readonly attention: string
  readonly axes: AttentionAxes
  readonly seed: number
  /** datasetIdentity of what it trains on. */
  readonly dataset: string
}): string {
  const { attention, axes, seed, dataset } = run
  const configuration = Object.fromEntries(
    Object.entries(run.configuration).filter(([key]) => !(watching as readonly string[]).includes(key)),
  )
  return createHash('sha256')
    .update(canonical({ configuration, attention, axes, seed, dataset }))
    .digest('hex')
}

/** SHA-256 of a dataset's source, or of it together with how it became tokens, where that is not the usual way. */
export const datasetIdentity = (dataset: Dataset): string =>
  (dataset.kind === 'text' ? dataset.identity : undefined) ?? dataset.sha256

/** Values that decide the numbers of a run and not the time of a step or an evaluation. */
const timeless: readonly ConfigurationKey[] = [
  ...(['steps', 'learningRate', 'minimumLearningRate', 'warmupSteps', 'decaySteps'] as const),
  ...(['beta1', 'beta2', 'epsilon', 'weightDecay', 'stepSize', 'initialDeviation'] as const),
  ...(['evaluationInterval', 'samplePrompt', 'temperature'] as const),
]

/** SHA-256, hexadecimal, of everything that decides how long a step takes on a device: sizes, and what is computed. */
export function workloadHash({
  configuration,
  axes,
  dataset,
}: {
  readonly configuration: RunConfiguration
  readonly axes: AttentionAxes
  readonly dataset: Dataset
}): string {
  const sizes = Object.entries(configuration).filter(
    ([key]) => !(timeless as readonly string[]).includes(key),
  )
  const data =
    dataset.kind === 'text'
      ? { vocabulary: dataset.vocabulary }
      : { ...pick(dataset, 'height', 'width', 'channels', 'classes') }
  return createHash('sha256')
    .update(canonical({ sizes: Object.fromEntries(sizes), axes, data, validation: dataset.validation }))
    .digest('hex')
}

const pick = <Value extends object, Key extends keyof Value>(value: Value, ...keys: Key[]) =>
  Object.fromEntries(keys.map((key) => [key, value[key]]))
