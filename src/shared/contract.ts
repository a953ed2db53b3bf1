/**
 * Every call and event between a window and the workbench. Electron IPC, the web host's socket and the command
 * line carry the same calls; input is parsed with these schemas where it enters, and nowhere else.
 */
import { z } from 'zod'
import { attentionAxesSchema, ownVariantSchema } from './attention.ts'
import { comparisonChoiceSchema, comparisonSchema } from './comparison.ts'
import { derivationRequestSchema, derivationSchema } from './derivation.ts'
import {
  confusionMatrixSchema,
  datasetKinds,
  datasetSchema,
  deviceChoiceSchema,
  errorRecordSchema,
  experimentSchema,
  runConfigurationSchema,
  runSchema,
  textSampleSchema,
} from './experiment.ts'
import {
  curveMetrics,
  downloadSchema,
  exportRequestSchema,
  importedArchiveSchema,
  referenceSchema,
} from './exports.ts'
import { healthSchema } from './health.ts'
import { columnSchema, importChoicesSchema } from './imports.ts'
import { labelChangeSchema, libraryEntrySchema } from './library.ts'
import {
  batchSchema,
  cloneRequestSchema,
  concurrencySchema,
  experimentLabelSchema,
  planSchema,
  prioritySchema,
  queueSchema,
  runLabelSchema,
} from './queue.ts'
import {
  projectionRequestSchema,
  projectionSchema,
  spectraRequestSchema,
  spectrumSchema,
  statesComparisonRequestSchema,
  statesComparisonSchema,
  variantStatesRequestSchema,
  variantStatesSchema,
} from './states.ts'
import {
  headChoiceSchema,
  measuredSchema,
  measurementFilterSchema,
  measurementSchema,
  probeSchema,
  probeSizeSchema,
  statisticComparisonSchema,
  statisticSchema,
} from './statistics.ts'

const id = z.string().min(1).max(200)

const pathSourceSchema = z.object({ kind: z.literal('path'), path: z.string().min(1).max(4096) })
const uploadSourceSchema = z.object({ kind: z.literal('upload'), upload: id })
/** The most files that a browser may upload for one import: more are better named by their folder's path. */
export const mostUploads = 50_000
/** Where the bytes of datasets come from. A browser has no paths: it uploads first and names the uploads. */
export const sourceSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('paths'),
    paths: z.array(pathSourceSchema.shape.path).min(1).max(10_000).describe('files and folders'),
  }),
  z.object({ kind: z.literal('uploads'), uploads: z.array(id).min(1).max(mostUploads) }),
  z.object({ kind: z.literal('sample'), sample: id }),
])
export type Source = z.infer<typeof sourceSchema>

/** A dataset that files would become. */
export const importPlanSchema = z.object({
  name: z.string(),
  kind: z.enum(datasetKinds),
  format: z.string().describe('as people call it: text, IDX'),
  files: z.number().int(),
  bytes: z.number().int().describe('of these files'),
  source: sourceSchema.describe('these files alone'),
  columns: z.array(columnSchema).optional().describe('of a table, as its first rows show them'),
  textColumn: z
    .string()
    .nullable()
    .optional()
    .describe(
      'read as text unless another is chosen; null: one must be chosen; absent: there is no such choice',
    ),
  refusal: errorRecordSchema.nullable().describe('why it cannot be imported, where that is known before'),
  preview: z.string().describe('the beginning of a text, or the names of the first image files'),
})
export type ImportPlanRecord = z.infer<typeof importPlanSchema>

export const experimentRequestSchema = z.object({
  dataset: id.describe('id in the library'),
  attentions: z.array(id).min(1).max(32).describe('the first is the baseline of the comparison'),
  seeds: z
    .array(
      z
        .number()
        .int()
        .min(0)
        .max(2 ** 31 - 1),
    )
    .min(1)
    .max(100),
  recipe: id,
  overrides: runConfigurationSchema.partial().describe('values that differ from the recipe'),
  device: deviceChoiceSchema,
  name: z.string().max(200).optional(),
})
export type ExperimentRequest = z.infer<typeof experimentRequestSchema>

export const variantSchema = z.object({
  id: z.string(),
  name: z.string(),
  family: z.string().describe('heading under which it is listed'),
  formula: z.string().describe('TeX'),
  meaning: z.string().describe('one line'),
  parameters: z.string().describe('what it learns beyond standard attention, with the initial values'),
  reduction: z.string().describe('when exactly it equals standard attention'),
  invariant: z.string().describe('a property that its output always has, and that the tests check'),
  source: z.string(),
  axes: attentionAxesSchema,
  futureLeak: z.string().nullable().describe('why a causal model refuses it; null where it does not'),
  own: z.boolean().describe('whether it is from a file of the person rather than from the catalogue'),
})
export type Variant = z.infer<typeof variantSchema>

