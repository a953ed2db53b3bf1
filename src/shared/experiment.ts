/**
 * The configuration of a run as one flat list of values with units, and the records of experiments, runs and
 * datasets as every side speaks of them. Data only: the calls are in contract.ts, the presets in catalogue/.
 */
import './without-eval.ts'
import { z } from 'zod'
import { attentionAxesSchema } from './attention.ts'

const count = (minimum: number, maximum: number) => z.number().int().min(minimum).max(maximum)

/** Every value that a recipe sets and `--set key=value` overrides. */
export const runConfigurationSchema = z.strictObject({
  // model
  layers: count(1, 64).describe('transformer blocks'),
  heads: count(1, 64).describe('attention heads per block; must divide width'),
  width: count(2, 4096).describe('channels of the residual stream'),
  context: count(1, 4096).describe('tokens a model sees at once'),
  mlpRatio: z
    .number()
    .min(0)
    .max(16)
    .describe('hidden channels of the MLP, as a multiple of width; 0: no MLP'),
  activation: z.enum(['gelu', 'relu', 'silu']).describe('of the hidden channels of the MLP'),
  biases: z.boolean().describe('whether linear maps and norms have bias vectors'),
  tiedHead: z.boolean().describe('whether the output head shares the token embedding'),
  positions: z
    .enum(['learned', 'sinusoidal', 'rotary', 'none'])
    .describe('how a model knows where a token stands'),
  norm: z
    .enum(['layer', 'rms', 'whitening', 'none'])
    .describe(
      'what normalises the input of attention and MLP; whitening makes the covariance over tokens the identity',
    ),
  normPlacement: z.enum(['pre', 'post']).describe('whether norms stand before each branch or after its sum'),
  residual: z.boolean().describe('whether the output of a branch is added to its input or replaces it'),
  stepSize: z
    .number()
    .min(-8)
    .max(8)
    .describe('what the output of a branch is multiplied with; 1 is neutral'),
  learnedStepSize: z.boolean().describe('whether the step size is learned, one number per branch'),
  initialDeviation: z
    .number()
    .min(0)
    .max(1)
    .describe('standard deviation of the initial linear maps; 0 means 1/√(3 · inputs) of each'),
  patchSize: count(1, 256).describe('pixels along each side of the patches that become tokens'),
  pooling: z
    .enum(['class-token', 'mean'])
    .describe('what the classifier reads: a token of its own, or the mean over patches'),
  dropout: z
    .number()
    .min(0)
    .max(0.9)
    .describe('share of values that training drops: embeddings, attention weights, outputs of every block'),
  // optimisation
  steps: count(1, 10_000_000).describe('optimiser steps'),
  batchSize: count(1, 4096).describe('sequences or images per step'),
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
  // augmentation of training images
  shiftPixels: count(0, 64).describe('largest random shift of an image along each axis, in pixels'),
  flip: z.boolean().describe('whether images are mirrored left to right half of the time'),
  smallestCrop: z
    .number()
    .min(0.05)
    .max(1)
    .describe('smallest share of the area of an image that a random crop keeps; 1 means no cropping'),
  // evaluation
  evaluationInterval: count(1, 10_000_000).describe('steps between evaluations'),
  evaluationTokens: count(0, 1_000_000_000).describe('validation tokens per evaluation; 0 means all of them'),
  // samples of a language model
  sampleInterval: count(0, 10_000_000).describe(
    'steps between sampled texts, beside the one of the last step; 0 means only that one',
  ),
  sampleTokens: count(0, 4096).describe('tokens of a sampled text after its prompt; 0 means no samples'),
  samplePrompt: z.string().min(1).max(4096).describe('what a sampled text begins with'),
  temperature: z
    .number()
    .min(0)
    .max(100)
    .describe('divides the logits when sampling; 0 takes the likeliest token'),
  topK: count(0, 1_000_000).describe('sampling chooses among this many of the likeliest tokens; 0 means all'),
  // statistics of hidden states, at step 0 and at every evaluation
  statistics: z
    .string()
    .min(1)
    .max(4096)
    .describe('what is measured of hidden states: light, full, none, or ids of statistics between commas'),
  probeTokens: count(2, 8192).describe(
    'validation tokens whose hidden states are measured, from different sequences and positions',
  ),
  probeSequences: count(1, 64).describe('validation sequences whose attention maps are measured and kept'),
  probeMegabytes: z
    .number()
    .min(0)
    .max(4096)
    .describe('most that a run keeps of attention maps and hidden states, in 10⁶ bytes; 0 keeps none'),
})
export type RunConfiguration = z.infer<typeof runConfigurationSchema>
export type ConfigurationKey = keyof RunConfiguration

