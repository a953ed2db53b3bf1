/** Root mean square normalisation (Zhang & Sennrich 2019, arXiv 1910.07467). */
import * as tf from '@tensorflow/tfjs'
import { isTracing } from '../tracing/backend.ts'
import { defineKernel } from './kernel.ts'

export const rmsNormalizationEpsilon = 1e-5

const forward = defineKernel('RmsNormalization', {
  inputs: ['x', 'scale'],
  results: ([x]) => [
    { shape: x!.shape, dtype: x!.dtype }, // y (N, C)
    { shape: [x!.shape[0]!, 1], dtype: x!.dtype }, // 1/rms (N, 1)
  ],
})

const backward = defineKernel('RmsNormalizationGradient', {
  inputs: ['dy', 'x', 'scale', 'inverse'],
  results: ([, x, scale]) => [
    { shape: x!.shape, dtype: x!.dtype },
    { shape: scale!.shape, dtype: x!.dtype },
  ],
})

/**
 * y = scale · x / sqrt(mean(x²) + 1e-5) for every row of x.
 * @param x (N, C)
 * @param scale (C)
 */
export function rmsNormalization(x: tf.Tensor2D, scale: tf.Tensor1D): tf.Tensor2D {
  if (!isTracing()) {
    const meanSquare = x.square().mean(-1, true) // (N, 1)
    return x.div(meanSquare.add(rmsNormalizationEpsilon).sqrt()).mul(scale)
  }
  return tf.customGrad((...parameters) => {
    const [x, scale, save] = parameters as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc]
    const [y, inverse] = forward({ x, scale }) as [tf.Tensor, tf.Tensor]
    save([x, scale, inverse])
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, scale, inverse] = saved as [tf.Tensor, tf.Tensor, tf.Tensor]
        return backward({ dy, x, scale, inverse })
      },
    }
  })(x, scale) as tf.Tensor2D
}
