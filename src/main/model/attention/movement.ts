/** What moves queries or keys before they are compared: Hopfield retrieval and key adaptation. */
import * as tf from '@tensorflow/tfjs'
import type { AttentionAxes } from '../../../shared/attention.ts'
import { perHead, type AttentionShape, type Setting } from './axis.ts'
import type { ParameterSpecification } from '../parameters.ts'
import { logKeyPrecision, scores } from './scores.ts'

/** What the prior of an adapting key weighs at the start, in units of queries. */
const initialAnchor = 100

export function movementParameters(axes: AttentionAxes, shape: AttentionShape): ParameterSpecification[] {
  return [
    ...(axes.retrieval > 0 ? [perHead('retrievalScale', shape, 1 / Math.sqrt(shape.headWidth))] : []),
    ...(axes.keyAdaptation > 0 ? [perHead('anchor', shape, initialAnchor)] : []),
  ]
}

/**
 * `retrieval` times q ← softmax(β q Kᵀ) K with a learned β per head, initially 1/√d: steps of a modern Hopfield network
 * that never raise its energy −lse(β, K q)/β + ‖q‖²/2. Ramsauer et al. 2021, arXiv 2008.02217.
 * @param bias the masks, added to the products (T, T)
 */
export function retrieved(setting: Setting, bias: tf.Tensor | undefined): tf.Tensor4D {
  const { inputs, axes } = setting
  let state = inputs.query
  for (let step = 0; step < axes.retrieval; step++) {
    const products = tf.matMul<tf.Tensor4D>(
      state.mul(inputs.parameters.retrievalScale!),
      inputs.key,
      false,
      true,
    ) // (B, H, T, T)
    state = tf.matMul(tf.softmax(bias ? products.add(bias) : products), inputs.key) // (B, H, T, d)
  }
  return state
}

/**
 * `keyAdaptation` steps of expectation maximisation that move the keys towards the queries that they explain:
 * k_j ← (λ k_j⁰ + α_j Σ_i w_ij q_i)/(λ + α_j Σ_i w_ij), with w the attention weights and λ = softplus of a learned number
 * per head, initially 100. The anchor k⁰ stays the first key, so that the penalised likelihood
 * Σ_i log p(q_i) − (λ/2) Σ_j ‖k_j − k_j⁰‖² never falls (for a fixed prior). Gabbur et al. 2021, arXiv 2106.15338.
 * @param biases masks and prior, added to the scores
 */
export function adapted(setting: Setting, query: tf.Tensor4D, bias: tf.Tensor | undefined): tf.Tensor4D {
  const { inputs, axes, shape } = setting
  if (axes.keyAdaptation === 0) return inputs.key
  const anchor = tf.softplus(inputs.parameters.anchor!) // (H, 1, 1)
  const precision = logKeyPrecision(setting).exp<tf.Tensor4D>() // (B, H, T, 1)
  let key = inputs.key
  for (let step = 0; step < axes.keyAdaptation; step++) {
    const compared = scores[axes.score].compare(query, key, { inputs: { ...inputs, key }, axes, shape })
    const weights = tf.softmax(bias ? compared.add<tf.Tensor4D>(bias) : compared) // (B, H, T, T)
    const explained = tf.matMul<tf.Tensor4D>(weights, query, true, false).mul<tf.Tensor4D>(precision) // (B, H, T, d)
    const counts = weights.sum(2).expandDims<tf.Tensor4D>(3).mul<tf.Tensor4D>(precision) // (B, H, T, 1)
    key = inputs.key.mul<tf.Tensor4D>(anchor).add(explained).div(counts.add(anchor))
  }
  return key
}