export const datasetKinds = ['text', 'images'] as const
export type DatasetKind = (typeof datasetKinds)[number]

/** Keys that mean something for one kind of data only. */
const exclusiveKeys: Record<DatasetKind, readonly ConfigurationKey[]> = {
  text: [
    ...(['context', 'tiedHead', 'evaluationTokens'] as const),
    ...(['sampleInterval', 'sampleTokens', 'samplePrompt', 'temperature', 'topK'] as const),
  ],
  images: ['patchSize', 'pooling', 'shiftPixels', 'flip', 'smallestCrop'],
}
/** Whether `key` decides anything in a run on data of this kind. */
export const appliesTo = (kind: DatasetKind, key: ConfigurationKey): boolean =>
  datasetKinds.every((other) => other === kind || !exclusiveKeys[other].includes(key))

export const deviceNames = ['cpu', 'webgpu', 'cuda', 'directml', 'coreml', 'tensorflow', 'reference'] as const
export const deviceChoiceSchema = z.enum(['auto', ...deviceNames])
export type DeviceChoice = z.infer<typeof deviceChoiceSchema>
export type DeviceName = (typeof deviceNames)[number]

export const runStates = [
  'queued',
  'preparing',
  'running',
  'paused',
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
  'paused',
  'finished',
  'stopped',
  'failed',
  'diverged',
  'interrupted',
])

/** A run in one of these states can be taken up again where its last checkpoint left it. */
export const resumableStates: ReadonlySet<RunState> = new Set([
  'paused',
  'stopped',
  'failed',
  'diverged',
  'interrupted',
])

/** What a run does: its state, other than that it may wait, with everything in memory, until the disk has room. */
export const waitsForRoom = <Of extends { state: RunState; error: ErrorRecord | null }>(
  run: Of,
): run is Of & { error: ErrorRecord } => !endedStates.has(run.state) && run.error?.code === 'disk-full'

/** Something that a person should know of a run that goes on all the same. */
export const alertSchema = z.object({
  step: z.number().int().describe('optimiser steps done when it happened'),
  code: z.enum(['loss-spike', 'checkpoint-failed', 'checkpoint-damaged', 'statistics-failed']),
  message: z.string(),
})
export type Alert = z.infer<typeof alertSchema>

/** A line of what a run went through. Unlike alerts it stays when a run goes back to a checkpoint. */
export const logLineSchema = z.object({
  at: z.string().describe('ISO 8601, UTC'),
  step: z.number().int().describe('optimiser steps done'),
  kind: z
    .enum([...runStates, 'note', 'warning', 'output'])
    .describe('the state that the run came into, or: what its trainer did, an alert, what its process wrote'),
  message: z.string().describe('a sentence; of a state why it came into it, or nothing'),
})
export type LogLine = z.infer<typeof logLineSchema>

export const errorRecordSchema = z.object({ code: z.string(), message: z.string(), hint: z.string() })
export type ErrorRecord = z.infer<typeof errorRecordSchema>

/** Interpolated n-gram models, see src/main/datasets/wittenBell.ts. Long splits count and measure in part. */
export const wittenBellSchema = z.object({
  losses: z.array(z.number()).min(1).describe('by the length of the context in tokens: 0, 1, 2, ...'),
  countedTokens: z.number().int().describe('training tokens that were counted, from the beginning'),
  measuredTokens: z.number().int().describe('validation tokens that were measured, from the beginning'),
})
export type WittenBell = z.infer<typeof wittenBellSchema>

/** Average cross entropies in nats per token, on the validation split, of models that need no training. */
export const textBaselinesSchema = z.object({
  uniform: z.number().describe('log of the vocabulary size'),
  unigram: z.number().describe('token frequencies of the training split, add-one smoothed'),
  bigram: z.number().describe('previous-token frequencies of the training split, add-one smoothed'),
  wittenBell: wittenBellSchema
    .optional()
    .describe('absent in datasets of earlier versions until their file is imported again'),
})
export type TextBaselines = z.infer<typeof textBaselinesSchema>

/** The n-gram model with the lowest loss: `n` tokens with the predicted one. Undefined where none was measured. */
export function bestNgram({ wittenBell }: TextBaselines): { n: number; loss: number } | undefined {
  if (!wittenBell) return undefined
  const loss = Math.min(...wittenBell.losses)
  return { n: wittenBell.losses.indexOf(loss) + 1, loss }
}

