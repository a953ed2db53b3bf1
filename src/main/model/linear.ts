/** Affine maps over named parameters, with biases where the model has them. */
import * as tf from '@tensorflow/tfjs'
import type { Tensors } from '../engine/program.ts'

/** x + b. x (N, C), `name.bias` (C) or absent → (N, C) */
export const biased = (weights: Tensors, name: string, x: tf.Tensor2D): tf.Tensor2D => {
  const bias = weights[`${name}.bias`]
  return bias ? x.add(bias) : x
}

/** x W + b. x (N, in), `name.weight` (in, out), `name.bias` (out) or absent → (N, out) */
export const apply = (weights: Tensors, name: string, x: tf.Tensor2D): tf.Tensor2D =>
  biased(weights, name, tf.matMul(x, weights[`${name}.weight`] as tf.Tensor2D))
