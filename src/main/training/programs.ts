/** The two programs of a run: a training step, and the validation losses of a batch of sequences. */
import * as tf from '@tensorflow/tfjs'
import { dropoutScale } from '../engine/dropout.ts'
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

const maskOf = (site: string): string => `dropout/${site}`

/** The masks that a training step wants, by the names of their inputs; none where nothing is dropped. */
export function dropoutInputs(
  model: LanguageModel,
  { dropout, batchSize, context }: { dropout: number; batchSize: number; context: number },
): Specifications {
  if (dropout === 0) return {}
  return Object.fromEntries(
    Object.entries(model.dropoutSites(batchSize, context)).map(([site, shape]) => [
      maskOf(site),
      { shape, dtype: 'bool' },
    ]),
  )
}

/**
 * One optimiser step: forward, backward, clipping, AdamW.
 * Inputs: tokens and targets (B, T), the optimiser's schedule, the masks of dropout. Results: `loss`, the mean cross entropy in nats per
 * token before the update, and `gradientNorm`, before clipping.
 */
export function trainingProgram(
  model: LanguageModel,
  configuration: OptimizerConfiguration & {
    readonly batchSize: number
    readonly context: number
    readonly dropout: number
  },
): Program {
  const { batchSize, context } = configuration
  const weights = weightsOf(model)
  const names = Object.keys(weights)
  const moments = names.flatMap((name) => [
    [firstMoment(name), weights[name]!],
    [secondMoment(name), weights[name]!],
  ])
  const sites = Object.keys(model.dropoutSites(batchSize, context))
  const decayed = new Set(model.parameters.filter((parameter) => parameter.decayed).map(({ name }) => name))
  return {
    name: 'training step',
    state: { ...weights, ...Object.fromEntries(moments) },
    inputs: { ...batchOf(batchSize, context), ...scheduleInputs, ...dropoutInputs(model, configuration) },
    build(state, inputs) {
      const gain = (site: string) =>
        inputs[maskOf(site)]!.cast('float32').mul(dropoutScale(configuration.dropout))
      const gains =
        configuration.dropout > 0 ? Object.fromEntries(sites.map((site) => [site, gain(site)])) : undefined
      const lossOf = (...values: tf.Tensor[]): tf.Scalar => {
        const named = Object.fromEntries(names.map((name, index) => [name, values[index]!]))
        const { logits } = model.forward(named, inputs.tokens as tf.Tensor2D, gains)
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
