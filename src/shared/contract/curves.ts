/** What was recorded of runs as they trained: curves in buckets, every point, texts, and how images were taken. */
import { z } from 'zod'
import { confusionMatrixSchema, textSampleSchema, timeMetric } from '../experiment.ts'
import { call, id } from './common.ts'

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

export const curveCalls = {
  readCurves: call(
    z.object({
      runs: z.array(id).max(1000),
      metric: z.enum([
        'train/loss',
        'validation/loss',
        'validation/accuracy',
        'learning-rate',
        'gradient-norm',
        timeMetric,
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
} as const
