/**
 * What is asked of the hidden states and attention maps that runs keep of their evaluations: how alike two of them are,
 * what spectrum they have, how they look in two dimensions. What answers it is in src/main/states.
 */
import './without-eval.ts'
import { z } from 'zod'
import { measurementSchema } from './statistics.ts'

/** The tap whose states are kept where nobody names one: the residual stream that leaves a block. */
export const keptTap = 'hook_resid_post'

/** Statistics of two clouds of the same tokens, by their ids in the catalogue; the last one is of attention maps. */
export const stateMeasures = [
  'linear-alignment',
  'linear-alignment-debiased',
  'canonical-correlation',
  'singular-vector-canonical-correlation',
  'procrustes-disparity',
  'mutual-neighbours',
  'attention-divergence',
] as const
export const stateMeasureSchema = z.enum(stateMeasures)
export type StateMeasure = z.infer<typeof stateMeasureSchema>

/** Whether it takes the attention maps of a layer rather than its hidden states. */
export const isOfMaps = (measure: StateMeasure): boolean => measure === 'attention-divergence'

/** The most states that one question names on a side; reading and comparing takes time with each pair of them. */
export const mostStates = 64

/** Tokens of a run at a step behind a block. */
export const stateSchema = z.object({
  run: z.string().min(1).max(200),
  layer: z.number().int().min(0).describe('block, from 0'),
  step: measurementSchema.shape.step.min(0).describe('an evaluation that the run keeps'),
})
export type State = z.infer<typeof stateSchema>

const states = z.array(stateSchema).min(1).max(mostStates)
const tap = z.string().max(200).optional().describe(`absent: ${keptTap}`)

export const statesComparisonRequestSchema = z.object({
  measure: stateMeasureSchema,
  tap,
  rows: states,
  columns: states.describe('where a measure is not symmetric, its second argument'),
})
export const statesComparisonSchema = z.object({
  tokens: z.number().int().describe('kept tokens that were compared; of maps the tokens of their sequences'),
  values: z
    .array(z.array(z.number().nullable()))
    .describe('by row, then column; null where the measure is not defined'),
})
export type StatesComparison = z.infer<typeof statesComparisonSchema>

/** Over pairs of runs. */
const pairsSchema = z
  .object({
    count: z.number().int().describe('pairs whose value is defined'),
    mean: z.number().nullable(),
    sd: z
      .number()
      .nullable()
      .describe('sample standard deviation over pairs, which share runs; null below two'),
  })
  .nullable()
export type Pairs = z.infer<typeof pairsSchema>

export const variantStatesRequestSchema = z.object({
  experiment: z.string().min(1).max(200),
  measure: stateMeasureSchema,
  tap,
  layer: stateSchema.shape.layer.optional().describe('absent: the last one'),
  step: stateSchema.shape.step.optional().describe('absent: the latest that all its runs with any keep'),
})
export const variantStatesSchema = z.object({
  step: stateSchema.shape.step,
  layer: stateSchema.shape.layer,
  tokens: statesComparisonSchema.shape.tokens,
  runs: z.array(z.string()).describe('those that keep this step'),
  cells: z
    .array(
      z.object({
        attention: z.string(),
        other: z.string(),
        sameSeed: pairsSchema.describe(
          'pairs that differ in the variant alone; null on the diagonal, where it would be a run and itself',
        ),
        otherSeeds: pairsSchema.describe(
          'pairs of different seeds: on the diagonal the noise floor; null with one seed, and where heads have no order',
        ),
      }),
    )
    .describe('every ordered pair of variants, in the order of the experiment'),
})
export type VariantStates = z.infer<typeof variantStatesSchema>

export const spectraRequestSchema = z.object({ tap, states })
export const spectrumSchema = z.object({
  state: stateSchema,
  tokens: z.number().int().describe('kept tokens n: there are at most n − 1 eigenvalues'),
  eigenvalues: z
    .array(z.number())
    .nullable()
    .describe(
      'of C = X_cᵀX_c/n, those that are not negligible, the largest first; null where a number is not finite',
    ),
})
export type StateSpectrum = z.infer<typeof spectrumSchema>

export const projectionRequestSchema = z.object({
  tap,
  states,
  axes: states.describe(
    'whose mean covariance, each divided by its trace, has the two axes as leading eigenvectors',
  ),
})
export const projectionSchema = z.object({
  tokens: z
    .object({
      sequence: z.array(z.number().int()),
      position: z.array(z.number().int()),
      label: z.array(z.number().int()).describe('the token that follows, or the class of the image'),
      token: z.array(z.number().int()).nullable().describe('null where the data are images'),
    })
    .describe('what was seen at every point, the same for every cloud'),
  axesShare: z
    .tuple([z.number(), z.number()])
    .nullable()
    .describe('of the mean variance of `axes`, what each axis holds; null where they have no spread'),
  clouds: z.array(
    z.object({
      state: stateSchema,
      share: z
        .tuple([z.number(), z.number()])
        .nullable()
        .describe('of its own variance, what each axis holds'),
      coordinates: z
        .array(z.tuple([z.number(), z.number()]))
        .describe('of every token, from the mean of the cloud'),
    }),
  ),
})
export type StateProjection = z.infer<typeof projectionSchema>
