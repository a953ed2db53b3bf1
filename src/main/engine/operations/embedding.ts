/** Looking rows of a table up, and adding their gradients up. */
import * as tf from '@tensorflow/tfjs'
import { isTracing } from '../tracing/backend.ts'
import { defineKernel } from './kernel.ts'

const backward = defineKernel('EmbeddingGradient', {
  inputs: ['dy', 'indices'],
  results: ([dy], { rows }) => [{ shape: [rows as number, dy!.shape[1]!], dtype: 'float32' }],
})

/**
 * y_n = table[indices_n]; the gradient of a row is the sum over the places where it was read.
 * @param table (V, C)
 * @param indices (N) int32, each in 0..V−1
 * @returns (N, C)
 */
export function embedding(table: tf.Tensor2D, indices: tf.Tensor1D): tf.Tensor2D {
  if (!isTracing()) return tf.gather(table, indices)
  return tf.customGrad((...parameters) => {
    const [table] = parameters as unknown as [tf.Tensor2D]
    return {
      value: tf.gather(table, indices),
      gradFunc: (dy: tf.Tensor) => backward({ dy, indices }, { rows: table.shape[0] }),
    }
  })(table) as tf.Tensor2D
}
