/**
 * A vision transformer (Dosovitskiy et al. 2021, arXiv 2010.11929): patches by reshape and one linear map, positions, the
 * blocks of blocks.ts without a mask, and a head with one hidden layer on a summary: a class token, or the mean over
 * patches (Beyer et al. 2022, arXiv 2205.01580).
 */
import * as tf from '@tensorflow/tfjs'
import type { AttentionAxes } from '../../shared/attention.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { RunConfiguration } from '../../shared/experiment.ts'
import type { Tensors } from '../engine/program.ts'
import { transformerBlocks, type BlockConfiguration, type Taps } from './blocks.ts'
import { dropOut } from './branches.ts'
import { apply } from './linear.ts'
import { finalNormOf } from './norms.ts'
import { mapped, matrix, type Kept, withMapsFrom } from './parameters.ts'
import { positionsOf } from './positions.ts'

export type VisionConfiguration = Omit<BlockConfiguration, 'context'> &
  Pick<RunConfiguration, 'patchSize' | 'pooling'> & {
    /** In pixels; `patchSize` divides both. */
    readonly imageHeight: number
    readonly imageWidth: number
    /** Of a pixel: 1 grey, 3 red green blue. */
    readonly channels: number
    readonly classes: number
  }

export interface VisionTransformer extends Kept {
  /** Tokens of an image: its patches, and the class token where there is one. */
  readonly tokens: number
  dropoutSites(batch: number): Readonly<Record<string, readonly number[]>>
  /**
   * @param weights parameters and buffers (`stateOf`)
   * @param images (B, height, width, channels)
   * @param gains by the names of `dropoutSites`: 0 where a value is dropped, 1/(1 − p) elsewhere; absent outside training
   * @returns logits (B, classes), and what a training step leaves in the buffers
   */
  forward(
    weights: Tensors,
    images: tf.Tensor4D,
    gains?: Tensors,
  ): { logits: tf.Tensor2D; taps: Taps; updates: Tensors }
}

/** Patches along height and width. @throws WorkbenchError invalid-request where they do not fill the image */
function gridOf({
  imageHeight,
  imageWidth,
  patchSize,
}: VisionConfiguration): [rows: number, columns: number] {
  if (imageHeight % patchSize === 0 && imageWidth % patchSize === 0)
    return [imageHeight / patchSize, imageWidth / patchSize]
  throw new WorkbenchError(
    'invalid-request',
    `Images of ${imageHeight} × ${imageWidth} pixels cannot be cut into patches of ${patchSize} × ${patchSize}.`,
    'Choose a patchSize that divides both sides.',
  )
}

/** @throws WorkbenchError invalid-request where the sizes do not fit each other */
export function visionTransformer(model: VisionConfiguration, axes: AttentionAxes): VisionTransformer {
  const { width, biases, channels, patchSize, classes } = model
  const [rows, columns] = gridOf(model)
  const patches = rows * columns
  const hasClassToken = model.pooling === 'class-token'
  const tokens = hasClassToken ? patches + 1 : patches
  const patchValues = patchSize * patchSize * channels
  const positions = positionsOf(model.positions, tokens, width)
  const blocks = transformerBlocks({ ...model, context: tokens }, axes)
  const finalNorm = finalNormOf(model)

  /** (B, height, width, channels) → (B·patches, patch values) */
  const cut = (images: tf.Tensor4D): tf.Tensor2D =>
    images
      .reshape([images.shape[0], rows, patchSize, columns, patchSize, channels])
      .transpose([0, 1, 3, 2, 4, 5]) // (B, rows, columns, patch, patch, channels)
      .reshape([images.shape[0] * patches, patchValues])

  /** The class token before the patches. (B, T − 1, C) → (B, T, C) */
  function withClassToken(weights: Tensors, embedded: tf.Tensor3D): tf.Tensor3D {
    const classToken = tf.ones([embedded.shape[0], 1, 1]).mul<tf.Tensor3D>(weights.classToken!) // (B, 1, C)
    return tf.concat([classToken, embedded], 1)
  }

  /** What the head reads of the residual stream, normalised: the class token, or the mean over patches. (B, C) */
  function summarised(weights: Tensors, residual: tf.Tensor2D, batch: number) {
    const sequences = (x: tf.Tensor2D) => x.reshape<tf.Tensor3D>([batch, tokens, width]) // (B, T, C)
    if (hasClassToken) {
      const classTokens = sequences(residual).slice([0, 0, 0], [batch, 1, width])
      return finalNorm.forward(weights, classTokens.reshape([batch, width]))
    }
    const { output, updates } = finalNorm.forward(weights, residual)
    return { output: sequences(output).mean<tf.Tensor2D>(1), updates }
  }

  const parameters = [
    ...mapped('patchEmbedding', [patchValues, width], biases),
    ...(hasClassToken ? [matrix('classToken', [1, width])] : []),
    ...positions.parameters,
    ...blocks.parameters,
    ...finalNorm.parameters,
    ...mapped('head.hidden', [width, width], biases),
    ...mapped('head.output', [width, classes], biases),
  ]
  return {
    tokens,
    parameters: withMapsFrom(parameters, model.initialDeviation, ['classToken', 'positionEmbedding']),
    buffers: [...blocks.buffers, ...finalNorm.buffers],

    dropoutSites: (batch) => ({ embedding: [batch * tokens, width], ...blocks.dropoutSites(batch, tokens) }),

    forward(weights, images, gains) {
      const batch = images.shape[0]
      const embedded = apply(weights, 'patchEmbedding', cut(images)).reshape<tf.Tensor3D>([
        batch,
        patches,
        width,
      ])
      const sequence = positions
        .added(weights, hasClassToken ? withClassToken(weights, embedded) : embedded) // (B, T, C)
        .reshape<tf.Tensor2D>([batch * tokens, width]) // (N, C)
      const entry = dropOut(gains, 'embedding', sequence)
      const { residual, taps, updates } = blocks.forward(weights, entry, batch, undefined, gains)
      const summary = summarised(weights, residual, batch)
      const hidden = apply(weights, 'head.hidden', summary.output).tanh<tf.Tensor2D>()
      const logits = apply(weights, 'head.output', hidden) // (B, classes)
      return { logits, taps, updates: { ...updates, ...summary.updates } }
    },
  }
}