export const recipeSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(datasetKinds),
  description: z.string(),
  source: z.string(),
  target: z.string().describe('the number it should reach, and where that number is from'),
  configuration: runConfigurationSchema,
})
export type Recipe = z.infer<typeof recipeSchema>

export const sampleSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(datasetKinds),
  files: z.array(z.string()).describe('in resources/samples'),
  sha256: z.string().describe('of the dataset that they become'),
  description: z.string(),
  attribution: z.string(),
})
export type Sample = z.infer<typeof sampleSchema>

export const catalogueSchema = z.object({
  variants: z.array(variantSchema),
  recipes: z.array(recipeSchema),
  samples: z.array(sampleSchema),
  statistics: z.array(statisticSchema),
  problems: z.array(z.string()).describe('what is wrong with files of own variants that could not be used'),
})
export type Catalogue = z.infer<typeof catalogueSchema>

export const deviceReportSchema = z.object({
  id: z.string(),
  available: z.boolean(),
  reason: z.string().optional().describe('why it is not available, and what would make it so'),
  description: z.string().optional(),
})
export type DeviceReport = z.infer<typeof deviceReportSchema>

const bucketValues = {
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  last: z.number().nullable(),
}
/**
 * A bucket of a curve: of the points between two steps, the smallest, the largest and the last. Null together: a gap, in
 * which nothing finite was recorded.
 */
export const bucketSchema = z.object({
  step: z.number().describe('step of the last finite point in the bucket'),
  ...bucketValues,
  smoothed: z
    .object(bucketValues)
    .optional()
    .describe('the same of the smoothed values; absent where no smoothing was asked for'),
  seconds: z
    .number()
    .optional()
    .describe('of training when that step was reached; absent where not asked for, or not recorded'),
})
export type Bucket = z.infer<typeof bucketSchema>
export const curveSchema = z.object({ run: z.string(), metric: z.string(), buckets: z.array(bucketSchema) })
export type Curve = z.infer<typeof curveSchema>

/** What is asked of a trained model, in a process of its own. */
const modelRequest = {
  run: id,
  checkpoint: z
    .enum(['best', 'last'])
    .optional()
    .describe('the weights with the lowest validation loss, or the latest that were kept; absent: best'),
  device: deviceChoiceSchema.optional().describe('where it runs; absent: where the run trained'),
}
const seed = experimentRequestSchema.shape.seeds.element
const { samplePrompt, temperature, topK } = runConfigurationSchema.shape

export const sampleRequestSchema = z.object({
  ...modelRequest,
  /** What is absent is as the run's own samples have it. */
  prompt: samplePrompt.optional(),
  tokens: z.number().int().min(1).max(100_000).optional().describe('after the prompt'),
  temperature: temperature.optional(),
  topK: topK.optional(),
  seed: seed.optional().describe('of the draws; absent: 0, as in the samples of runs'),
  request: id.optional().describe('chosen by who asks: names the sampleProgress of this text'),
})
export type SampleRequest = z.infer<typeof sampleRequestSchema>

/** Where a model's answer is from. */
const answered = {
  run: z.string(),
  checkpoint: z.enum(['best', 'last']),
  step: z.number().int().describe('optimiser steps of that checkpoint'),
}
export const sampledTextSchema = z.object({
  ...answered,
  prompt: z.string(),
  text: z.string().describe('what follows the prompt'),
  seed,
  temperature,
  topK,
})
export type SampledText = z.infer<typeof sampledTextSchema>

export const predictionRequestSchema = z.object({
  ...modelRequest,
  images: z
    .array(z.discriminatedUnion('kind', [pathSourceSchema, uploadSourceSchema]))
    .max(mostUploads)
    .describe('image files, folders of them, IDX files or arrays of numpy; none: the validation split'),
})
export type PredictionRequest = z.infer<typeof predictionRequestSchema>

const recognitionSchema = z.object({
  loss: z.number().describe('cross entropy in nats per image'),
  accuracy: z.number().describe('share of images whose class was predicted'),
  classNames: z.array(z.string()),
  counts: confusionMatrixSchema.shape.counts,
})
/** How well images were recognised whose class is known. */
export type Recognition = z.infer<typeof recognitionSchema>

