/** The Gaussian error linear unit, exact form (Hendrycks & Gimpel 2016, arXiv 1606.08415). */
import * as tf from '@tensorflow/tfjs'
import { isTracing } from '../tracing/backend.ts'
import { defineKernel } from './kernel.ts'

const sameAsX = { inputs: ['x'], results: ([x]: readonly { shape: readonly number[] }[]) => like(x!) }
const like = ({ shape }: { shape: readonly number[] }) => [{ shape, dtype: 'float32' as const }]

const forward = defineKernel('Gelu', sameAsX)
const backward = defineKernel('GeluGradient', { ...sameAsX, inputs: ['x', 'halfDy'] })

/** y = x · Φ(x), where Φ is the standard normal distribution function; y' = Φ(x) + x · φ(x). Any shape. */
export function gelu<T extends tf.Tensor>(x: T): T {
  if (!isTracing()) return x.mul(x.mul(Math.SQRT1_2).erf().add(1).mul(0.5)) as T
  return tf.customGrad((...parameters) => {
    const [x, save] = parameters as unknown as [tf.Tensor, tf.GradSaveFunc]
    save([x])
    return {
      value: forward({ x })[0]!,
      // the half is taken here, where it folds into the product that made dy
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backward({ x: saved[0]!, halfDy: dy.mul(0.5) }),
    }
  })(x) as T
}
