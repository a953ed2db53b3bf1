/** The squared length of a tensor, for gradient norms. It has no gradient of its own. */
import * as tf from '@tensorflow/tfjs'
import { isTracing } from '../tracing/backend.ts'
import { defineKernel } from './kernel.ts'

const fused = defineKernel('SumOfSquares', {
  inputs: ['x'],
  results: () => [{ shape: [], dtype: 'float32' }],
})

/** Σ x², a scalar. */
export function sumOfSquares(x: tf.Tensor): tf.Scalar {
  return isTracing() ? (fused({ x })[0] as tf.Scalar) : x.square().sum()
}
