/** What a checkpoint belongs to. */
import { createHash } from 'node:crypto'
import type { AttentionAxes } from '../../shared/attention.ts'
import type { ConfigurationKey, RunConfiguration } from '../../shared/experiment.ts'

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
  /** SHA-256 of the dataset's source. */
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