export const predictionSchema = z.object({
  ...answered,
  predictions: z.array(
    z.object({
      path: z
        .string()
        .describe('as it was given; the name of an upload; of an array with the place: x_test[3]'),
      class: z.string(),
      probabilities: z.record(z.string(), z.number()).describe('by the name of the class'),
      label: z.string().nullable().describe('the class that the input says it is of; null where it does not'),
    }),
  ),
  validation: recognitionSchema.nullable().describe('of the validation split; null where images were named'),
  labelled: recognitionSchema
    .nullable()
    .describe('of the named images that have a label; null where none has'),
})
export type Prediction = z.infer<typeof predictionSchema>

const splitSchema = z.enum(['train', 'validation'])

const call = <Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) => ({
  input,
  output,
})

/** Name, input and output of every call. Failures arrive as errors.ts's ErrorRecord. */
export const calls = {
  readCatalogue: call(z.object({}), catalogueSchema),
  listDevices: call(z.object({}), z.array(deviceReportSchema)),
  listDatasets: call(z.object({}), z.array(libraryEntrySchema)),
  /** What files would become: those that belong together are one dataset, others one each. */
  planImport: call(z.object({ source: sourceSchema }), z.array(importPlanSchema)),
  /** Imports the files of one dataset. Uploads are consumed, whatever comes of them. */
  importDataset: call(
    z.object({
      source: sourceSchema,
      name: z.string().min(1).max(200).optional(),
      request: id
        .optional()
        .describe('chosen by who asks: names the import in importProgress and cancelImport'),
      ...importChoicesSchema.shape,
    }),
    datasetSchema,
  ),
  /** Ends an import, which then fails with `interrupted` and leaves nothing behind; of no effect where it has ended. */
  cancelImport: call(z.object({ request: id }), z.object({})),
  /** Deletes uploads that will not be imported; those that are imported already are not there any more. */
  discardUploads: call(z.object({ uploads: z.array(id).max(mostUploads) }), z.object({})),
  /** Gives a dataset another name or other tags; what is absent stays as it is. Its content and its id do not change. */
  labelDataset: call(z.object({ id, ...labelChangeSchema.shape }), libraryEntrySchema),
  /** What was found in a dataset: kept after the first time, which reads all of it. */
  readHealth: call(z.object({ id }), healthSchema),
  removeDataset: call(z.object({ id }), z.object({})),
  /** Where in a split the first images of every class are. */
  findImages: call(
    z.object({ id, split: splitSchema, perClass: z.number().int().min(1).max(100) }),
    z.array(z.array(z.number().int())).describe('indices by label, ascending'),
  ),
  /** Images of a split as they are trained on. */
  readImages: call(
    z.object({ id, split: splitSchema, indices: z.array(z.number().int().min(0)).min(1).max(1000) }),
    z.object({
      height: z.number().int(),
      width: z.number().int(),
      channels: z.number().int(),
      pixels: z.string().describe('base64 of the bytes (indices, height, width, channels)'),
      labels: z.array(z.number().int()),
    }),
  ),
  /** What the tokens of a text stand for, token k at index k. */
  readVocabulary: call(z.object({ id }), z.array(z.string())),
  /** Adds a combination of axes under a name of its own, or replaces the person's earlier one of that name. */
  saveVariant: call(ownVariantSchema, variantSchema),
  removeVariant: call(z.object({ id }), z.object({})),
  startExperiment: call(
    experimentRequestSchema,
    z.object({ experiment: experimentSchema, runs: z.array(runSchema) }),
  ),
  /** What startExperiment would queue: which of it has been trained before, and how long it may take. */
  planExperiment: call(
    experimentRequestSchema.extend({
      measure: z.boolean().describe('whether to try a few steps of variants of which nothing is known yet'),
    }),
    planSchema,
  ),
  listExperiments: call(z.object({}), z.array(experimentSchema)),
  labelExperiment: call(z.object({ id, ...experimentLabelSchema.shape }), experimentSchema),
  /** Hides an experiment that does not train. It is kept for a while, with its runs, and can be restored. */
  deleteExperiment: call(z.object({ id }), z.object({})),
  restoreExperiment: call(z.object({ id }), experimentSchema),
  listDeletedExperiments: call(
    z.object({}),
    z.array(z.object({ experiment: experimentSchema, deletedAt: z.string() })).describe('the latest first'),
  ),
  /** Its variants over their seeds against a baseline, also while they train. */
  compareExperiment: call(z.object({ id }).extend(comparisonChoiceSchema.shape), comparisonSchema),
  listRuns: call(z.object({}), z.array(runSchema)),
  showRun: call(z.object({ id }), runSchema),
  stopRun: call(z.object({ id }), runSchema),
  /** Ends a run after its current step, to go on later; takes one that waits out of the queue. */
  pauseRun: call(z.object({ id }), runSchema),
  /** Queues a run again that did not finish; it continues from its last checkpoint, or starts anew without one. */
  resumeRun: call(
    z.object({
      id,
      fromStart: z.boolean().optional().describe('forget what was recorded, and its checkpoints'),
    }),
    runSchema,
  ),
  /** Starts a run again with other values, as an experiment of its own. */
  cloneRun: call(cloneRequestSchema, z.object({ experiment: experimentSchema, runs: z.array(runSchema) })),
  readQueue: call(z.object({}), queueSchema),
  /** Puts a run that waits at a place of the queue, 0 is the first; it takes on the priority of that place. */
  moveRun: call(z.object({ id, position: z.number().int().min(0) }), queueSchema),
  /** Queued runs with a higher priority start first. */
  setPriority: call(z.object({ id, priority: prioritySchema }), runSchema),
  /** How many runs share the cores; null: automatic. Runs keep the threads that they began with. */
  setConcurrency: call(z.object({ concurrency: concurrencySchema }), queueSchema),
  labelRun: call(z.object({ id, ...runLabelSchema.shape }), runSchema),
  /** The very samples that a step of a run was, or will be, fed. */
  readBatch: call(z.object({ run: id, step: z.number().int().min(0) }), batchSchema),
  /** What a person should know of this home since the workbench was started: a database that was recovered. */
  readNotices: call(z.object({}), z.array(errorRecordSchema)),
  /** Applies variants with identity weights to a cloud of tokens, and measures every step. */
  derive: call(derivationRequestSchema, derivationSchema),
  readCurves: call(
    z.object({
      runs: z.array(id).max(1000),
      metric: z.enum([
        'train/loss',
        'validation/loss',
        'validation/accuracy',
        'learning-rate',
        'gradient-norm',
      ]),
      buckets: z.number().int().min(2).max(5000).describe('the most points wanted per curve'),
      smoothing: z
        .number()
        .min(0)
        .max(0.99999)
        .optional()
        .describe(
          'weight of what came before in the exponential mean over every recorded point; absent or 0: none',
        ),
      time: z
        .boolean()
        .optional()
        .describe('whether buckets come with the seconds at which they were reached'),
    }),
    z.array(curveSchema),
  ),
  /** Every recorded point of one run, by metric, steps ascending: for scripts. Windows draw readCurves. */
  readSeries: call(
    z.object({ id }),
    z.record(z.string(), z.array(z.tuple([z.number().describe('step'), z.number()]))),
  ),
  /** The texts that runs sampled as they trained, by run, steps ascending: all from the same prompt and draws. */
  readSamples: call(
    z.object({ runs: z.array(id).max(1000) }),
    z.array(textSampleSchema.extend({ run: z.string() })),
  ),
  /** How the evaluation at a step, or the latest one, took the images of each class; null where there is none. */
  readConfusion: call(
    z.object({ run: id, step: z.number().int().min(0).optional() }),
    confusionMatrixSchema.extend({ classNames: z.array(z.string()).describe('by label') }).nullable(),
  ),
  /** Which statistics some runs have, where in the model and at which steps. */
  listStatistics: call(z.object({ runs: z.array(id).max(1000) }), measuredSchema),
  /** Measurements of runs, by step, layer, tap, head and statistic. */
  readStatistics: call(
    z.object({ runs: z.array(id).max(1000) }).extend(measurementFilterSchema.shape),
    z.array(z.object({ run: z.string(), measurements: z.array(measurementSchema) })),
  ),
  /** A statistic of an experiment: every variant at every tap, layer and step, over the seeds. */
  compareStatistic: call(
    z.object({
      experiment: id,
      statistic: measurementSchema.shape.statistic,
      tap: measurementSchema.shape.tap.optional(),
      heads: headChoiceSchema.optional().describe('absent: mean'),
    }),
    z
      .array(statisticComparisonSchema)
      .describe('in the order of the variants; within one by tap, layer, head and step'),
  ),
  /** The evaluations whose attention maps and hidden states a run keeps, steps ascending. */
  listProbes: call(z.object({ run: id }), z.array(probeSizeSchema)),
  /**
   * Attention maps and hidden states of an evaluation, of the latest one where no step is named; null where none are kept.
   * Every tensor is listed; the numbers of those that `names` has (absent: of all) as far as the answer can hold them.
   */
  readProbe: call(
    z.object({
      run: id,
      step: measurementSchema.shape.step.optional(),
      names: z.array(z.string()).max(10_000).optional(),
    }),
    probeSchema.nullable(),
  ),
  /** How alike kept hidden states, or attention maps, are: of two layers, steps, seeds or variants, pair by pair. */
  compareStates: call(statesComparisonRequestSchema, statesComparisonSchema),
  /** The same of every variant of an experiment with every other at a layer and step, over the seeds. */
  compareVariantStates: call(variantStatesRequestSchema, variantStatesSchema),
  /** Eigenvalues of the covariance of kept hidden states. */
  readSpectra: call(spectraRequestSchema, z.array(spectrumSchema)),
  /** Kept hidden states in two dimensions, on axes that they have in common. */
  projectStates: call(projectionRequestSchema, projectionSchema),
  /** Continues a text with a checkpoint of a language model. Given up when the window that asked goes away. */
  sampleRun: call(sampleRequestSchema, sampledTextSchema),
  /** Classifies images with a checkpoint of a vision transformer. Given up like sampleRun. */
  predictRun: call(predictionRequestSchema, predictionSchema),
  /** Makes an export that waits for the window to fetch it, once, at `downloadPath` of wire.ts. Given up like sampleRun. */
  prepareExport: call(exportRequestSchema, downloadSchema),
  /** Adds the experiment of an archive that another machine exported. An upload is consumed, whatever comes of it. */
  importArchive: call(
    z.object({ source: z.discriminatedUnion('kind', [pathSourceSchema, uploadSourceSchema]) }),
    importedArchiveSchema,
  ),
  /** Adds curves of a TensorBoard event file or a CSV file beside those of an experiment. An upload is consumed. */
  addReference: call(
    z.object({
      experiment: id,
      source: z.discriminatedUnion('kind', [pathSourceSchema, uploadSourceSchema]),
      name: z.string().min(1).max(200).optional().describe('absent: as in the file'),
      series: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('absent: those whose names say what they measure'),
      metric: z.enum(curveMetrics).optional().describe('absent: as its name says'),
    }),
    z.array(referenceSchema),
  ),
  listReferences: call(z.object({ experiment: id }), z.array(referenceSchema)),
  /** Those that belong to a metric, in at most so many buckets each. */
  readReferences: call(
    z.object({ experiment: id, metric: z.enum(curveMetrics), buckets: z.number().int().min(2).max(5000) }),
    z.array(referenceSchema.extend({ buckets: z.array(bucketSchema) })),
  ),
  removeReference: call(z.object({ id }), z.object({})),
} as const
export type CallName = keyof typeof calls
export type CallInput<Name extends CallName> = z.input<(typeof calls)[Name]['input']>
export type CallOutput<Name extends CallName> = z.output<(typeof calls)[Name]['output']>
export const callNames = Object.keys(calls) as CallName[]

