/** The programs of a run: a training step, and what an evaluation measures of a batch, for sequences and for images. */
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
import type { Program, Specifications, Tensors } from '../engine/program.ts'
import { stateOf, type Kept } from '../model/parameters.ts'
import type { LanguageModel } from '../model/transformer.ts'
import type { VisionTransformer } from '../model/visionTransformer.ts'
import type { ImageShape } from './feed/augmentation.ts'
import { imageBatch } from './feed/imageBatches.ts'
import { textBatch } from './feed/textBatches.ts'

const maskOf = (site: string): string => `dropout/${site}`

/** The masks that a training step wants, by the names of their inputs; none where nothing is dropped. */
export function dropoutInputs(sites: DropoutSites, dropout: number): Specifications {
  if (dropout === 0) return {}
  return Object.fromEntries(
    Object.entries(sites).map(([site, shape]) => [maskOf(site), { shape, dtype: 'bool' }]),
  )
}

/** By name, the shape of what may be dropped there. */
type DropoutSites = Readonly<Record<string, readonly number[]>>

/** What is minimised: a loss of a batch, as a function of what a model keeps. */
interface Goal {
  readonly model: Kept
  /** What a batch is made of. */
  readonly batch: Specifications
  readonly dropoutSites: DropoutSites
  /** @returns the mean cross entropy of the batch, in nats, and the next values of the model's buffers */
  forward(weights: Tensors, batch: Tensors, gains: Tensors | undefined): { loss: tf.Scalar; updates: Tensors }
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
    model,
    batch: textBatch(batchSize, context),
    dropoutSites: model.dropoutSites(batchSize, context),
    forward(weights, batch, gains) {
      const { logits, updates } = model.forward(weights, batch.tokens as tf.Tensor2D, gains) // (N, V)
      return { loss: crossEntropy(logits, batch.targets!.reshape([batchSize * context])), updates }
    },
  })
}

/** The same for a vision transformer. Inputs: images (B, height, width, channels) and labels (B). */
export function imageTrainingProgram(
  model: VisionTransformer,
  configuration: StepConfiguration,
  image: ImageShape,
): Program {
  const { batchSize } = configuration
  return stepProgram(configuration, {
    model,
    batch: imageBatch(batchSize, image),
    dropoutSites: model.dropoutSites(batchSize),
    forward(weights, batch, gains) {
      const { logits, updates } = model.forward(weights, batch.images as tf.Tensor4D, gains) // (B, classes)
      return { loss: crossEntropy(logits, batch.labels as tf.Tensor1D), updates }
    },
  })
}

function stepProgram(configuration: StepConfiguration, goal: Goal): Program {
  const { model, batch, dropoutSites } = goal
  const kept = stateOf(model)
  const names = model.parameters.map(({ name }) => name)
  const moments = names.flatMap((name) => [
    [firstMoment(name), kept[name]!],
    [secondMoment(name), kept[name]!],
  ])
  const decayed = new Set(model.parameters.filter((parameter) => parameter.decayed).map(({ name }) => name))
  return {
    name: 'training step',
    state: { ...kept, ...Object.fromEntries(moments) },
    inputs: { ...batch, ...scheduleInputs, ...dropoutInputs(dropoutSites, configuration.dropout) },
    build(state, inputs) {
      const gain = (site: string) =>
        inputs[maskOf(site)]!.cast('float32').mul(dropoutScale(configuration.dropout))
      const sites = Object.keys(dropoutSites)
      const gains =
        configuration.dropout > 0 ? Object.fromEntries(sites.map((site) => [site, gain(site)])) : undefined
      let updates: Tensors = {}
      const lossOf = (...values: tf.Tensor[]): tf.Scalar => {
        const weights = Object.fromEntries(names.map((name, index) => [name, values[index]!]))
        const made = goal.forward({ ...state, ...weights }, inputs, gains)
        // tfjs frees what its gradients do not return
        updates = mapTensors(made.updates, tf.keep)
        return made.loss
      }
      const { value: loss, grads } = tf.valueAndGrads(lossOf)(names.map((name) => state[name]!))
      const gradients: Tensors = Object.fromEntries(names.map((name, index) => [name, grads[index]!]))
      const { state: next, gradientNorm } = adamW(configuration, state, gradients, decayed, inputs)
      return { state: { ...next, ...mapTensors(updates, released) }, results: { loss, gradientNorm } }
    },
  }
}

const mapTensors = (tensors: Tensors, map: (tensor: tf.Tensor) => tf.Tensor): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, map(tensor)]))

/** A tensor that was kept, as one that its surroundings free. */
function released(kept: tf.Tensor): tf.Tensor {
  const copy = kept.clone()
  kept.dispose()
  return copy
}

/**
 * The log likelihood of each target.
 * @param logits (N, V)
 * @param targets (N) int32
 * @returns (N)
 */
function logLikelihoods(logits: tf.Tensor2D, targets: tf.Tensor): tf.Tensor1D {
  const hits = tf.oneHot(targets.toInt(), logits.shape[1]) // (N, V)
  return tf.logSoftmax(logits).mul(hits).sum(-1)
}

/** Results: `losses` (B), the mean cross entropy in nats per token of each sequence. The state does not change. */
export function evaluationProgram(model: LanguageModel, batchSize: number, context: number): Program {
  return {
    name: 'evaluation',
    state: stateOf(model),
    inputs: textBatch(batchSize, context),
    build(state, inputs) {
      const { logits } = model.forward(state, inputs.tokens as tf.Tensor2D) // (N, V)
      const likelihoods = logLikelihoods(logits, inputs.targets!.reshape([batchSize * context])) // (N)
      return { state: {}, results: { losses: likelihoods.reshape([batchSize, context]).mean(-1).neg() } }
    },
  }
}

/** Results: `losses` (B), the cross entropy in nats of each image, and its `logits` (B, classes). The state does not change. */
export function imageEvaluationProgram(
  model: VisionTransformer,
  batchSize: number,
  image: ImageShape,
): Program {
  return {
    name: 'evaluation',
    state: stateOf(model),
    inputs: imageBatch(batchSize, image),
    build(state, inputs) {
      const { logits } = model.forward(state, inputs.images as tf.Tensor4D) // (B, classes)
      return { state: {}, results: { losses: logLikelihoods(logits, inputs.labels!).neg(), logits } }
    },
  }
}
