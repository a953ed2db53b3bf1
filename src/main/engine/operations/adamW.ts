/** The update of one tensor by AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101). The schedule is in ../optimizer.ts. */
import * as tf from '@tensorflow/tfjs'
import { isTracing } from '../tracing/backend.ts'
import { defineKernel } from './kernel.ts'

const fused = defineKernel('AdamW', {
  inputs: [
    'weights',
    'first',
    'second',
    'gradient',
    'firstGain',
    'secondGain',
    'stepSize',
    'epsilon',
    'keep',
  ],
  results: ([weights]) => Array(3).fill({ shape: weights!.shape, dtype: 'float32' }),
})

/** Scalars: (1 − β₁) and (1 − β₂) times the clipping factor and its square, and the step of ../optimizer.ts. */
export type UpdateScalars = Readonly<
  Record<'firstGain' | 'secondGain' | 'stepSize' | 'epsilon' | 'keep', tf.Tensor>
>
export interface Moments {
  readonly weights: tf.Tensor
  readonly first: tf.Tensor
  readonly second: tf.Tensor
}

/**
 * m ← β₁m + firstGain·g; v ← β₂v + secondGain·g²; w ← keep·w − stepSize·m/(√v + epsilon).
 * Tensors of one shape; it has no gradient of its own.
 */
export function adamWUpdate(
  { weights, first, second }: Moments,
  gradient: tf.Tensor,
  scalars: UpdateScalars,
  { beta1, beta2 }: { beta1: number; beta2: number },
): Moments {
  if (isTracing()) {
    const tensors = { weights, first, second, gradient, ...scalars }
    const [w, m, v] = fused(tensors, { beta1, beta2 }) as [tf.Tensor, tf.Tensor, tf.Tensor]
    return { weights: w, first: m, second: v }
  }
  const { firstGain, secondGain, stepSize, epsilon, keep } = scalars
  const m = first.mul(beta1).add(gradient.mul(firstGain))
  const v = second.mul(beta2).add(gradient.square().mul(secondGain))
  const direction = m.div(v.sqrt().add(epsilon))
  return { weights: weights.mul(keep).sub(direction.mul(stepSize)), first: m, second: v }
}
