/** How a model knows where a token stands. Dimension letters are in parameters.ts. */
import * as tf from '@tensorflow/tfjs'
import type { RunConfiguration } from '../../shared/experiment.ts'
import type { Tensors } from '../engine/program.ts'
import { matrix, type ParameterSpecification } from './parameters.ts'

/** 10000^(−share): the angle by which a channel turns from one token to the next, from 1 to 1e-4 along the channels. */
const frequency = (share: number): number => 10_000 ** -share

/** A constant table of numbers by token and column. (T, columns) */
const table = (
  tokens: number,
  columns: number,
  entry: (token: number, column: number) => number,
): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: tokens * columns }, (_, index) =>
      entry(Math.floor(index / columns), index % columns),
    ),
    [tokens, columns],
  )

/**
 * Sinusoidal positions (Vaswani et al. 2017, arXiv 1706.03762, section 3.5): channels 2i and 2i + 1 of token t are the
 * sine and cosine of t · 10000^(−2i/C). (T, C)
 */
export const sinusoids = (tokens: number, width: number): tf.Tensor2D =>
  table(tokens, width, (token, channel) => {
    const angle = token * frequency((channel - (channel % 2)) / width)
    return channel % 2 === 0 ? Math.sin(angle) : Math.cos(angle)
  })

/**
 * Rotary positions (Su et al. 2021, arXiv 2104.09864): channels i and i + d/2 of token t are turned by the angle
 * t · 10000^(−2i/d), so that a dot product depends on the distance between two tokens only.
 * x (B, H, T, d) with even d → (B, H, T, d)
 */
export function rotated(x: tf.Tensor4D): tf.Tensor4D {
  const [, , tokens, width] = x.shape
  const half = width / 2
  const angles = (of: (angle: number) => number) =>
    table(tokens, half, (token, channel) => of(token * frequency(channel / half)))
  const [cosine, sine] = [angles(Math.cos), angles(Math.sin)] // (T, d/2)
  const [first, second] = tf.split(x, 2, 3) as [tf.Tensor4D, tf.Tensor4D] // (B, H, T, d/2)
  return tf.concat(
    [first.mul(cosine).sub(second.mul(sine)), second.mul(cosine).add(first.mul(sine))],
    3,
  ) as tf.Tensor4D // (B, H, T, d)
}

export interface Positions {
  readonly parameters: readonly ParameterSpecification[]
  /** What the blocks begin with, from the embeddings of tokens or patches. (B, T, C) → (B, T, C) */
  added(weights: Tensors, embedded: tf.Tensor3D): tf.Tensor3D
}

/**
 * Positions that are added to the embeddings: a learned vector for each of `tokens` places, or sinusoids, to which the
 * embeddings are made comparable by a factor √C (Vaswani et al. 2017, section 3.4). Nothing where positions are rotary,
 * which turn queries and keys instead (attention/layer.ts), or none.
 */
export function positionsOf(kind: RunConfiguration['positions'], tokens: number, width: number): Positions {
  switch (kind) {
    case 'learned':
      return {
        parameters: [matrix('positionEmbedding', [tokens, width])],
        added: (weights, embedded) =>
          embedded.add(weights.positionEmbedding!.slice([0, 0], [embedded.shape[1], width])), // + (T, C)
      }
    case 'sinusoidal':
      return {
        parameters: [],
        added: (_, embedded) =>
          embedded.mul<tf.Tensor3D>(Math.sqrt(width)).add(sinusoids(embedded.shape[1], width)),
      }
    case 'rotary':
    case 'none':
      return { parameters: [], added: (_, embedded) => embedded }
  }
}
