/**
 * One attention layer: the maps to queries, keys and values, the heads, and the map back to the residual stream. What
 * happens between queries, keys, values and readings is the variant's: reader.ts.
 */
import * as tf from '@tensorflow/tfjs'
import type { AttentionAxes } from '../../../shared/attention.ts'
import type { Tensors } from '../../engine/program.ts'
import { apply } from '../linear.ts'
import { mapped, type ParameterSpecification } from '../parameters.ts'
import { rotated } from '../positions.ts'
import { attentionReader } from './reader.ts'

export interface AttentionLayerShape {
  /** Channels of the residual stream. */
  readonly width: number
  readonly heads: number
  /** The longest sequence, in tokens. */
  readonly tokens: number
  /** Which block of the model it stands in; 0 is the first. */
  readonly layer: number
  readonly biases: boolean
  /** Whether queries and keys are turned by their positions. */
  readonly rotary: boolean
  /** What the deviation of the output map's initial values is multiplied with. */
  readonly outputScale: number
}

export interface AttentionLayer {
  /** With names such as `queryKeyValue.weight`. */
  readonly parameters: readonly ParameterSpecification[]
  /**
   * @param weights by the names of `parameters`
   * @param input (N, C)
   * @param surroundings `mask` is added to the scores (T, T): 0 where a token may look, −1e9 where it may not; absent
   *   where it may look everywhere. `gains` in training with dropout: what the entries of A are multiplied with.
   * @returns what is added to the residual stream (N, C), and taps `hook_q`, `hook_k`, `hook_v`, `hook_pattern`, `hook_z`
   */
  forward(
    weights: Tensors,
    input: tf.Tensor2D,
    surroundings: { batch: number; mask?: tf.Tensor2D | undefined; gains?: tf.Tensor4D | undefined },
  ): { output: tf.Tensor2D; taps: Tensors }
}

export function attentionLayer(axes: AttentionAxes, shape: AttentionLayerShape): AttentionLayer {
  const { width, heads, tokens, layer, biases, rotary, outputScale } = shape
  const headWidth = width / heads
  const reader = attentionReader(axes, { width, heads, headWidth, tokens, layer })
  const isTied = axes.readout === 'tied-gradient'

  /** (N, C) → (B, H, T, d) */
  const toHeads = (x: tf.Tensor2D, batch: number): tf.Tensor4D =>
    x.reshape<tf.Tensor4D>([batch, x.shape[0] / batch, heads, headWidth]).transpose([0, 2, 1, 3])
  /** (B, H, T, d) → (N, C) */
  const fromHeads = (x: tf.Tensor4D): tf.Tensor2D =>
    x.transpose([0, 2, 1, 3]).reshape([x.shape[0] * x.shape[2], width])

  function project(weights: Tensors, input: tf.Tensor2D, batch: number): tf.Tensor4D[] {
    const projected = apply(weights, isTied ? 'queryKey' : 'queryKeyValue', input) // (N, 3C), or (N, 2C)
    const parts = tf.split<tf.Tensor2D>(projected, isTied ? 2 : 3, 1).map((part) => toHeads(part, batch)) // (B, H, T, d)
    const [query, key] = parts.slice(0, 2).map((part) => (rotary ? rotated(part) : part))
    return [query!, key!, isTied ? key! : parts[2]!]
  }

  /**
   * With keys as values, A K mapped back by the query map is the gradient of Σ_heads log Z with respect to the input,
   * keys fixed: (1/√d) Σ_h (A_h K_h) W_Q,hᵀ, taken with a learned step. (N, C) → (N, C)
   */
  function tiedGradient(weights: Tensors, readings: tf.Tensor2D): tf.Tensor2D {
    const queryMap = weights['queryKey.weight']!.slice([0, 0], [width, width]) as tf.Tensor2D // (C, C)
    const gradient = tf.matMul<tf.Tensor2D>(readings, queryMap, false, true) // (N, C)
    return gradient.mul(weights.step!.mul(1 / Math.sqrt(headWidth)))
  }

  return {
    parameters: isTied
      ? [
          ...mapped('queryKey', [width, 2 * width], biases),
          ...reader.parameters,
          { name: 'step', shape: [1], initial: { value: 1 }, decayed: false },
        ]
      : [
          ...mapped('queryKeyValue', [width, 3 * width], biases),
          ...reader.parameters,
          ...mapped('output', [width, width], biases, outputScale),
        ],

    forward(weights, input, { batch, mask, gains }) {
      const [query, key, value] = project(weights, input, batch) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D]
      const sequences = input.reshape<tf.Tensor3D>([batch, input.shape[0] / batch, width]) // (B, T, C)
      const inputs = { query, key, value, input: sequences, mask, gains, parameters: weights }
      const { readings, pattern } = reader.read(inputs)
      const joined = fromHeads(readings) // (N, C)
      return {
        output: isTied ? tiedGradient(weights, joined) : apply(weights, 'output', joined),
        taps: {
          hook_q: query,
          hook_k: key,
          hook_v: value,
          hook_pattern: pattern,
          hook_z: readings,
        },
      }
    },
  }
}
