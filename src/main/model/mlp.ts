/** The MLP of a block: expand, activate, contract, for each token by itself. */
import * as tf from '@tensorflow/tfjs'
import type { RunConfiguration } from '../../shared/experiment.ts'
import { gelu } from '../engine/operations/gelu.ts'
import type { Tensors } from '../engine/program.ts'
import { apply } from './linear.ts'
import { mapped, type ParameterSpecification } from './parameters.ts'

/** Each is one function of one number; silu (Elfwing et al. 2018, arXiv 1702.03118) is x · sigmoid(x). */
const activations: Record<RunConfiguration['activation'], (x: tf.Tensor2D) => tf.Tensor2D> = {
  gelu,
  relu: (x) => x.relu(),
  silu: (x) => x.mul(x.sigmoid()),
}

export interface Mlp {
  readonly parameters: readonly ParameterSpecification[]
  /** activation(x W₁ + b₁) W₂ + b₂. (N, C) → (N, C) */
  forward(weights: Tensors, x: tf.Tensor2D): tf.Tensor2D
}

/** @param outputScale what the deviation of the initial values of W₂ is multiplied with */
export function mlpOf(
  {
    width,
    mlpRatio,
    activation,
    biases,
  }: Pick<RunConfiguration, 'width' | 'mlpRatio' | 'activation' | 'biases'>,
  name: string,
  outputScale: number,
): Mlp {
  const hidden = Math.round(mlpRatio * width)
  return {
    parameters: [
      ...mapped(`${name}.expand`, [width, hidden], biases),
      ...mapped(`${name}.contract`, [hidden, width], biases, outputScale),
    ],
    forward(weights, x) {
      const expanded = activations[activation](apply(weights, `${name}.expand`, x)) // (N, mlpRatio·C)
      return apply(weights, `${name}.contract`, expanded)
    },
  }
}
