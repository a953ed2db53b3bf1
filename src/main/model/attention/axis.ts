/** What the choices on every axis are made of. Dimension letters are in ../parameters.ts. */
import * as tf from '@tensorflow/tfjs'
import type { AttentionAxes } from '../../../shared/attention.ts'
import type { Tensors } from '../../engine/program.ts'
import type { ParameterSpecification } from '../parameters.ts'

export interface AttentionShape {
  /** C: channels of the residual stream. */
  readonly width: number
  /** H */
  readonly heads: number
  /** d: channels of a head. */
  readonly headWidth: number
  /** The longest sequence, in tokens. */
  readonly tokens: number
  /** Which block of the model it stands in; 0 is the first. */
  readonly layer: number
}

export interface AttentionInputs {
  readonly query: tf.Tensor4D // (B, H, T, d)
  readonly key: tf.Tensor4D // (B, H, T, d)
  readonly value: tf.Tensor4D // (B, H, T, d)
  /** What queries, keys and values were mapped from. */
  readonly input: tf.Tensor3D // (B, T, C)
  /** Added to the scores: 0 where a token may look, −1e9 where it may not; absent where it may look everywhere. */
  readonly mask: tf.Tensor2D | undefined // (T, T)
  /** In training with dropout, what the entries of A are multiplied with: 0 or 1/(1 − p). */
  readonly gains?: tf.Tensor4D | undefined // (B, H, T, T)
  /** The variant's own parameters, by the names that its choices give. */
  readonly parameters: Tensors
}

/** What a choice may look at: the inputs, the whole variant with its numbers, and the shape of the layer. */
export interface Setting {
  readonly inputs: AttentionInputs
  readonly axes: AttentionAxes
  readonly shape: AttentionShape
}

/** What every choice on an axis has: the parameters that it adds, with short names. */
export interface Choice {
  parameters?(shape: AttentionShape, axes: AttentionAxes): readonly ParameterSpecification[]
}

/** A learned number of each head, or a vector of `size` numbers, the same at the start; not decayed. (H, 1, size) */
export const perHead = (
  name: string,
  { heads }: AttentionShape,
  value: number,
  size = 1,
): ParameterSpecification => ({ name, shape: [heads, 1, size], initial: { value }, decayed: false })

/** η = q/√d: the natural parameter of theory A.1, which makes η·k the scaled dot product. (B, H, T, d) */
export const natural = (query: tf.Tensor4D): tf.Tensor4D => query.mul(1 / Math.sqrt(query.shape[3]))

/** Σ over channels of x², kept as an axis. (…, d) → (…, 1) */
export const squaredNorm = (x: tf.Tensor4D): tf.Tensor4D => x.square().sum(-1, true)
