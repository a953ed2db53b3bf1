/** Layer normalisation (Ba, Kiros & Hinton 2016, arXiv 1607.06450). */
import * as tf from '@tensorflow/tfjs'
import { isTracing } from '../tracing/backend.ts'
import { defineKernel } from './kernel.ts'

export const layerNormalizationEpsilon = 1e-5

const forward = defineKernel('LayerNormalization', {
  inputs: ['x', 'scale'],
  results: ([x]) => {
    const rows = { shape: [x!.shape[0]!, 1], dtype: x!.dtype }
    return [{ shape: x!.shape, dtype: x!.dtype }, rows, rows] // y (N, C), mean (N, 1), 1/deviation (N, 1)
  },
})

const backward = defineKernel('LayerNormalizationGradient', {
  inputs: ['dy', 'x', 'scale', 'mean', 'inverseDeviation'],
  results: ([, x, scale]) => [
    { shape: x!.shape, dtype: x!.dtype },
    { shape: scale!.shape, dtype: x!.dtype },
  ],
})

/**
 * y = scale · (x − mean(x)) / sqrt(var(x) + 1e-5) for every row of x, with the biased variance.
 * @param x (N, C)
 * @param scale (C)
 */
export function layerNormalization(x: tf.Tensor2D, scale: tf.Tensor1D): tf.Tensor2D {
  if (!isTracing()) {
    const centred = x.sub(x.mean(-1, true))
    const variance = centred.square().mean(-1, true) // (N, 1)
    return centred.div(variance.add(layerNormalizationEpsilon).sqrt()).mul(scale)
  }
  return tf.customGrad((...parameters) => {
    const [x, scale, save] = parameters as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc]
    const [y, mean, inverseDeviation] = forward({ x, scale }) as [tf.Tensor, tf.Tensor, tf.Tensor]
    save([x, scale, mean, inverseDeviation])
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, scale, mean, inverseDeviation] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
        return backward({ dy, x, scale, mean, inverseDeviation })
      },
    }
  })(x, scale) as tf.Tensor2D
}
