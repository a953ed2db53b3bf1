/** What normalises the tokens of the residual stream: one of four kinds, over named parameters. */
import * as tf from '@tensorflow/tfjs'
import type { RunConfiguration } from '../../shared/experiment.ts'
import { layerNormalization } from '../engine/operations/layerNormalization.ts'
import { rmsNormalization } from '../engine/operations/rmsNormalization.ts'
import type { Tensors } from '../engine/program.ts'
import { biased } from './linear.ts'
import { vector, type Kept, type ParameterSpecification } from './parameters.ts'
import { whitened, whiteningBuffers } from './whitening.ts'

export interface Norm extends Kept {
  /**
   * @param weights parameters and buffers
   * @param x (N, C)
   * @returns the normalised tokens (N, C), and the next values of the buffers, by name
   */
  forward(weights: Tensors, x: tf.Tensor2D): { output: tf.Tensor2D; updates: Tensors }
}

/** Every kind ends with a learned scale and, where the model has biases, a learned bias per channel. */
const learned = (name: string, width: number, biases: boolean): ParameterSpecification[] => [
  vector(`${name}.scale`, width, 1),
  ...(biases ? [vector(`${name}.bias`, width, 0)] : []),
]

/** @param name what the names of its parameters begin with */
export function normOf(kind: RunConfiguration['norm'], name: string, width: number, biases: boolean): Norm {
  const scaleOf = (weights: Tensors) => weights[`${name}.scale`] as tf.Tensor1D
  const ofRows = (normalise: (x: tf.Tensor2D, scale: tf.Tensor1D) => tf.Tensor2D): Norm => ({
    parameters: learned(name, width, biases),
    buffers: [],
    forward: (weights, x) => ({
      output: biased(weights, name, normalise(x, scaleOf(weights))),
      updates: {},
    }),
  })
  switch (kind) {
    case 'layer':
      return ofRows(layerNormalization)
    case 'rms':
      return ofRows(rmsNormalization)
    case 'whitening':
      return {
        parameters: learned(name, width, biases),
        buffers: whiteningBuffers(name, width),
        forward(weights, x) {
          const { output, updates } = whitened(weights, name, x)
          return { output: biased(weights, name, output.mul(scaleOf(weights))), updates }
        },
      }
    case 'none':
      return { parameters: [], buffers: [], forward: (_, x) => ({ output: x, updates: {} }) }
  }
}

/** The norm after the last block. Where norms stand after each sum, the last sum is normalised already. */
export const finalNormOf = ({
  norm,
  normPlacement,
  width,
  biases,
}: Pick<RunConfiguration, 'norm' | 'normPlacement' | 'width' | 'biases'>): Norm =>
  normOf(normPlacement === 'pre' ? norm : 'none', 'finalNorm', width, biases)
