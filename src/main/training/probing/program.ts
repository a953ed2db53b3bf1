/** The program of a probe: a forward pass that returns of its taps what is wanted, and nothing else. */
import * as tf from '@tensorflow/tfjs'
import { embedding } from '../../engine/operations/embedding.ts'
import type { Program, Specifications, Tensors } from '../../engine/program.ts'
import type { Taps } from '../../model/blocks.ts'
import { stateOf, type Kept } from '../../model/parameters.ts'
import type { ProbeBatch, ProbeSizes } from './batch.ts'
import { keyOf, type Wanted } from '../../statistics/measuring/recording.ts'

/** How a model is probed. Implemented by the objectives. */
export interface Probed {
  readonly model: Kept
  /** Whether tokens see only those before them. */
  readonly causal: boolean
  /** Reads what it is probed with. @throws WorkbenchError of the dataset */
  open(sizes: ProbeSizes): ProbeBatch
  /** The inputs of a batch of `sequences` sequences or images, with what the model should answer. */
  inputs(sequences: number): Specifications
  /** A forward pass without dropout: its taps, and the mean cross entropy. */
  forward(weights: Tensors, inputs: Tensors): { taps: Taps; loss: tf.Scalar }
}

export interface ProbeShape {
  /** Sequences of the batch. */
  readonly sequences: number
  /** Of these the first are recorded whole. */
  readonly whole: number
  /** T, tokens of a sequence. */
  readonly length: number
  /** n, sampled tokens. */
  readonly sampled: number
}

const rowsInput = 'probe/rows'

/**
 * Inputs: what the model reads, and the rows of the sampled tokens (n). Results, by `keyOf`: of a tap of the residual width
 * (n, C) or (m·T, C); of one of heads (n, H·d), (m, H, T, d) or (m, H, T, T). The state does not change.
 */
export function probeProgram(probed: Probed, shape: ProbeShape, wanted: readonly Wanted[]): Program {
  const { sequences, whole, length, sampled } = shape
  return {
    name: 'probe',
    state: stateOf(probed.model),
    inputs: { ...probed.inputs(sequences), [rowsInput]: { shape: [sampled], dtype: 'int32' } },
    build(state, inputs) {
      const { taps } = probed.forward(state, inputs)
      const rows = inputs[rowsInput] as tf.Tensor1D
      const read = ({ source, name }: Wanted): tf.Tensor => {
        const tap = taps[name]
        if (!tap) throw new Error(`The model has no tap ${name}.`)
        if (source === 'sampled') return embedding(byToken(tap), rows)
        const first = tap.rank === 2 ? whole * length : whole
        return tap.slice(
          tap.shape.map(() => 0),
          [first, ...tap.shape.slice(1)],
        )
      }
      return { state: {}, results: Object.fromEntries(wanted.map((one) => [keyOf(one), read(one)])) }
    },
  }
}

/** What is fed beside the contents of the batch. */
export const probeRows = (rows: Int32Array): Record<string, Int32Array> => ({ [rowsInput]: rows })

/** (B, H, T, d) → (B·T, H·d); what has a row per token already stays as it is. */
function byToken(tap: tf.Tensor): tf.Tensor2D {
  if (tap.rank === 2) return tap as tf.Tensor2D
  const [batch, heads, tokens, channels] = tap.shape as [number, number, number, number]
  return tap.transpose([0, 2, 1, 3]).reshape([batch * tokens, heads * channels])
}

/** The shape of a result, of which the number of values is known. */
export function shapeOfResult(
  { source, name }: Wanted,
  { whole, length, sampled }: ProbeShape,
  heads: number,
  size: number,
): number[] {
  if (source === 'sampled') return [sampled, size / sampled]
  if (!name.includes('.attn.')) return [whole * length, size / (whole * length)]
  return [whole, heads, length, size / (whole * heads * length)]
}
