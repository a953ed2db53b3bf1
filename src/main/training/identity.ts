/** What a checkpoint belongs to. */
import { createHash } from 'node:crypto'
import type { AttentionAxes } from '../../shared/attention.ts'
import type { RunConfiguration } from '../../shared/experiment.ts'

/** JSON with the keys of every object in order, so that equal values have equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** SHA-256, hexadecimal, of everything that decides the numbers of a run, except the device and its threads. */
export function configurationHash(run: {
  readonly configuration: RunConfiguration
  readonly attention: string
  readonly axes: AttentionAxes
  readonly seed: number
  /** SHA-256 of the dataset's source. */
  readonly dataset: string
}): string {
  const { configuration, attention, axes, seed, dataset } = run
  return createHash('sha256')
    .update(canonical({ configuration, attention, axes, seed, dataset }))
    .digest('hex')
}
