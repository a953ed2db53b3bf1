/**
 * The normaliser axis: from scores to the matrix A of non-negative weights. Each choice gives A V for any V, and A
 * itself; dropout multiplies entries of A in the products and never in A itself.
 */
import * as tf from '@tensorflow/tfjs'
import type { AttentionAxes } from '../../../shared/attention.ts'
import { attend } from '../../engine/operations/attend.ts'
import { perHead, type Choice, type Setting } from './axis.ts'
import { allowedPairs } from './masks.ts'

export interface Weighting {
  /** A V, with dropout where there is any. (B, H, T, e) → (B, H, T, e) */
  average(values: tf.Tensor4D): tf.Tensor4D
  /** A, before dropout. (B, H, T, T) */
  pattern(): tf.Tensor4D
}

interface Normaliser extends Choice {
  /** @param scores with masks and priors added (B, H, T, T) */
  weigh(scores: tf.Tensor4D, setting: Setting): Weighting
}

/** From A itself. */
function weighted(pattern: tf.Tensor4D, { inputs: { gains } }: Setting): Weighting {
  const kept = gains ? pattern.mul<tf.Tensor4D>(gains) : pattern
  return { average: (values) => tf.matMul(kept, values), pattern: () => pattern }
}

/** From scores that a softmax turns into A. */
function softmaxOf(scores: tf.Tensor4D, { inputs: { gains } }: Setting): Weighting {
  let pattern: tf.Tensor4D | undefined
  return {
    average(values) {
      const { readings, weights } = attend(scores, values, gains)
      pattern ??= weights
      return readings
    },
    pattern: () => (pattern ??= tf.softmax(scores)),
  }
}

/** The logarithm of what a softmax over rows, or over columns, would give. (B, H, T, T) */
const logRows = (scores: tf.Tensor4D): tf.Tensor4D => tf.logSoftmax(scores)
const transposed = (x: tf.Tensor4D): tf.Tensor4D => x.transpose([0, 1, 3, 2])
const logColumns = (scores: tf.Tensor4D): tf.Tensor4D => transposed(logRows(transposed(scores)))

/** elu(x) + 1, a positive feature map. */
const feature = (x: tf.Tensor4D): tf.Tensor4D => tf.elu(x).add(1)

export const normalisers: Record<AttentionAxes['normaliser'], Normaliser> = {
  /** e^s_ij / Σ_j e^s_ij */
  softmax: { weigh: softmaxOf },

  /** e^s_ij / (1 + Σ_j e^s_ij): a softmax with one more key and value, both zero (Miller 2023; x-transformers). */
  'softmax-one': {
    weigh(scores, { inputs: { gains }, ...rest }) {
      const [batch, heads, tokens] = scores.shape
      const widened = (x: tf.Tensor4D): tf.Tensor4D =>
        tf.concat([x, tf.zeros<tf.Rank.R4>([batch, heads, tokens, 1])], 3) // (B, H, T, T + 1)
      const inner = softmaxOf(widened(scores), {
        ...rest,
        inputs: { gains: gains && widened(gains) } as Setting['inputs'],
      })
      const withZero = (values: tf.Tensor4D): tf.Tensor4D =>
        tf.concat([values, tf.zeros<tf.Rank.R4>([batch, heads, 1, values.shape[3]])], 2) // (B, H, T + 1, e)
      return {
        average: (values) => inner.average(withZero(values)),
        pattern: () => inner.pattern().slice([0, 0, 0, 0], [batch, heads, tokens, tokens]),
      }
    },
  },

  /**
   * σ(s_ij + b) with a learned b per head, initially −log of the longest sequence: entries of a row do not compete.
   * Ramapuram et al. 2024, arXiv 2409.04431.
   */
  sigmoid: {
    parameters: (shape) => [perHead('logitBias', shape, -Math.log(shape.tokens))],
    weigh: (scores, setting) =>
      weighted(tf.sigmoid(scores.add<tf.Tensor4D>(setting.inputs.parameters.logitBias!)), setting),
  },

  /**
   * φ(q_i)·φ(k_j) / (Σ_j φ(q_i)·φ(k_j) + 10⁻⁶) over the tokens that i may see, φ = elu + 1. Katharopoulos et al. 2020,
   * arXiv 2006.16236; the quadratic form, whose numbers are those of the linear-time one.
   */
  linear: {
    weigh(_, setting) {
      const { query, key, mask } = setting.inputs
      const products = tf.matMul<tf.Tensor4D>(feature(query), feature(key), false, true) // (B, H, T, T)
      const seen = mask ? products.mul<tf.Tensor4D>(allowedPairs(query.shape[2], true)) : products
      return weighted(seen.div(seen.sum(-1, true).add(1e-6)), setting)
    },
  },

  /**
   * Rows and columns normalised in turn, `sinkhornIterations` times in all, rows first: one is the softmax, many are
   * doubly stochastic. Sander et al. 2022, arXiv 2110.11773, in the logarithmic domain.
   */
  sinkhorn: {
    weigh(scores, setting) {
      let logarithm = scores
      for (let iteration = 0; iteration < setting.axes.sinkhornIterations; iteration++)
        logarithm = iteration % 2 === 0 ? logRows(logarithm) : logColumns(logarithm)
      return weighted(logarithm.exp(), setting)
    },
  },

  /**
   * softmax_j(s_ij − a log Σ_i e^s_ij): the rows of D^−a W D^−a normalised, with W = e^s and column sums D; a = 0 is the
   * softmax, a = 1 removes the density of keys. Coifman & Lafon 2006, doi 10.1016/j.acha.2006.04.006.
   */
  'column-corrected': {
    weigh(scores, setting) {
      const exponent = setting.axes.columnExponent
      // s − a log Σ_i e^s = (1 − a) s + a (s − log Σ_i e^s)
      const corrected = scores
        .mul<tf.Tensor4D>(1 - exponent)
        .add<tf.Tensor4D>(logColumns(scores).mul(exponent))
      return softmaxOf(corrected, setting)
    },
  },

  /**
   * D^(−1/2) W D^(−1/2) with W = (e^s + e^sᵀ)/2 and its row sums D. With log W = s + softplus(sᵀ − s) − log 2, half the sum
   * of its normalised rows and columns is the logarithm of the result.
   */
  symmetric: {
    weigh(scores, setting) {
      const logarithm = scores.add<tf.Tensor4D>(tf.softplus(transposed(scores).sub<tf.Tensor4D>(scores)))
      const rows = logRows(logarithm)
      return weighted(rows.add<tf.Tensor4D>(transposed(rows)).mul<tf.Tensor4D>(0.5).exp(), setting)
    },
  },
}
