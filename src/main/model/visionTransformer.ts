/**
 * A vision transformer (Dosovitskiy et al. 2021, arXiv 2010.11929): patches by reshape and one linear map, a class token,
 * learned positions, the blocks of blocks.ts without a mask, and a head with one hidden layer on the class token.
 */
import * as tf from '@tensorflow/tfjs'
import type { RunConfiguration } from '../../shared/experiment.ts'
import type { Tensors } from '../engine/program.ts'
import type { AttentionVariant } from './attention/variant.ts'
import { dropOut, transformerBlocks, type Taps } from './blocks.ts'
import { apply, normalise } from './linear.ts'
import { mapped, matrix, normed, type ParameterSpecification } from './parameters.ts'

export type VisionConfiguration = Pick<
  RunConfiguration,
  'layers' | 'heads' | 'width' | 'mlpRatio' | 'biases'
> & {
  /** Pixels along each side of an image, channels of a pixel, pixels along each side of a patch. */
  readonly imageSize: number
  readonly channels: number
  readonly patchSize: number
  readonly classes: number
}

export interface VisionTransformer {
  readonly parameters: readonly ParameterSpecification[]
  /** Tokens of an image: its patches and the class token. */
  readonly tokens: number
  dropoutSites(batch: number): Readonly<Record<string, readonly number[]>>
  /** @param images (B, size, size, channels) → logits (B, classes) */
  forward(weights: Tensors, images: tf.Tensor4D, gains?: Tensors): { logits: tf.Tensor2D; taps: Taps }
}

export function visionTransformer(model: VisionConfiguration, variant: AttentionVariant): VisionTransformer {
  const { width, biases, imageSize, channels, patchSize, classes } = model
  const side = imageSize / patchSize
  const patches = side * side
  const tokens = patches + 1
  const patchValues = patchSize * patchSize * channels
  const blocks = transformerBlocks({ ...model, context: tokens }, variant)
  return {
    tokens,
    parameters: [
      ...mapped('patchEmbedding', [patchValues, width], biases),
      matrix('classToken', [1, width]),
      matrix('positionEmbedding', [tokens, width]),
      ...blocks.parameters,
      ...normed('finalNorm', width, biases),
      ...mapped('head.hidden', [width, width], biases),
      ...mapped('head.output', [width, classes], biases),
    ],

    dropoutSites: (batch) => ({ embedding: [batch * tokens, width], ...blocks.dropoutSites(batch, tokens) }),

    forward(weights, images, gains) {
      const batch = images.shape[0]
      const cut = images
        .reshape([batch, side, patchSize, side, patchSize, channels])
        .transpose([0, 1, 3, 2, 4, 5]) // (B, side, side, patch, patch, channels)
        .reshape<tf.Tensor2D>([batch * patches, patchValues])
      const embedded = apply(weights, 'patchEmbedding', cut).reshape<tf.Tensor3D>([batch, patches, width])
      const classToken = tf.ones([batch, 1, 1]).mul<tf.Tensor3D>(weights.classToken!) // (B, 1, C)
      const sequence = tf
        .concat([classToken, embedded], 1) // (B, T, C)
        .add(weights.positionEmbedding!)
        .reshape<tf.Tensor2D>([batch * tokens, width]) // (N, C)
      const entry = dropOut(gains, 'embedding', sequence)
      const { residual, taps } = blocks.forward(weights, entry, batch, undefined, gains)
      const summary = residual
        .reshape<tf.Tensor3D>([batch, tokens, width]) // (B, T, C)
        .slice([0, 0, 0], [batch, 1, width])
        .reshape<tf.Tensor2D>([batch, width]) // (B, C)
      const hidden = apply(
        weights,
        'head.hidden',
        normalise(weights, 'finalNorm', summary),
      ).tanh<tf.Tensor2D>()
      return { logits: apply(weights, 'head.output', hidden), taps } // (B, classes)
    },
  }
}