/** How a dataset came to its validation split. `validation` is the share that was asked for. */
export const splitRecordSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('position'), validation: z.number() }).describe('the end of the text'),
  z
    .object({ by: z.literal('document'), validation: z.number(), seed: z.number().int() })
    .describe('whole documents of the text, drawn'),
  z
    .object({ by: z.literal('class'), validation: z.number(), seed: z.number().int() })
    .describe('a share of the images of every class, drawn'),
  z.object({ by: z.literal('source') }).describe('as the files had it'),
])
export type SplitRecord = z.infer<typeof splitRecordSchema>

const commonDataset = {
  id: z.string(),
  name: z.string(),
  sha256: z.string().describe('of the text, or of pixels, labels and split'),
  bytes: z.number().int().describe('of the text, or of pixels and labels'),
  importedAt: z.string().describe('ISO 8601, UTC'),
  split: splitRecordSchema.optional().describe('absent in datasets of earlier versions'),
  notes: z
    .array(z.string())
    .optional()
    .describe('what a person should know of the import, one sentence each; absent where there is nothing'),
}
export const tokenizerKinds = ['character', 'byte', 'bpe', 'file'] as const
export type TokenizerKind = (typeof tokenizerKinds)[number]

export const textDatasetSchema = z.object({
  ...commonDataset,
  kind: z.literal('text'),
  identity: z
    .string()
    .optional()
    .describe('what the id is the beginning of, where tokenizer or split are not the usual; absent: sha256'),
  train: z.number().int().describe('training tokens'),
  validation: z.number().int().describe('validation tokens'),
  validationBytes: z
    .number()
    .int()
    .positive()
    .optional()
    .describe(
      'of the validation text in UTF-8; absent in datasets of earlier versions, as are its characters',
    ),
  validationCharacters: z.number().int().positive().optional(),
  vocabulary: z.number().int().describe('distinct tokens'),
  tokenizer: z.enum(tokenizerKinds).describe('of characters, bytes, merged byte pairs, or a tokenizer.json'),
  preview: z.string().describe('the first characters of the text'),
  baselines: textBaselinesSchema,
})
export type TextDataset = z.infer<typeof textDatasetSchema>

/** The sizes that image files had before they were scaled to the one of the dataset. */
export const originalSizesSchema = z.object({
  images: z.number().int(),
  smaller: z
    .number()
    .int()
    .describe('images with a side shorter than that of the dataset, which were enlarged'),
  larger: z.number().int().describe('other images of another size, which were reduced or cut'),
  distinct: z.number().int().describe('different sizes'),
  common: z
    .array(z.object({ width: z.number().int(), height: z.number().int(), images: z.number().int() }))
    .describe('the most frequent sizes in pixels, most frequent first'),
  width: z.object({ smallest: z.number(), median: z.number(), largest: z.number() }),
  height: z.object({ smallest: z.number(), median: z.number(), largest: z.number() }),
})
export type OriginalSizes = z.infer<typeof originalSizesSchema>

export const imageDatasetSchema = z.object({
  ...commonDataset,
  kind: z.literal('images'),
  train: z.number().int().describe('training images'),
  validation: z.number().int().describe('validation images'),
  classes: z.number().int().describe('number of classes'),
  classNames: z.array(z.string()).describe('by label'),
  height: z.number().int().describe('pixels'),
  width: z.number().int().describe('pixels'),
  channels: z.number().int().describe('1 grey, 3 red green blue'),
  trainPerClass: z.array(z.number().int()).describe('training images by label'),
  validationPerClass: z.array(z.number().int()).describe('validation images by label'),
  originals: originalSizesSchema.optional().describe('where the files had sizes of their own'),
})
export type ImageDataset = z.infer<typeof imageDatasetSchema>

export const datasetSchema = z.discriminatedUnion('kind', [textDatasetSchema, imageDatasetSchema])
export type Dataset = z.infer<typeof datasetSchema>

/**
 * The cross entropy in bits per byte of the validation text, which unlike nats per token can be compared between
 * tokenizers: loss / log 2 · tokens / bytes. Undefined for images and datasets of earlier versions.
 * @param loss in nats per token of the validation split
 */
export function bitsPerByte(loss: number, dataset: Dataset): number | undefined {
  if (dataset.kind !== 'text' || dataset.validationBytes === undefined) return undefined
  return ((loss / Math.LN2) * dataset.validation) / dataset.validationBytes
}

/** How often the training split is seen: steps of a batch of contexts, or of images, over what it holds. */
export function epochsOf(
  { steps, batchSize, context }: Pick<RunConfiguration, 'steps' | 'batchSize' | 'context'>,
  { kind, train }: Pick<Dataset, 'kind' | 'train'>,
): number {
  return (steps * batchSize * (kind === 'text' ? context : 1)) / train
}

/** The metric that says how many seconds a run had trained and evaluated when it had done a step. */
export const timeMetric = 'time/seconds'

