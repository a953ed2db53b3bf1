/** Statistics of hidden states, and the states and attention maps that runs keep. */
import { z } from 'zod'
import {
  projectionRequestSchema,
  projectionSchema,
  spectraRequestSchema,
  spectrumSchema,
  statesComparisonRequestSchema,
  statesComparisonSchema,
  variantStatesRequestSchema,
  variantStatesSchema,
} from '../states.ts'
import {
  headChoiceSchema,
  measuredSchema,
  measurementFilterSchema,
  measurementSchema,
  probeSchema,
  probeSizeSchema,
  statisticComparisonSchema,
} from '../statistics.ts'
import { call, id } from './common.ts'

export const stateCalls = {
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
} as const
