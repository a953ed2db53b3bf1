/** Experiments: planned, started, labelled, compared, deleted; exported, imported, and beside curves from elsewhere. */
import { z } from 'zod'
import { comparisonChoiceSchema, comparisonSchema } from '../comparison.ts'
import { deviceChoiceSchema, experimentSchema, runConfigurationSchema, runSchema } from '../experiment.ts'
import {
  curveMetrics,
  downloadSchema,
  exportRequestSchema,
  importedArchiveSchema,
  referenceSchema,
} from '../exports.ts'
import { experimentLabelSchema, planSchema } from '../queue.ts'
import { seedSchema } from '../seed.ts'
import { call, givenSchema, id } from './common.ts'
import { bucketSchema } from './curves.ts'

export const experimentRequestSchema = z.object({
  dataset: id.describe('id in the library'),
  attentions: z.array(id).min(1).max(32).describe('the first is the baseline of the comparison'),
  seeds: z.array(seedSchema).min(1).max(100),
  recipe: id,
  overrides: runConfigurationSchema.partial().describe('values that differ from the recipe'),
  device: deviceChoiceSchema,
  name: z.string().max(200).optional(),
})
export type ExperimentRequest = z.infer<typeof experimentRequestSchema>

export const experimentCalls = {
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
  /** Makes an export that waits for the window to fetch it, once, at `downloadPath` of wire.ts. Given up like sampleRun. */
  prepareExport: call(exportRequestSchema, downloadSchema),
  /** Adds the experiment of an archive that another machine exported. An upload is consumed, whatever comes of it. */
  importArchive: call(z.object({ source: givenSchema }), importedArchiveSchema),
  /** Adds curves of a TensorBoard event file or a CSV file beside those of an experiment. An upload is consumed. */
  addReference: call(
    z.object({
      experiment: id,
      source: givenSchema,
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
