/** What a comparison of the variants of an experiment says. docs/comparison.md has every number and its limits. */
import './without-eval.ts'
import { z } from 'zod'
import { runSchema, runStateSchema, textBaselinesSchema } from './experiment.ts'

export const comparisonMetrics = ['loss', 'accuracy'] as const
export const comparisonMetricSchema = z.enum(comparisonMetrics)
export type ComparisonMetric = z.infer<typeof comparisonMetricSchema>

/** The best evaluation of every run, its last one, or the one after so many steps. */
export const comparisonPlaceSchema = z.union([z.enum(['best', 'last']), z.number().int().min(0)])
export type ComparisonPlace = z.infer<typeof comparisonPlaceSchema>

/** What may be chosen; what is absent is loss, best, the first variant, and the worst of the best values. */
export const comparisonChoiceSchema = z.object({
  metric: comparisonMetricSchema.optional().describe('of the validation split'),
  at: comparisonPlaceSchema.optional().describe('which evaluation of every run'),
  baseline: z.string().min(1).max(200).optional().describe('the variant that the others are held against'),
  target: z.number().optional().describe('the value whose first reaching is counted in steps'),
})
export type ComparisonChoice = z.infer<typeof comparisonChoiceSchema>

const interval = z.tuple([z.number(), z.number()])
const summarySchema = z.object({
  mean: z.number(),
  sd: z.number().nullable().describe('sample standard deviation over seeds; null below two seeds'),
  ci95: interval.nullable().describe('Student t interval of the mean; null below two seeds'),
})

/** A variant minus the baseline over the seeds that both have, in the units of the metric. */
export const differenceSchema = z.object({
  ...summarySchema.shape,
  interval: z.literal('Student t'),
  p: z
    .number()
    .nullable()
    .describe('of the paired t test, two-sided; null below two seeds and without any spread'),
  pHolm: z.number().nullable().describe('the same, adjusted for all variants of this comparison (Holm)'),
  test: z.string(),
  effectSize: z.number().nullable().describe("Cohen's d of the paired differences (d_z)"),
  hedgesG: z.number().nullable().describe("d_z with Hedges' correction for few seeds; null below three"),
  bootstrap: z
    .object({
      kind: z.literal('BCa'),
      ci95: interval,
      resamples: z.number().int(),
      exact: z.boolean().describe('whether these are all resamples there are'),
    })
    .nullable()
    .describe('null below three seeds'),
  wilcoxon: z
    .object({
      statistic: z.number().describe('sum of the ranks of positive differences'),
      p: z.number().describe('two-sided, exact'),
      smallestP: z.number().describe('the smallest that so many seeds can have'),
    })
    .nullable()
    .describe('signed rank test; null where nothing differs'),
  probabilityOfImprovement: z
    .number()
    .describe('share of all pairs of runs, whatever their seeds, in which this variant is the better one'),
  seedsNeeded: z
    .number()
    .int()
    .nullable()
    .describe(
      'to find a difference of this size with probability 0.8 at the level 0.05; null below three seeds, and where a million are not enough',
    ),
  seeds: z.array(z.number().int()).describe('that both have been measured with'),
  values: z.array(z.number()).describe('the difference of each of these seeds'),
  shortened: z
    .array(z.object({ seed: z.number().int(), step: z.number().int() }))
    .describe('pairs of which one run got less far: they are compared up to this step'),
})
export type Difference = z.infer<typeof differenceSchema>

/** One row of a comparison; every loss is in nats per token or per image, every accuracy a share. */
export const comparisonRowSchema = z.object({
  attention: z.string().describe('id of the variant'),
  name: z.string().describe('of the variant, as the sentences have it'),
  seeds: z.array(z.number().int()).describe('of the runs that have a validation loss'),
  bestValidation: summarySchema.describe('the lowest validation loss of every run'),
  bitsPerByte: z
    .number()
    .optional()
    .describe(
      'mean of bestValidation in bits per byte of the validation text, which can be compared between tokenizers; absent where tokens are characters, and for images',
    ),
  bestAccuracy: summarySchema
    .nullable()
    .describe('of the evaluations with the lowest validation loss; null for text'),
  measured: summarySchema
    .extend({
      interval: z.literal('Student t'),
      seeds: z.array(z.number().int()),
      steps: interval.describe('first and last step at which a run has that value'),
    })
    .nullable()
    .describe('what is compared: the chosen metric at the chosen place; null where no run has it'),
  differenceFromBaseline: differenceSchema
    .nullable()
    .describe('null for the baseline itself and where no seed is shared with it'),
  areaUnderCurve: summarySchema
    .extend({ from: z.number().int(), to: z.number().int() })
    .nullable()
    .describe('mean of the metric over the steps between these two, by the trapezoid rule'),
  reached: z
    .object({
      runs: z.number().int().describe('how many runs reached the target'),
      of: z.number().int(),
      steps: z.number().describe('mean over those runs of the first evaluation that has it'),
      samples: z.number().describe('training tokens, or images, seen by then'),
      seconds: z.number().describe('at the mean speed of each run'),
    })
    .nullable()
    .describe('null where no run reached it'),
  effort: z.object({
    parameters: z.number().int().nullable().describe('trained values'),
    samples: z.number().nullable().describe('training tokens, or images, seen: mean over the runs'),
    samplesPerSecond: z.number().nullable().describe('tokens or images per second: mean over the runs'),
    seconds: z.number().nullable().describe('wall time of training and evaluation: mean over the runs'),
  }),
  unfinished: z
    .array(
      z.object({
        run: z.string(),
        seed: z.number().int(),
        state: runStateSchema,
        step: z.number().int(),
        steps: z.number().int(),
      }),
    )
    .describe('runs that did not do all their steps, or not yet'),
  sentences: z.array(z.string()).describe('what the numbers say, and what they cannot'),
})
export type ComparisonRow = z.infer<typeof comparisonRowSchema>

export const comparisonSchema = z.object({
  experiment: z.string(),
  runs: z.array(runSchema),
  metric: comparisonMetricSchema,
  at: comparisonPlaceSchema,
  baseline: z.string().describe('the variant that the others are held against'),
  target: z.number().nullable().describe('the value of `reached`; null where nothing was measured'),
  sample: z.enum(['token', 'image']).describe('what losses, rates and counts are of'),
  comparison: z.array(comparisonRowSchema),
  baselines: textBaselinesSchema.nullable(),
})
export type Comparison = z.infer<typeof comparisonSchema>
