/** The two programs of a run: a training step, and the validation losses of a batch of sequences. */
import * as tf from '@tensorflow/tfjs'
import {
  adamW,
  firstMoment,
  scheduleInputs,
  secondMoment,
  type OptimizerConfiguration,
} from '../engine/optimizer.ts'
import { crossEntropy } from '../engine/operations/crossEntropy.ts'
import type { Program, Specifications, TensorSpecification, Tensors } from '../engine/program.ts'
import type { LanguageModel } from '../model/transformer.ts'

const weightsOf = ({ parameters }: LanguageModel): Record<string, TensorSpecification> =>
  Object.fromEntries(parameters.map(({ name, shape }) => [name, { shape, dtype: 'float32' }]))

const batchOf = (batchSize: number, context: number): Specifications => ({
  tokens: { shape: [batchSize, context], dtype: 'int32' },
  targets: { shape: [batchSize, context], dtype: 'int32' },
})

/**
 * One optimiser step: forward, backward, clipping, AdamW.
 * Inputs: tokens and targets (B, T), the optimiser's schedule. Results: `loss`, the mean cross entropy in nats per
 * token before the update, and `gradientNorm`, before clipping.
 */
export function trainingProgram(
  model: LanguageModel,
  configuration: OptimizerConfiguration & { readonly batchSize: number; readonly context: number },
): Program {
  const { batchSize, context } = configuration
  const weights = weightsOf(model)
  const names = Object.keys(weights)
  const moments = names.flatMap((name) => [
    [firstMoment(name), weights[name]!],
    [secondMoment(name), weights[name]!],
  ])
  const decayed = new Set(model.parameters.filter((parameter) => parameter.decayed).map(({ name }) => name))
  return {
    name: 'training step',
    state: { ...weights, ...Object.fromEntries(moments) },
    inputs: { ...batchOf(batchSize, context), ...scheduleInputs },
    build(state, inputs) {
      const lossOf = (...values: tf.Tensor[]): tf.Scalar => {
        const named = Object.fromEntries(names.map((name, index) => [name, values[index]!]))
        const { logits } = model.forward(named, inputs.tokens as tf.Tensor2D)
        return crossEntropy(logits, inputs.targets!.reshape([batchSize * context]))
      }
      const { value: loss, grads } = tf.valueAndGrads(lossOf)(names.map((name) => state[name]!))
      const gradients: Tensors = Object.fromEntries(names.map((name, index) => [name, grads[index]!]))
      const { state: next, gradientNorm } = adamW(configuration, state, gradients, decayed, inputs)
      return { state: next, results: { loss, gradientNorm } }
    },
  }
}

/** Results: `losses` (B), the mean cross entropy in nats per token of each sequence. The state does not change. */
export function evaluationProgram(model: LanguageModel, batchSize: number, context: number): Program {
  return {
    name: 'evaluation',
    state: weightsOf(model),
    inputs: batchOf(batchSize, context),
    build(state, inputs) {
      const { logits } = model.forward(state, inputs.tokens as tf.Tensor2D) // (N, V)
      const hits = tf.oneHot(inputs.targets!.reshape([batchSize * context]).toInt(), logits.shape[1]) // (N, V)
      const logLikelihoods = tf.logSoftmax(logits).mul(hits).sum(-1) // (N)
      return { state: {}, results: { losses: logLikelihoods.reshape([batchSize, context]).mean(-1).neg() } }
    },
  }
}
