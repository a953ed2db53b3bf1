/** The program that tells how much of the gradient every block gets. */
import * as tf from '@tensorflow/tfjs'
import { sumOfSquares } from '../../engine/operations/sumOfSquares.ts'
import type { Program } from '../../engine/program.ts'
import { stateOf } from '../../model/parameters.ts'
import { keyOf, type Wanted } from '../../statistics/measuring/recording.ts'
import type { Probed } from './program.ts'

/**
 * Inputs: a batch of `sequences`. Results, by `keyOf` of `wanted`, whose names are blocks: the norm of the gradient of the
 * mean cross entropy with respect to the parameters of that block (1), before any clipping. The state does not change.
 */
export function gradientProgram(probed: Probed, sequences: number, wanted: readonly Wanted[]): Program {
  const names = probed.model.parameters.map(({ name }) => name)
  return {
    name: 'gradients',
    state: stateOf(probed.model),
    inputs: probed.inputs(sequences),
    build(state, inputs) {
      const lossOf = (...values: tf.Tensor[]): tf.Scalar => {
        const weights = Object.fromEntries(names.map((name, index) => [name, values[index]!]))
        return probed.forward({ ...state, ...weights }, inputs).loss
      }
      const { grads } = tf.valueAndGrads(lossOf)(names.map((name) => state[name]!))
      const norm = (block: string): tf.Tensor => {
        const own = grads.filter((_, index) => names[index]!.startsWith(`${block}.`))
        return tf.addN(own.map(sumOfSquares)).sqrt().reshape([1])
      }
      return { state: {}, results: Object.fromEntries(wanted.map((one) => [keyOf(one), norm(one.name)])) }
    },
  }
}
