/**
 * The score axis: s_ij, how query i and key j are compared, before any mask. The squared distances are products of
 * vectors with two more channels: −c‖q − k‖²/2 = [c q, −c‖q‖²/2, 1]·[k, 1, −c‖k‖²/2], so that no pass over pairs of
 * tokens is needed besides the product itself.
 */
import * as tf from '@tensorflow/tfjs'
import type { AttentionAxes } from '../../../shared/attention.ts'
import { matrix } from '../parameters.ts'
import { natural, perHead, squaredNorm, type Choice, type Setting } from './axis.ts'

interface Score extends Choice {
  /** query and key (B, H, T, d) → (B, H, T, T) */
  compare(query: tf.Tensor4D, key: tf.Tensor4D, setting: Setting): tf.Tensor4D
}

const product = (query: tf.Tensor4D, key: tf.Tensor4D): tf.Tensor4D => tf.matMul(query, key, false, true)
const joined = (...columns: tf.Tensor4D[]): tf.Tensor4D => tf.concat(columns, 3)

/** x/‖x‖ for each head's vectors. (B, H, T, d) */
const direction = (x: tf.Tensor4D): tf.Tensor4D => x.mul(squaredNorm(x).add(1e-12).rsqrt())

/** log α_j of the mixture score. (B, H, T, 1) */
export function logKeyPrecision({ inputs: { input, parameters }, shape }: Setting): tf.Tensor4D {
  const [batch, tokens] = input.shape
  const rows = input.reshape<tf.Tensor2D>([batch * tokens, shape.width]) // (N, C)
  return tf
    .matMul<tf.Tensor2D>(rows, parameters.precision as tf.Tensor2D) // (N, H)
    .reshape([batch, tokens, shape.heads])
    .transpose([0, 2, 1]) // (B, H, T)
    .expandDims<tf.Tensor4D>(3)
    .add(parameters.logPrecision!) // (B, H, T, 1)
}

/** The largest factor of the cosine, after Swin V2 (Liu et al. 2022, arXiv 2111.09883). */
const largestCosineScale = 100

export const scores: Record<AttentionAxes['score'], Score> = {
  /** q·k/√d (Vaswani et al. 2017, equation 1) */
  dot: { compare: (query, key) => product(natural(query), key) },

  /** e^t q·k/√d with a learned t per head, initially 0: t → −∞ is the uniform average, t → ∞ picks the best key. */
  temperature: {
    parameters: (shape) => [perHead('logScale', shape, 0)],
    compare: (query, key, { inputs }) => product(natural(query).mul(inputs.parameters.logScale!.exp()), key),
  },

  /** τ cos(q, k) with a learned τ ≤ 100 per head, initially 10. */
  cosine: {
    parameters: (shape) => [perHead('logScale', shape, Math.log(10))],
    compare(query, key, { inputs }) {
      const scale = tf.minimum(inputs.parameters.logScale!, Math.log(largestCosineScale)).exp()
      return product(direction(query).mul<tf.Tensor4D>(scale), direction(key))
    },
  },

  /** −‖q − k‖²/(2√d) (theory 2.2, after Kim et al. 2021, arXiv 2006.04710, without tying the maps) */
  distance: {
    compare(query, key, { axes }) {
      const scale = 1 / Math.sqrt(query.shape[3])
      const half = (x: tf.Tensor4D) => squaredNorm(x).mul<tf.Tensor4D>(-scale / 2) // (B, H, T, 1)
      const queries = [query.mul<tf.Tensor4D>(scale), half(query)]
      // the magnitude prior, +‖k‖²/(2√d), cancels the norm of the key
      if (axes.prior === 'magnitude') return product(joined(...queries), joined(key, tf.onesLike(half(key))))
      return product(
        joined(...queries, tf.onesLike(half(query))),
        joined(key, tf.onesLike(half(key)), half(key)),
      )
    },
  },

  /**
   * The logarithm of an isotropic Gaussian around each key, up to a constant: (d/2) log α_j − (α_j/2)‖q_i − k_j‖², with
   * a precision of each key, log α_j = a + w·x_j; a starts at log d^(−1/2), w at 0. Movellan & Gabbur 2020, arXiv
   * 2010.15583; the determinant is theory B.2's correction of their code.
   */
  mixture: {
    parameters: (shape) => [
      perHead('logPrecision', shape, -Math.log(shape.headWidth) / 2),
      { ...matrix('precision', [shape.width, shape.heads]), initial: { value: 0 }, decayed: false },
    ],
    compare(query, key, setting) {
      const logPrecision = logKeyPrecision(setting)
      const precision = logPrecision.exp() // (B, H, T, 1)
      const determinant = logPrecision.mul<tf.Tensor4D>(setting.shape.headWidth / 2)
      const offset =
        setting.axes.prior === 'magnitude' // +(α_j/2)‖k_j‖², which cancels the norm of the key
          ? determinant
          : determinant.sub<tf.Tensor4D>(precision.mul(squaredNorm(key)).mul(0.5))
      return product(
        joined(query, squaredNorm(query), tf.onesLike(offset)),
        joined(key.mul(precision), precision.mul(-0.5), offset),
      )
    },
  },

  /** 0: every key counts the same. */
  uniform: {
    compare(query) {
      const [batch, heads, tokens] = query.shape
      return tf.zeros([batch, heads, tokens, tokens])
    },
  },
}
