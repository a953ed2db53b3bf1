/**
 * The configuration of a run as one flat list of values with units, and the records of experiments, runs and
 * datasets as every side speaks of them. Data only: the calls are in contract.ts, the presets in catalogue/.
 */
import './without-eval.ts'
import { z } from 'zod'

const count = (minimum: number, maximum: number) => z.number().int().min(minimum).max(maximum)

/** Every value that a recipe sets and `--set key=value` overrides. */
export const runConfigurationSchema = z.strictObject({
  // model
  layers: count(1, 64).describe('transformer blocks'),
  heads: count(1, 64).describe('attention heads per block; must divide width'),
  width: count(2, 4096).describe('channels of the residual stream'),
  context: count(1, 4096).describe('tokens a model sees at once'),
  mlpRatio: z.number().min(0.25).max(16).describe('hidden channels of the MLP, as a multiple of width'),
  biases: z.boolean().describe('whether linear maps and norms have bias vectors'),
  tiedHead: z.boolean().describe('whether the output head shares the token embedding'),
  dropout: z
    .number()
    .min(0)
    .max(0.9)
    .describe('share of values that training drops: embeddings, attention weights, outputs of every block'),
  // optimisation
  steps: count(1, 10_000_000).describe('optimiser steps'),
  batchSize: count(1, 4096).describe('sequences per step'),
  learningRate: z.number().positive().max(10).describe('peak learning rate, after warm-up'),
  minimumLearningRate: z.number().min(0).max(10).describe('learning rate at the end of the cosine decay'),
  warmupSteps: count(0, 10_000_000).describe('steps of linear warm-up'),
  decaySteps: count(0, 10_000_000).describe('step at which the cosine decay ends; 0 means at the last step'),
  beta1: z.number().min(0).lt(1).describe('AdamW decay of the first moment'),
  beta2: z.number().min(0).lt(1).describe('AdamW decay of the second moment'),
  epsilon: z.number().positive().max(1).describe('AdamW term that keeps the denominator from zero'),
  weightDecay: z
    .number()
    .min(0)
    .max(10)
    .describe('AdamW decoupled decay of matrices, per unit learning rate'),
  clipNorm: z.number().min(0).describe('largest global gradient norm; 0 means no clipping'),
  // evaluation
  evaluationInterval: count(1, 10_000_000).describe('steps between evaluations'),
  evaluationTokens: count(0, 1_000_000_000).describe('validation tokens per evaluation; 0 means all of them'),
})
export type RunConfiguration = z.infer<typeof runConfigurationSchema>

export const deviceNames = ['cpu', 'webgpu', 'cuda', 'directml', 'coreml', 'tensorflow', 'reference'] as const
export const deviceChoiceSchema = z.enum(['auto', ...deviceNames])
export type DeviceChoice = z.infer<typeof deviceChoiceSchema>
export type DeviceName = (typeof deviceNames)[number]

export const runStates = [
  'queued',
  'preparing',
  'running',
  'finished',
  'stopped',
  'failed',
  'diverged',
  'interrupted',
] as const
export const runStateSchema = z.enum(runStates)
export type RunState = z.infer<typeof runStateSchema>
/** A run in one of these states will not change any more by itself. */
export const endedStates: ReadonlySet<RunState> = new Set([
  'finished',
  'stopped',
  'failed',
  'diverged',
  'interrupted',
])

/** A run in one of these states can be taken up again where its last checkpoint left it. */
export const resumableStates: ReadonlySet<RunState> = new Set([
  'stopped',
  'failed',
  'diverged',
  'interrupted',
])

/** Something that a person should know of a run that goes on all the same. */
export const alertSchema = z.object({
  step: z.number().int().describe('optimiser steps done when it happened'),
  code: z.enum(['loss-spike', 'checkpoint-failed', 'checkpoint-damaged']),
  message: z.string(),
})
export type Alert = z.infer<typeof alertSchema>

