/** Affine maps and norms over named parameters, with biases where the model has them. */
import * as tf from '@tensorflow/tfjs'
import { layerNormalization } from '../engine/operations/layerNormalization.ts'
import type { Tensors } from '../engine/program.ts'

const biased = (weights: Tensors, name: string, y: tf.Tensor2D): tf.Tensor2D => {
  const bias = weights[`${name}.bias`]
  return bias ? y.add(bias) : y
}

/** x W + b. x (N, in), `name.weight` (in, out), `name.bias` (out) or absent → (N, out) */
export const apply = (weights: Tensors, name: string, x: tf.Tensor2D): tf.Tensor2D =>
  biased(weights, name, tf.matMul(x, weights[`${name}.weight`] as tf.Tensor2D))

/** Layer normalisation of every row. x (N, C), `name.scale` (C), `name.bias` (C) or absent → (N, C) */
export const normalise = (weights: Tensors, name: string, x: tf.Tensor2D): tf.Tensor2D =>
  biased(weights, name, layerNormalization(x, weights[`${name}.scale`] as tf.Tensor1D))