/** A validation measurement after `step` optimiser steps. */
export const validationSchema = z.object({
  step: z.number().int(),
  loss: z.number().describe('cross entropy in nats per token or per image'),
  accuracy: z.number().optional().describe('share of images whose class was predicted; absent for text'),
})
export type Validation = z.infer<typeof validationSchema>

/** How an evaluation took the images of each class. */
export const confusionMatrixSchema = z.object({
  step: z.number().int().describe('of the evaluation'),
  counts: z.array(z.array(z.number().int())).describe('images by label, then by predicted class'),
})
export type ConfusionMatrix = z.infer<typeof confusionMatrixSchema>

/** What a language model made of the prompt of its run. */
export const textSampleSchema = z.object({
  step: z.number().int().describe('optimiser steps done when it was sampled'),
  prompt: z.string(),
  text: z.string().describe('what follows the prompt'),
})
export type TextSample = z.infer<typeof textSampleSchema>

/** What a run was trained on, as it was then: the dataset may be renamed, or removed, since. */
export const runDatasetSchema = z.object({
  name: z.string(),
  kind: z.enum(datasetKinds),
  sha256: z.string(),
  train: z.number().int().describe('training tokens or images'),
  validation: z.number().int().describe('validation tokens or images'),
  split: splitRecordSchema.optional(),
  tokenizer: z.enum(tokenizerKinds).optional().describe('of a text'),
  vocabulary: z.number().int().optional().describe('distinct tokens of a text'),
  classes: z.number().int().optional().describe('of images'),
})
export type RunDataset = z.infer<typeof runDatasetSchema>

/** Floating-point operations of one optimiser step, see src/main/engine/operationCounts.ts. */
export const operationCountsSchema = z.object({
  forward: z.number().describe('from the batch to the loss'),
  backward: z.number().describe('from the loss to the gradients'),
  optimizer: z.number().describe('clipping and the update of the weights'),
})
export type OperationCounts = z.infer<typeof operationCountsSchema>
export const totalOperations = ({ forward, backward, optimizer }: OperationCounts): number =>
  forward + backward + optimizer

/** What a person says of a run or an experiment; `name` is absent where it goes by what it is. */
const labels = {
  tags: z.array(z.string()),
  notes: z.string(),
  colour: z.string().nullable().describe('#rrggbb; null: by its place'),
}

export const runSchema = z.object({
  id: z.string(),
  experiment: z.string(),
  name: z.string().nullable().describe("the person's; null: goes by its variant and seed"),
  ...labels,
  dataset: z.string(),
  attention: z.string().describe('id of the variant'),
  axes: attentionAxesSchema.describe('what that variant was when the run was planned'),
  recipe: z.string(),
  seed: z.number().int(),
  state: runStateSchema,
  priority: z.number().int().describe('queued runs with a higher one start first'),
  place: z
    .number()
    .describe(
      'order among queued runs of one priority: the smallest first; at first the time it was created',
    ),
  requestedDevice: deviceChoiceSchema.nullable().describe('null in runs of earlier versions'),
  device: z.string().nullable().describe('the device it trains on; null until it is chosen'),
  deviceDescription: z.string().nullable().describe('its hardware, as far as it is known'),
  threads: z.number().int().nullable(),
  parameters: z.number().int().nullable().describe('trained values; null until the model is built'),
  operations: operationCountsSchema
    .nullable()
    .describe('null until the model is built, and in runs of earlier versions'),
  step: z.number().int().describe('optimiser steps done'),
  steps: z.number().int().describe('optimiser steps planned'),
  trainLoss: z.number().nullable().describe('nats per token or image, of the latest recorded step'),
  bestValidation: validationSchema.nullable(),
  lastValidation: validationSchema.nullable(),
  tokensPerSecond: z.number().nullable().describe('null for images'),
  imagesPerSecond: z.number().nullable().describe('null for text'),
  seconds: z.number().describe('wall time of training and evaluation so far'),
  peakBytes: z.number().nullable().describe('most memory that its process held; null until it has ended'),
  etaSeconds: z.number().nullable().describe('expected seconds until it finishes; null when not known'),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  endReason: z.string().nullable().describe('why it ended, or paused, in a sentence'),
  error: errorRecordSchema.nullable(),
  alerts: z.array(alertSchema).describe('steps ascending'),
  configuration: runConfigurationSchema,
  configurationHash: z
    .string()
    .nullable()
    .describe('SHA-256 of all that decides its weights but the device; null in runs of earlier versions'),
  trainedOn: runDatasetSchema.nullable().describe('null in runs of earlier versions'),
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
  ...labels,
  createdAt: z.string(),
})
export type Experiment = z.infer<typeof experimentSchema>
