/** Affine maps and norms with optional biases. */
import * as tf from '@tensorflow/tfjs'
import { layerNormalization } from '../engine/operations/layerNormalization.ts'

/** x W + b. x (N, in), weight (in, out), bias (out) or absent → (N, out) */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D | undefined): tf.Tensor2D {
  const y = tf.matMul<tf.Tensor2D>(x, weight)
  return bias ? y.add(bias) : y
}

/** Layer normalisation of every row, then the optional bias. (N, C) → (N, C) */
export function norm(x: tf.Tensor2D, scale: tf.Tensor1D, bias: tf.Tensor1D | undefined): tf.Tensor2D {
  const y = layerNormalization(x, scale)
  return bias ? y.add(bias) : y
}