export const errorRecordSchema = z.object({ code: z.string(), message: z.string(), hint: z.string() })
export type ErrorRecord = z.infer<typeof errorRecordSchema>

/** Average cross entropies in nats per token, on the validation split, of models that need no training. */
export const textBaselinesSchema = z.object({
  uniform: z.number().describe('log of the vocabulary size'),
  unigram: z.number().describe('token frequencies of the training split, add-one smoothed'),
  bigram: z.number().describe('previous-token frequencies of the training split, add-one smoothed'),
})
export type TextBaselines = z.infer<typeof textBaselinesSchema>

export const datasetSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['text']),
  sha256: z.string().describe('of the source bytes'),
  bytes: z.number().int(),
  train: z.number().int().describe('training tokens'),
  validation: z.number().int().describe('validation tokens'),
  vocabulary: z.number().int().describe('distinct tokens'),
  tokenizer: z.enum(['character']),
  preview: z.string().describe('the first characters of the text'),
  baselines: textBaselinesSchema,
  importedAt: z.string().describe('ISO 8601, UTC'),
})
export type Dataset = z.infer<typeof datasetSchema>

/** A validation measurement: nats per token, after `step` optimiser steps. */
export const validationSchema = z.object({ step: z.number().int(), loss: z.number() })

export const runSchema = z.object({
  id: z.string(),
  experiment: z.string(),
  dataset: z.string(),
  attention: z.string(),
  recipe: z.string(),
  seed: z.number().int(),
  state: runStateSchema,
  device: z.string().nullable().describe('the device it trains on; null until it is chosen'),
  threads: z.number().int().nullable(),
  parameters: z.number().int().nullable().describe('trained values; null until the model is built'),
  step: z.number().int().describe('optimiser steps done'),
  steps: z.number().int().describe('optimiser steps planned'),
  trainLoss: z.number().nullable().describe('nats per token, of the latest recorded step'),
  bestValidation: validationSchema.nullable(),
  lastValidation: validationSchema.nullable(),
  tokensPerSecond: z.number().nullable(),
  seconds: z.number().describe('wall time of training and evaluation so far'),
  etaSeconds: z.number().nullable().describe('expected seconds until it finishes; null when not known'),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  error: errorRecordSchema.nullable(),
  alerts: z.array(alertSchema).describe('steps ascending'),
  configuration: runConfigurationSchema,
  versions: z.record(z.string(), z.string()).describe('app, onnxruntime, tfjs, node'),
})
export type Run = z.infer<typeof runSchema>

export const experimentSchema = z.object({
  id: z.string(),
  name: z.string(),
  dataset: z.string(),
  recipe: z.string(),
  attentions: z.array(z.string()),
  seeds: z.array(z.number().int()),
  createdAt: z.string(),
})
export type Experiment = z.infer<typeof experimentSchema>

const interval = z.tuple([z.number(), z.number()])
/** One row of a comparison; every loss is in nats per token. */
export const comparisonRowSchema = z.object({
  attention: z.string(),
  seeds: z.array(z.number().int()).describe('of the runs that have a validation loss'),
  bestValidation: z.object({
    mean: z.number(),
    sd: z.number().nullable().describe('sample standard deviation over seeds; null below two seeds'),
    ci95: interval.nullable().describe('Student t interval of the mean; null below two seeds'),
  }),
  differenceFromBaseline: z
    .object({
      mean: z.number().describe('this variant minus the baseline, paired by seed'),
      ci95: interval.nullable(),
      p: z.number().nullable(),
      test: z.string(),
      effectSize: z.number().nullable().describe("Cohen's d of the paired differences"),
    })
    .nullable()
    .describe('null for the baseline itself and where no seed is shared with it'),
})
export type ComparisonRow = z.infer<typeof comparisonRowSchema>

export const comparisonSchema = z.object({
  experiment: z.string(),
  runs: z.array(runSchema),
  comparison: z.array(comparisonRowSchema),
  baselines: textBaselinesSchema.nullable(),
})
export type Comparison = z.infer<typeof comparisonSchema>
