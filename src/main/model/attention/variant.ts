/**
 * What an attention variant is: the parameters it adds and one pure function from queries, keys and values to
 * readings. Projections, heads and the residual are the transformer's (../transformer.ts) and the same for all.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensors } from '../../engine/program.ts'
import type { ParameterSpecification } from '../parameters.ts'

export interface AttentionShape {
  readonly heads: number
  readonly headWidth: number
  /** The longest sequence, in tokens. */
  readonly context: number
}

export interface AttentionInputs {
  readonly query: tf.Tensor4D // (B, H, T, d)
  readonly key: tf.Tensor4D // (B, H, T, d)
  readonly value: tf.Tensor4D // (B, H, T, d)
  /** Added to the scores: 0 where a token may look, −1e9 where it may not; absent where it may look everywhere. */
  readonly mask: tf.Tensor2D | undefined // (T, T)
  /** In training with dropout, what the entries of A are multiplied with: 0 or 1/(1 − p). */
  readonly gains?: tf.Tensor4D | undefined // (B, H, T, T)
  /** The variant's own parameters of this block, by the names that `parameters` gives. */
  readonly parameters: Tensors
}

export interface AttentionReadings {
  /** What each head read, before the output projection. */
  readonly readings: tf.Tensor4D // (B, H, T, d)
  /** The normalised attention matrix A, before dropout. */
  readonly pattern: tf.Tensor4D // (B, H, T, T)
}

export interface AttentionVariant {
  readonly id: string
  /** Parameters beyond standard attention, per block, with short names. */
  parameters(shape: AttentionShape): readonly ParameterSpecification[]
  read(inputs: AttentionInputs): AttentionReadings
}

/** η = q / √d: the natural parameter of theory A.1, which makes η·k the scaled dot product. (B, H, T, d) */
export const scaledQuery = (query: tf.Tensor4D): tf.Tensor4D => query.mul(1 / Math.sqrt(query.shape[3]))

/** 0 on and below the diagonal, −1e9 above: a token sees itself and what came before. (T, T) */
export function causalMask(tokens: number): tf.Tensor2D {
  const numbers = Float32Array.from({ length: tokens * tokens }, (_, index) =>
    index % tokens > Math.floor(index / tokens) ? -1e9 : 0,
  )
  return tf.tensor2d(numbers, [tokens, tokens])
}
