/**
 * What a run keeps of a probe for the viewers: the attention maps of a few sequences, and the residual stream after every
 * block at a few tokens, with what stood there.
 */
import {
  blockTap,
  recorded,
  type ProbedModel,
  type Recording,
  type Wanted,
} from '../../statistics/measuring/recording.ts'
import type { HostTensor, HostTensors } from '../safetensors.ts'
import type { ProbeBatch } from './batch.ts'
import type { KeptPlan } from './work.ts'

/** Tokens whose hidden states are kept. */
export const mostKeptTokens = 256

const pattern = 'attn.hook_pattern'
const state = 'hook_resid_post'

export const wantedToKeep = ({ layers }: ProbedModel): Wanted[] =>
  Array.from({ length: layers }, (_, layer): Wanted[] => [
    { source: 'sequences', name: blockTap(layer, pattern) },
    { source: 'sampled', name: blockTap(layer, state) },
  ]).flat()

const column = (numbers: ArrayLike<number>): HostTensor => ({
  shape: [numbers.length],
  numbers: Float32Array.from(numbers),
})

/**
 * Beside the taps: `tokens` (m, T) of the sequences with maps, or `images` (m), which ones of the validation split; and of
 * the tokens with hidden states (k) `sampled.sequence`, counted within the probe, `sampled.position`, `sampled.label`, the
 * next token or the class, and `sampled.token` where the data are text.
 */
export function keptPlan(batch: ProbeBatch, whole: number): KeptPlan {
  const { rows, labels, length, contents } = batch
  const count = Math.min(mostKeptTokens, rows.length)
  const tokens = Int32Array.from({ length: count }, (_, index) => Math.floor((index * rows.length) / count))
  const kept = tokens.map((token) => rows[token]!)
  const perSequence = contents.ids.length / batch.sequences
  return {
    tokens,
    contents: {
      [contents.name]: {
        shape: [whole, ...contents.shape.slice(1)],
        numbers: Float32Array.from(contents.ids.subarray(0, whole * perSequence)),
      },
      'sampled.sequence': column(kept.map((row) => Math.floor(row / length))),
      'sampled.position': column(kept.map((row) => row % length)),
      'sampled.label': column(tokens.map((token) => labels[token]!)),
      ...(contents.name === 'tokens' && { 'sampled.token': column(kept.map((row) => contents.ids[row]!)) }),
    },
  }
}

/** The tensors of a probe, by tap with its block. */
export function keptOf(recording: Recording, { tokens, contents }: KeptPlan): HostTensors {
  const tensors: Record<string, HostTensor> = {}
  for (let layer = 0; layer < recording.model.layers; layer++) {
    const map = blockTap(layer, pattern)
    tensors[map] = recorded(recording, 'sequences', map)
    const name = blockTap(layer, state)
    const { shape, numbers } = recorded(recording, 'sampled', name)
    const width = shape[1]!
    const chosen = new Float32Array(tokens.length * width)
    tokens.forEach((row, index) =>
      chosen.set(numbers.subarray(row * width, (row + 1) * width), index * width),
    )
    tensors[name] = { shape: [tokens.length, width], numbers: chosen }
  }
  return { ...tensors, ...contents }
}
