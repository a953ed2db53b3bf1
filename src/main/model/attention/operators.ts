/** The operator axis: what acts on the values, as a function of A. A itself is never formed anew: M V comes from A V. */
import * as tf from '@tensorflow/tfjs'
import type { AttentionAxes } from '../../../shared/attention.ts'
import { rmsNormalization } from '../../engine/operations/rmsNormalization.ts'
import type { ParameterSpecification } from '../parameters.ts'
import { perHead, type Choice, type Setting } from './axis.ts'
import { uniformWeights } from './masks.ts'
import type { Weighting } from './normalisers.ts'

interface Operator extends Choice {
  /** M V. values (B, H, T, d) → (B, H, T, d) */
  apply(values: tf.Tensor4D, weighting: Weighting, setting: Setting): tf.Tensor4D
}

/** λ of the first layers is small, that of later ones tends to 0.8 (Ye et al. 2024, equation 3). */
export const initialLambda = (layer: number): number => 0.8 - 0.6 * Math.exp(-0.3 * layer)

/** A vector of N(0, 0.1²) numbers, not decayed. */
const drawn = (name: string, size: number): ParameterSpecification => ({
  name,
  shape: [size],
  initial: { deviation: 0.1 },
  decayed: false,
})

/** `first` for the first heads, `last` for the final ⌊share · H⌉ of them. (H, 1, 1) */
function perHeadConstant({ axes, shape: { heads } }: Setting, first: number, last: number): tf.Tensor3D {
  const laplacian = Math.round(axes.laplacianShare * heads)
  const numbers = Float32Array.from({ length: heads }, (_, head) => (head < heads - laplacian ? first : last))
  return tf.tensor3d(numbers, [heads, 1, 1])
}

export const operators: Record<AttentionAxes['operator'], Operator> = {
  /** A V */
  average: { apply: (values, { average }) => average(values) },

  /** (A − I) V, graph diffusion (Ravuri & Lawrence 2025, arXiv 2507.21040). Dropout drops entries of A and none of I. */
  laplacian: { apply: (values, { average }) => average(values).sub(values) },

  /** (A + I) V: the same extra path from a token to itself with the other sign, a control. */
  'plus-identity': { apply: (values, { average }) => average(values).add(values) },

  /** (A − γ I) V with a learned γ per head. */
  'laplacian-gamma': {
    parameters: (shape, { gamma }) => [perHead('gamma', shape, gamma)],
    apply: (values, { average }, { inputs }) => average(values).sub(values.mul(inputs.parameters.gamma!)),
  },

  /** A V on the first heads, V − A V on the last ones (Zhang & Papyan, theory C.5). */
  'laplacian-heads': {
    apply: (values, { average }, setting) =>
      average(values)
        .mul<tf.Tensor4D>(perHeadConstant(setting, 1, -1))
        .add(values.mul<tf.Tensor4D>(perHeadConstant(setting, 0, 1))),
  },

  /**
   * U V + (1 + w)(A − U) V with the uniform average U and a learned w per head, initially 0: low and high frequencies of
   * attention weighed apart. Wang et al. 2022, arXiv 2203.05962 (AttnScale).
   */
  'attention-scale': {
    parameters: (shape) => [perHead('scale', shape, 0)],
    apply(values, { average }, { inputs }) {
      const uniform = tf.matMul<tf.Tensor4D>(
        uniformWeights(values.shape[2], inputs.mask !== undefined),
        values,
      ) // (B, H, T, d)
      const difference = average(values).sub<tf.Tensor4D>(uniform)
      return uniform.add(difference.mul(inputs.parameters.scale!.add(1)))
    },
  },

  /**
   * A V + λ (A + (K − 1)(A² − A)) V with a learned λ per head, initially 0: a first-order form of a graph filter of order
   * K. Choi et al. 2024, arXiv 2312.04234 (GFSA).
   */
  'graph-filter': {
    parameters: (shape) => [perHead('filter', shape, 0)],
    apply(values, { average }, { inputs, axes }) {
      const once = average(values)
      const twice = average(once)
      const filtered = once.add<tf.Tensor4D>(twice.sub<tf.Tensor4D>(once).mul(axes.filterOrder - 1))
      return once.add(filtered.mul(inputs.parameters.filter!))
    },
  },

  /**
   * (A₁ − λ A₂) V for every two neighbouring heads, which share their values (2d wide), then RMS normalisation with a
   * learned scale and the factor 1 − λ₀; λ = exp(a₁·b₁) − exp(a₂·b₂) + λ₀ with learned vectors (d) from N(0, 0.1²).
   * Ye et al. 2024, arXiv 2410.05258, equations 1 to 3; their heads are pairs of ours, so half as many.
   */
  differential: {
    parameters: ({ headWidth }) => [
      ...['lambdaQuery1', 'lambdaKey1', 'lambdaQuery2', 'lambdaKey2'].map((name) => drawn(name, headWidth)),
      { name: 'subNorm.scale', shape: [2 * headWidth], initial: { value: 1 }, decayed: false },
    ],
    apply(values, { average }, { inputs: { parameters }, shape: { layer } }) {
      const [batch, heads, tokens, width] = values.shape
      const pairs = heads / 2
      // the values of a pair side by side, given to both of its heads: (B, H, T, 2d)
      const sideBySide = values
        .reshape([batch, pairs, 2, tokens, width])
        .transpose([0, 1, 3, 2, 4]) // (B, H/2, T, 2, d)
        .reshape([batch, pairs, 1, tokens, 2 * width])
      const shared = tf
        .concat([sideBySide, sideBySide], 2)
        .reshape<tf.Tensor4D>([batch, heads, tokens, 2 * width])
      const [first, second] = tf.split(
        average(shared).reshape([batch, pairs, 2, tokens, 2 * width]),
        2,
        2,
      ) as [tf.Tensor5D, tf.Tensor5D] // (B, H/2, 1, T, 2d)
      const exponent = (index: 1 | 2) =>
        parameters[`lambdaQuery${index}`]!.mul(parameters[`lambdaKey${index}`]!).sum().exp() // ()
      const lambda = exponent(1).sub(exponent(2)).add(initialLambda(layer)) // ()
      const rows = first.sub(second.mul(lambda)).reshape<tf.Tensor2D>([batch * pairs * tokens, 2 * width])
      return rmsNormalization(rows, parameters['subNorm.scale'] as tf.Tensor1D)
        .mul(1 - initialLambda(layer))
        .reshape([batch, pairs, tokens, 2, width])
        .transpose([0, 1, 3, 2, 4]) // (B, H/2, 2, T, d)
        .reshape([batch, heads, tokens, width])
    },
  },
}
