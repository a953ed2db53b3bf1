/**
 * A decoder-only language model (GPT-2's): token and position embeddings, the blocks of blocks.ts under a causal mask,
 * a final norm and the output head. Training is in ../training; dimension letters are in parameters.ts.
 */
import * as tf from '@tensorflow/tfjs'
import type { RunConfiguration } from '../../shared/experiment.ts'
import { embedding } from '../engine/operations/embedding.ts'
import type { Tensors } from '../engine/program.ts'
import { causalMask, type AttentionVariant } from './attention/variant.ts'
import { dropOut, transformerBlocks, type BlockConfiguration, type Taps } from './blocks.ts'
import { normalise } from './linear.ts'
import { matrix, normed, type ParameterSpecification } from './parameters.ts'

export type ModelConfiguration = BlockConfiguration &
  Pick<RunConfiguration, 'tiedHead'> & { readonly vocabulary: number }

export interface LanguageModel {
  readonly parameters: readonly ParameterSpecification[]
  /** The places where training may drop values, by name, with the shape of what is dropped there. */
  dropoutSites(batch: number, tokens: number): Readonly<Record<string, readonly number[]>>
  /**
   * @param tokens (B, T) int32 → logits (B·T, V)
   * @param gains by the names of `dropoutSites`: 0 where a value is dropped, 1/(1 − p) elsewhere; absent outside training
   */
  forward(weights: Tensors, tokens: tf.Tensor2D, gains?: Tensors): { logits: tf.Tensor2D; taps: Taps }
}

export function languageModel(model: ModelConfiguration, variant: AttentionVariant): LanguageModel {
  const { width, context, vocabulary, biases, tiedHead } = model
  const blocks = transformerBlocks(model, variant)
  return {
    parameters: [
      matrix('tokenEmbedding', [vocabulary, width]),
      matrix('positionEmbedding', [context, width]),
      ...blocks.parameters,
      ...normed('finalNorm', width, biases),
      ...(tiedHead ? [] : [matrix('head', [vocabulary, width])]),
    ],

    dropoutSites: (batch, tokens) => ({
      embedding: [batch * tokens, width],
      ...blocks.dropoutSites(batch, tokens),
    }),

    forward(weights, tokens, gains) {
      const [batch, length] = tokens.shape
      const table = weights.tokenEmbedding as tf.Tensor2D // (V, C)
      const positions = weights.positionEmbedding!.slice([0, 0], [length, width]) // (T, C)
      const embedded = embedding(table, tokens.reshape([batch * length])) // (N, C)
        .reshape([batch, length, width]) // (B, T, C)
        .add(positions)
        .reshape<tf.Tensor2D>([batch * length, width]) // (N, C)
      const entry = dropOut(gains, 'embedding', embedded)
      const { residual, taps } = blocks.forward(weights, entry, batch, causalMask(length), gains)
      const head = tiedHead ? table : (weights.head as tf.Tensor2D) // (V, C)
      const logits = tf.matMul<tf.Tensor2D>(normalise(weights, 'finalNorm', residual), head, false, true) // (N, V)
      return { logits, taps }
    },
  }
}
