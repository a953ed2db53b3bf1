/** The programs of a run: a training step, and the validation losses of a batch of sequences. */
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
import type { ParameterSpecification } from '../model/parameters.ts'
import type { LanguageModel } from '../model/transformer.ts'
import type { VisionTransformer } from '../model/visionTransformer.ts'

const weightsOf = (parameters: readonly ParameterSpecification[]): Record<string, TensorSpecification> =>
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
  return masksFor(model.dropoutSites(batchSize, context), dropout)
}

function masksFor(sites: Objective['dropoutSites'], dropout: number): Specifications {
  if (dropout === 0) return {}
  return Object.fromEntries(
    Object.entries(sites).map(([site, shape]) => [maskOf(site), { shape, dtype: 'bool' }]),
  )
}

/** What is minimised: a loss of a batch, as a function of parameters. */
interface Objective {
  readonly parameters: readonly ParameterSpecification[]
  /** What a batch is made of. */
  readonly batch: Specifications
  readonly dropoutSites: Readonly<Record<string, readonly number[]>>
  /** Mean cross entropy of the batch, in nats. */
  loss(weights: Tensors, batch: Tensors, gains: Tensors | undefined): tf.Scalar
}

type StepConfiguration = OptimizerConfiguration & { readonly batchSize: number; readonly dropout: number }

/**
 * One optimiser step of a language model: forward, backward, clipping, AdamW.
 * Inputs: tokens and targets (B, T), the optimiser's schedule, the masks of dropout. Results: `loss`, the mean cross
 * entropy in nats per token before the update, and `gradientNorm`, before clipping.
 */
export function trainingProgram(
  model: LanguageModel,
  configuration: StepConfiguration & { readonly context: number },
): Program {
  const { batchSize, context } = configuration
  return stepProgram(configuration, {
    parameters: model.parameters,
    batch: batchOf(batchSize, context),
    dropoutSites: model.dropoutSites(batchSize, context),
    loss(weights, batch, gains) {
      const { logits } = model.forward(weights, batch.tokens as tf.Tensor2D, gains) // (N, V)
      return crossEntropy(logits, batch.targets!.reshape([batchSize * context]))
    },
  })
}

/** The same for a vision transformer. Inputs: images (B, size, size, channels) and labels (B). */
export function imageTrainingProgram(
  model: VisionTransformer,
  configuration: StepConfiguration & { readonly imageSize: number; readonly channels: number },
): Program {
  const { batchSize, imageSize, channels } = configuration
  return stepProgram(configuration, {
    parameters: model.parameters,
    batch: {
      images: { shape: [batchSize, imageSize, imageSize, channels], dtype: 'float32' },
      labels: { shape: [batchSize], dtype: 'int32' },
    },
    dropoutSites: model.dropoutSites(batchSize),
    loss(weights, batch, gains) {
      const { logits } = model.forward(weights, batch.images as tf.Tensor4D, gains) // (B, classes)
      return crossEntropy(logits, batch.labels as tf.Tensor1D)
    },
  })
}

function stepProgram(configuration: StepConfiguration, objective: Objective): Program {
  const { parameters, batch, dropoutSites } = objective
  const weights = weightsOf(parameters)
  const names = Object.keys(weights)
  const moments = names.flatMap((name) => [
    [firstMoment(name), weights[name]!],
    [secondMoment(name), weights[name]!],
  ])
  const decayed = new Set(parameters.filter((parameter) => parameter.decayed).map(({ name }) => name))
  return {
    name: 'training step',
    state: { ...weights, ...Object.fromEntries(moments) },
    inputs: { ...batch, ...scheduleInputs, ...masksFor(dropoutSites, configuration.dropout) },
    build(state, inputs) {
      const gain = (site: string) =>
        inputs[maskOf(site)]!.cast('float32').mul(dropoutScale(configuration.dropout))
      const sites = Object.keys(dropoutSites)
      const gains =
        configuration.dropout > 0 ? Object.fromEntries(sites.map((site) => [site, gain(site)])) : undefined
      const lossOf = (...values: tf.Tensor[]): tf.Scalar =>
        objective.loss(Object.fromEntries(names.map((name, index) => [name, values[index]!])), inputs, gains)
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
    state: weightsOf(model.parameters),
    inputs: batchOf(batchSize, context),
    build(state, inputs) {
      const { logits } = model.forward(state, inputs.tokens as tf.Tensor2D) // (N, V)
      const hits = tf.oneHot(inputs.targets!.reshape([batchSize * context]).toInt(), logits.shape[1]) // (N, V)
      const logLikelihoods = tf.logSoftmax(logits).mul(hits).sum(-1) // (N)
      return { state: {}, results: { losses: logLikelihoods.reshape([batchSize, context]).mean(-1).neg() } }
    },
  }
}
