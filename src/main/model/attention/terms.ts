/** The axis of additive terms: what a token reads beyond the values of others. η = q/√d. */
import * as tf from '@tensorflow/tfjs'
import type { AttentionAxes } from '../../../shared/attention.ts'
import { matrix } from '../parameters.ts'
import { natural, perHead, type Choice, type Setting } from './axis.ts'
import { uniformWeights } from './masks.ts'
import type { Weighting } from './normalisers.ts'

interface Term extends Choice {
  /** Added to the scores (B, H, T, T); undefined where nothing is. */
  score?(query: tf.Tensor4D, setting: Setting): tf.Tensor4D
  /** Added to the readings (B, H, T, d); undefined where nothing is. */
  reading?(query: tf.Tensor4D, key: tf.Tensor4D, weighting: Weighting, setting: Setting): tf.Tensor4D
}

/** x_h W_h for the matrix of each head. x (B, H, T, d), matrices (H, d, e) → (B, H, T, e) */
function mapHeads(x: tf.Tensor4D, matrices: tf.Tensor3D, transpose = false): tf.Tensor4D {
  const [batch, heads, tokens, width] = x.shape
  const rows = x.transpose([1, 0, 2, 3]).reshape<tf.Tensor3D>([heads, batch * tokens, width]) // (H, N, d)
  return tf
    .matMul<tf.Tensor3D>(rows, matrices, false, transpose) // (H, N, e)
    .reshape<tf.Tensor4D>([heads, batch, tokens, matrices.shape[transpose ? 1 : 2]])
    .transpose([1, 0, 2, 3])
}

/** The diagonal of Σ_j for every key, a linear map of what the key was mapped from. (B, H, T, d) */
function keyCovariance({
  inputs: { input, parameters },
  shape: { heads, headWidth, width },
}: Setting): tf.Tensor4D {
  const [batch, tokens] = input.shape
  return tf
    .matMul<tf.Tensor2D>(
      input.reshape<tf.Tensor2D>([batch * tokens, width]),
      parameters.componentCovariance as tf.Tensor2D,
    ) // (N, C)
    .reshape<tf.Tensor4D>([batch, tokens, heads, headWidth])
    .transpose([0, 2, 1, 3])
}

export const terms: Record<AttentionAxes['term'], Term> = {
  none: {},

  /**
   * Σ η with a learned diagonal Σ per head, initially 0: the gradient of ½ηᵀΣη, which a mixture of Gaussians with one
   * covariance adds to log Z. Shim 2022, arXiv 2205.01080, proposition 2.
   */
  covariance: {
    parameters: (shape) => [perHead('covariance', shape, 0, shape.headWidth)],
    reading: (query, _key, _weighting, { inputs }) => natural(query).mul(inputs.parameters.covariance!),
  },

  /** L Lᵀ η with a learned L (d × r) per head from N(0, 0.02²): L = 0 would be a saddle that nothing leaves. */
  'low-rank': {
    parameters: ({ heads, headWidth }, { termRank }) => [
      { ...matrix('covarianceRoot', [heads, headWidth, termRank]), decayed: false },
    ],
    reading(query, _key, _weighting, { inputs }) {
      const root = inputs.parameters.covarianceRoot as tf.Tensor3D // (H, d, r)
      return mapHeads(mapHeads(natural(query), root), root, true) // (B, H, T, r) → (B, H, T, d)
    },
  },

  /**
   * A covariance of each key, Σ_j = diag(W x_j) with W initially 0: scores gain ½ηᵀΣ_jη and values Σ_jη. The gradient of
   * log Σ_j π_j exp(μ_j·η + ½ηᵀΣ_jη), theory A.4.
   */
  'per-component': {
    parameters: ({ width }) => [
      { ...matrix('componentCovariance', [width, width]), initial: { value: 0 }, decayed: false },
    ],
    score(query, setting) {
      const halfSquares = natural(query).square().mul<tf.Tensor4D>(0.5) // (B, H, T, d)
      return tf.matMul(halfSquares, keyCovariance(setting), false, true) // (B, H, T, T)
    },
    reading: (query, _key, { average }, setting) =>
      natural(query).mul<tf.Tensor4D>(average(keyCovariance(setting))),
  },

  /**
   * Cov(v, k) η over the tokens that a token may see: with the uniform average it is the gradient of log Z where keys are
   * one Gaussian with their empirical moments, the first order of softmax attention in η. Shim 2022, corollary 1.
   */
  moment: {
    reading(query, key, _weighting, { inputs: { value, mask } }) {
      const uniform = uniformWeights(query.shape[2], mask !== undefined) // (T, T)
      const products = tf.matMul<tf.Tensor4D>(natural(query), key, false, true).mul<tf.Tensor4D>(uniform) // (B, H, T, T)
      const means = tf.matMul<tf.Tensor4D>(uniform, value) // (B, H, T, d)
      return tf.matMul<tf.Tensor4D>(products, value).sub(means.mul(products.sum(-1, true)))
    },
  },
}
