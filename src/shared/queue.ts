/** What can be asked of the queue and of runs that are planned: schemas of the calls in contract.ts. */
import './without-eval.ts'
import { z } from 'zod'
import { deviceChoiceSchema, runConfigurationSchema, runSchema } from './experiment.ts'
import { tagSchema } from './library.ts'
import { seedSchema } from './seed.ts'

export const mostConcurrency = 64

export const queueSchema = z.object({
  concurrency: z
    .number()
    .int()
    .nullable()
    .describe('runs that share the cores, as the person set it; null: automatic'),
  automaticConcurrency: z.number().int().describe('what null means on this machine'),
  runs: z.array(runSchema).describe('those in state queued, in the order in which they start'),
  interrupted: z
    .array(runSchema)
    .describe('those that the end of a workbench cut short, in the order of the queue'),
})
export type Queue = z.infer<typeof queueSchema>

export const concurrencySchema = z.number().int().min(1).max(mostConcurrency).nullable()
export const prioritySchema = z.number().int().min(-100).max(100)

/** Place in the queue as people count: 1 is the first. */
export const placeSchema = z.number().int().min(1)

/** A run again, with other values. What is absent is as in the run. */
export const cloneRequestSchema = z.object({
  id: z.string().min(1).max(200),
  overrides: runConfigurationSchema.partial().default({}),
  attention: z.string().min(1).max(200).optional(),
  seed: seedSchema.optional(),
  device: deviceChoiceSchema.optional(),
  name: z.string().min(1).max(200).optional().describe('of its experiment'),
})
export type CloneRequest = z.infer<typeof cloneRequestSchema>

/** A planned run that has been trained, or is being trained, with the same everything. */
export const duplicateSchema = z.object({
  attention: z.string(),
  seed: z.number().int(),
  run: z.string().describe('id of the earlier run'),
  experiment: z.string(),
  state: runSchema.shape.state,
})
export type Duplicate = z.infer<typeof duplicateSchema>

/** What one variant is expected to take, by itself. */
export const variantEstimateSchema = z.object({
  attention: z.string(),
  device: z.string(),
  threads: z.number().int(),
  stepMs: z.number().describe('milliseconds per optimiser step'),
  evaluationMs: z.number().describe('milliseconds per evaluation'),
  seconds: z.number().describe('of one run, were it alone'),
  peakBytes: z.number().describe('most memory that one run holds'),
  source: z.enum(['run', 'trial']).describe('an earlier run that did it, or a few steps that were tried'),
})
export type VariantEstimate = z.infer<typeof variantEstimateSchema>

/** How fast a device does the first variant of what is planned. */
export const deviceSpeedSchema = z.object({
  device: z.string(),
  threads: z.number().int(),
  stepMs: z.number().describe('milliseconds per optimiser step'),
  source: variantEstimateSchema.shape.source,
})
export type DeviceSpeed = z.infer<typeof deviceSpeedSchema>

export const estimateSchema = z.object({
  variants: z.array(variantEstimateSchema).describe('those that are known, in the order of the request'),
  missing: z.array(z.string()).describe('variants of which nothing was measured yet'),
  devices: z
    .array(deviceSpeedSchema)
    .describe('those that the first variant was measured on, the fastest first'),
  seconds: z
    .number()
    .nullable()
    .describe('until all runs are done, beside each other; null while any is missing'),
  peakBytes: z
    .number()
    .nullable()
    .describe('most memory that those hold that train at once; null while any is missing'),
  memoryBytes: z.number().describe('of this machine'),
})
export type Estimate = z.infer<typeof estimateSchema>

export const planSchema = z.object({
  runs: z.array(runSchema).describe('as they would be queued'),
  duplicates: z.array(duplicateSchema),
  parameters: z
    .array(z.object({ attention: z.string(), count: z.number().int() }))
    .describe('trained values of the model of each variant, in the order of the request'),
  estimate: estimateSchema,
})
export type Plan = z.infer<typeof planSchema>

export const batchSchema = z
  .object({
    step: z.number().int().min(0).describe('counted from 0: what leads from its state to the next'),
    offsets: z
      .array(z.number().int())
      .optional()
      .describe('of a text: first token of each sequence in the training split'),
    items: z.array(z.number().int()).optional().describe('of images: places in the training split, from 0'),
  })
  .describe('exactly what a step of training was fed')
export type Batch = z.infer<typeof batchSchema>

const colour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'a colour is written #rrggbb')
  .nullable()
/** What a person says of a run; what is absent stays as it is. */
export const runLabelSchema = z.object({
  name: z.string().trim().min(1).max(200).nullable().optional(),
  tags: z.array(tagSchema).max(20).optional().describe('all of them from now on; each counts once'),
  notes: z.string().max(20_000).optional(),
  colour: colour.optional(),
})
export type RunLabels = z.infer<typeof runLabelSchema>
/** The same for an experiment, which always has a name. */
export const experimentLabelSchema = runLabelSchema.extend({
  name: z.string().trim().min(1).max(200).optional(),
})
export type ExperimentLabels = z.infer<typeof experimentLabelSchema>

/** Deleted experiments are kept for so many days, to be restored. */
export const daysKept = 30
