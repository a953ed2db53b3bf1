/** Softmax attention from scores to readings, with the gradient that never sums over pairs of tokens. */
import * as tf from '@tensorflow/tfjs'
import { isTracing } from '../tracing/backend.ts'

/**
 * Y = A V with A = softmax(scores) over the last axis.
 *
 * The gradient with respect to the scores is A ∘ (dA − rowsum(dA ∘ A)) with dA = dY Vᵀ. The row sum equals
 * rowsum(dY ∘ Y) (Dao et al. 2022, arXiv 2205.14135, appendix B), which is d wide instead of T.
 * @param scores (B, H, T, T), the mask already added
 * @param values (B, H, T, d)
 * @returns the readings Y (B, H, T, d) and the weights A (B, H, T, T); gradients flow through Y only
 */
export function attend(
  scores: tf.Tensor4D,
  values: tf.Tensor4D,
): { readings: tf.Tensor4D; weights: tf.Tensor4D } {
  if (!isTracing()) {
    const weights = tf.softmax(scores)
    return { readings: tf.matMul(weights, values), weights }
  }
  let weights: tf.Tensor4D | undefined
  const readings = tf.customGrad((...parameters) => {
    const [scores, values, save] = parameters as unknown as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc]
    const a = tf.softmax(scores)
    const y = tf.matMul(a, values)
    weights = tf.keep(a)
    save([a, values, y])
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [a, values, y] = saved as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D]
        const da = tf.matMul(dy, values, false, true) // (B, H, T, T)
        const rowSums = dy.mul(y).sum(-1, true) // (B, H, T, 1)
        return [a.mul(da.sub(rowSums)), tf.matMul(a, dy, true, false)]
      },
    }
  })(scores, values) as tf.Tensor4D
  return { readings, weights: weights! }
}
