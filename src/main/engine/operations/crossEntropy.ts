/** Cross entropy between logits and integer targets. */
import * as tf from '@tensorflow/tfjs'
import { isTracing } from '../tracing/backend.ts'
import { defineKernel } from './kernel.ts'

const forward = defineKernel('CrossEntropy', {
  inputs: ['logits', 'targets'],
  results: ([logits]) => [
    { shape: [], dtype: 'float32' },
    { shape: logits!.shape, dtype: 'float32' }, // log probabilities
  ],
})

const backward = defineKernel('CrossEntropyGradient', {
  inputs: ['dy', 'logProbabilities', 'targets'],
  results: ([, logProbabilities]) => [{ shape: logProbabilities!.shape, dtype: 'float32' }],
})

/**
 * −(1/N) Σ_n log softmax(logits_n)[targets_n], in nats.
 * @param logits (N, V)
 * @param targets (N) int32, each in 0..V−1
 * @returns a scalar
 */
export function crossEntropy(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar {
  if (!isTracing()) {
    const hits = tf.oneHot(targets, logits.shape[1]) // (N, V)
    return tf.logSoftmax(logits).mul(hits).sum().div(-logits.shape[0])
  }
  return tf.customGrad((...parameters) => {
    const [logits, save] = parameters as unknown as [tf.Tensor, tf.GradSaveFunc]
    const [loss, logProbabilities] = forward({ logits, targets }) as [tf.Tensor, tf.Tensor]
    save([logProbabilities])
    return {
      value: loss,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backward({ dy, logProbabilities: saved[0]!, targets }),
    }
  })(logits) as tf.Scalar
}
