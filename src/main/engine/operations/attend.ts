/** Softmax attention from scores to readings, with the gradient that never sums over pairs of tokens. */
import * as tf from '@tensorflow/tfjs'
import { isTracing } from '../tracing/backend.ts'

/**
 * Y = (D ∘ A) V with A = softmax(scores) over the last axis; without dropout D is 1 everywhere.
 *
 * The gradient with respect to the scores is A ∘ (dA − rowsum(dA ∘ A)) with dA = D ∘ (dY Vᵀ). The row sum equals
 * rowsum(dY ∘ Y) (Dao et al. 2022, arXiv 2205.14135, appendix B), which is d wide instead of T; dropout changes
 * nothing about it, since Σ_j D_ij (dY_i · V_j) A_ij = dY_i · Y_i.
 * @param scores (B, H, T, T), the mask already added
 * @param values (B, H, T, d)
 * @param gains D (B, H, T, T): 0 where dropout drops a weight, 1/(1 − p) elsewhere; it has no gradient
 * @returns the readings Y (B, H, T, d) and the weights A (B, H, T, T) before dropout; gradients flow through Y only
 */
export function attend(
  scores: tf.Tensor4D,
  values: tf.Tensor4D,
  gains?: tf.Tensor4D,
): { readings: tf.Tensor4D; weights: tf.Tensor4D } {
  const dropOut = (x: tf.Tensor4D): tf.Tensor4D => (gains ? x.mul(gains) : x)
  if (!isTracing()) {
    const weights = tf.softmax(scores)
    return { readings: tf.matMul(dropOut(weights), values), weights }
  }
  let weights: tf.Tensor4D | undefined
  const readings = tf.customGrad((...parameters) => {
    const [scores, values, save] = parameters as unknown as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc]
    const a = tf.softmax(scores)
    const kept = dropOut(a)
    const y = tf.matMul(kept, values)
    weights = tf.keep(a)
    save([a, kept, values, y])
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [a, kept, values, y] = saved as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D]
        const da = dropOut(tf.matMul(dy as tf.Tensor4D, values, false, true)) // (B, H, T, T)
        const rowSums = dy.mul(y).sum(-1, true) // (B, H, T, 1)
        return [a.mul(da.sub(rowSums)), tf.matMul(kept, dy, true, false)]
      },
    }
  })(scores, values) as tf.Tensor4D
  return { readings, weights: weights! }
}