/** What the workbench tells every window without being asked. */
export const events = {
  /** A run changed its state or made progress: at most four times a second per run. */
  runChanged: runSchema,
  /** A dataset was added or removed, or has another name or other tags. */
  datasetsChanged: z.object({}),
  /** An experiment was labelled, deleted or restored. */
  experimentsChanged: z.object({}),
  /** A variant of the person's own was saved or removed. */
  catalogueChanged: z.object({}),
  /** How far an import is; `total` is 0 while it is not known. */
  importProgress: z.object({
    request: z.string().nullable().describe('as importDataset was given it'),
    name: z.string(),
    bytes: z.number(),
    total: z.number(),
  }),
  /** What a sampleRun that has a `request` added to its text since the last one. */
  sampleProgress: z.object({ request: z.string(), text: z.string() }),
} as const
export type EventName = keyof typeof events
export type EventPayload<Name extends EventName> = z.output<(typeof events)[Name]>
export const eventNames = Object.keys(events) as EventName[]

/** The workbench as a window sees it: one function per call, one subscription per event. */
export type WorkbenchApi = {
  [Name in CallName]: (input: CallInput<Name>) => Promise<CallOutput<Name>>
} & {
  /** Calls `listener` at every `event` until the returned function is called. */
  subscribe<Name extends EventName>(event: Name, listener: (payload: EventPayload<Name>) => void): () => void
}
