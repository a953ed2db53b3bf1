/**
 * How a sublayer f, attention or MLP, joins the residual stream x. With step size η:
 *
 *     pre    x ← x + η f(norm(x))      GPT-2 (Radford et al. 2019)
 *     post   x ← norm(x + η f(x))      the original transformer (Vaswani et al. 2017, section 3.1), which has no final norm
 *
 * and without the residual, the same with x + left out.
 */
import * as tf from '@tensorflow/tfjs'
import type { RunConfiguration } from '../../shared/experiment.ts'
import type { Tensors } from '../engine/program.ts'
import { normOf } from './norms.ts'
import type { Kept } from './parameters.ts'

export type BranchConfiguration = Pick<
  RunConfiguration,
  'width' | 'biases' | 'norm' | 'normPlacement' | 'residual' | 'stepSize' | 'learnedStepSize'
>

export interface Branch extends Kept {
  /**
   * @param weights parameters and buffers of the model
   * @param entry x (N, C)
   * @param sublayer f, (N, C) → (N, C)
   */
  forward(
    weights: Tensors,
    entry: tf.Tensor2D,
    gains: Tensors | undefined,
    sublayer: (input: tf.Tensor2D) => tf.Tensor2D,
  ): {
    /** What the next branch begins with. (N, C) */
    exit: tf.Tensor2D
    /** x + η f, before a norm that follows. (N, C) */
    sum: tf.Tensor2D
    /** What the norm made. (N, C) */
    normalised: tf.Tensor2D
    /** f, before dropout and η. (N, C) */
    output: tf.Tensor2D
    /** The next values of the buffers, by name. */
    updates: Tensors
  }
}

/** Multiplies by the gains of a site, where there are any. */
export const dropOut = (gains: Tensors | undefined, site: string, x: tf.Tensor2D): tf.Tensor2D =>
  gains ? x.mul(gains[site]!) : x

/** Where training may drop values of the output of a sublayer. */
export const outputSite = (name: string): string => `${name}.output`

/** @param name of the sublayer, such as `blocks.0.mlp`: its norm is `blocks.0.mlpNorm`, its learned η `blocks.0.mlpStep` */
export function branchOf(configuration: BranchConfiguration, name: string): Branch {
  const { width, biases, normPlacement, residual, stepSize, learnedStepSize } = configuration
  const norm = normOf(configuration.norm, `${name}Norm`, width, biases)
  const step = `${name}Step`

  const scaled = (weights: Tensors, x: tf.Tensor2D): tf.Tensor2D => {
    if (learnedStepSize) return x.mul(weights[step]!)
    return stepSize === 1 ? x : x.mul(stepSize)
  }

  return {
    parameters: [
      ...norm.parameters,
      ...(learnedStepSize ? [{ name: step, shape: [1], initial: { value: stepSize }, decayed: false }] : []),
    ],
    buffers: norm.buffers,

    forward(weights, entry, gains, sublayer) {
      const joined = (output: tf.Tensor2D): tf.Tensor2D => {
        const change = scaled(weights, dropOut(gains, outputSite(name), output))
        return residual ? entry.add(change) : change
      }
      if (normPlacement === 'pre') {
        const { output: normalised, updates } = norm.forward(weights, entry)
        const output = sublayer(normalised)
        const sum = joined(output)
        return { exit: sum, sum, normalised, output, updates }
      }
      const output = sublayer(entry)
      const sum = joined(output)
      const { output: normalised, updates } = norm.forward(weights, sum)
      return { exit: normalised, sum, normalised, output, updates }
    },
  }
}
