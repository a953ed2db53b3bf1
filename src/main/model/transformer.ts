/**
 * A decoder-only language model (GPT-2's): token embeddings and positions, the blocks of blocks.ts under a causal mask,
 * a final norm and the output head. Training is in ../training; dimension letters are in parameters.ts.
 */
import * as tf from '@tensorflow/tfjs'
import type { AttentionAxes } from '../../shared/attention.ts'
import type { RunConfiguration } from '../../shared/experiment.ts'
import { embedding } from '../engine/operations/embedding.ts'
import type { Tensors } from '../engine/program.ts'
import { causalMask } from './attention/masks.ts'
import { transformerBlocks, type BlockConfiguration, type Taps } from './blocks.ts'
import { dropOut } from './branches.ts'
import { finalNormOf } from './norms.ts'
import { matrix, type Kept, withMapsFrom } from './parameters.ts'
import { positionsOf } from './positions.ts'

export type ModelConfiguration = BlockConfiguration &
  Pick<RunConfiguration, 'tiedHead'> & { readonly vocabulary: number }

export interface LanguageModel extends Kept {
  /** The places where training may drop values, by name, with the shape of what is dropped there. */
  dropoutSites(batch: number, tokens: number): Readonly<Record<string, readonly number[]>>
  /**
   * @param weights parameters and buffers (`stateOf`)
   * @param tokens (B, T) int32, with T at most `context`
   * @param gains by the names of `dropoutSites`: 0 where a value is dropped, 1/(1 − p) elsewhere; absent outside training
   * @returns logits (B·T, V), and what a training step leaves in the buffers
   */
  forward(
    weights: Tensors,
    tokens: tf.Tensor2D,
    gains?: Tensors,
  ): { logits: tf.Tensor2D; taps: Taps; updates: Tensors }
}

/** @throws WorkbenchError invalid-request where the sizes do not fit each other */
export function languageModel(model: ModelConfiguration, axes: AttentionAxes): LanguageModel {
  const { width, context, vocabulary, tiedHead } = model
  const positions = positionsOf(model.positions, context, width)
  const blocks = transformerBlocks(model, axes)
  const finalNorm = finalNormOf(model)
  const parameters = [
    matrix('tokenEmbedding', [vocabulary, width]),
    ...positions.parameters,
    ...blocks.parameters,
    ...finalNorm.parameters,
    ...(tiedHead ? [] : [matrix('head', [vocabulary, width])]),
  ]
  return {
    parameters: withMapsFrom(parameters, model.initialDeviation),
    buffers: [...blocks.buffers, ...finalNorm.buffers],

    dropoutSites: (batch, tokens) => ({
      embedding: [batch * tokens, width],
      ...blocks.dropoutSites(batch, tokens),
    }),

    forward(weights, tokens, gains) {
      const [batch, length] = tokens.shape
      const table = weights.tokenEmbedding as tf.Tensor2D // (V, C)
      const embedded = embedding(table, tokens.reshape([batch * length])) // (N, C)
        .reshape<tf.Tensor3D>([batch, length, width]) // (B, T, C)
      const sequence = positions.added(weights, embedded).reshape<tf.Tensor2D>([batch * length, width]) // (N, C)
      const entry = dropOut(gains, 'embedding', sequence)
      const { residual, taps, updates } = blocks.forward(weights, entry, batch, causalMask(length), gains)
      const exit = finalNorm.forward(weights, residual)
      const head = tiedHead ? table : (weights.head as tf.Tensor2D) // (V, C)
      const logits = tf.matMul<tf.Tensor2D>(exit.output, head, false, true) // (N, V)
      return { logits, taps, updates: { ...updates, ...exit.updates } }
    },
  }
}
