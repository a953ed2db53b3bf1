/**
 * Attention as the gradient of the log normaliser of an exponential family whose base measure is a mixture of Gaussians
 * around the keys, with weights π_j and a shared diagonal covariance Σ:
 *
 *     Σ η + softmax(log π + K η) V,   η = q/√d
 *
 * Shim 2022, arXiv 2205.01080, proposition 2; with V = K it is exactly ∇_η log Z(η),
 * log Z = ½ ηᵀΣη + log Σ_j π_j exp(k_j·η). Σ = 0 with uniform π is standard attention. Per head, Σ has d learned values
 * and log π one per position, all initially 0; only ratios of π matter.
 */
import * as tf from '@tensorflow/tfjs'
import { attend } from '../../engine/operations/attend.ts'
import { scaledQuery, type AttentionVariant } from './variant.ts'

export const exponentialFamily: AttentionVariant = {
  id: 'exponential-family',
  parameters: ({ heads, headWidth, context }) => [
    { name: 'covariance', shape: [heads, 1, headWidth], initial: { value: 0 }, decayed: false },
    { name: 'logPrior', shape: [heads, 1, context], initial: { value: 0 }, decayed: false },
  ],
  read({ query, key, value, mask, gains, parameters }) {
    const eta = scaledQuery(query) // (B, H, T, d)
    const tokens = query.shape[2]
    const logPrior = parameters.logPrior!.slice([0, 0, 0], [-1, -1, tokens]) // (H, 1, T)
    const bias = mask ? mask.add(logPrior) : logPrior // (H, T, T) or (H, 1, T)
    const scores = tf.matMul(eta, key, false, true).add<tf.Tensor4D>(bias) // (B, H, T, T)
    const { readings, weights } = attend(scores, value, gains)
    return { readings: readings.add(eta.mul(parameters.covariance!)), pattern: weights }
  },
}
