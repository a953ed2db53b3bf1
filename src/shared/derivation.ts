/**
 * Derivation mode: a variant alone, with identity weights (Q = K = V = the normalised tokens, one head, no output map,
 * no MLP), applied again and again to a cloud of points or of images. It shows what the operator itself does, before
 * anything is learned: expansion under A, smoothing under A − I. With random weights it is an untrained block of a model
 * instead, applied as often (docs/derivation.md). The work is src/main/derivation.
 */
import './without-eval.ts'
import { z } from 'zod'
import { runConfigurationSchema } from './experiment.ts'
import { seedSchema } from './seed.ts'

const count = (minimum: number, maximum: number) => z.number().int().min(minimum).max(maximum)
const { norm, normPlacement, residual, stepSize, initialDeviation, mlpRatio } = runConfigurationSchema.shape

/** Among the variants: the same block with attention off. */
export const mlpOnly = 'mlp-only'

/** Random orthogonal projections to two dimensions whose mean stands beside the measures of labels. */
export const planeCount = 10

/** The graph is decomposed, which takes the cube of its tokens: of more, so many are drawn. */
export const mostGraphTokens = 500

export const cloudShapes = ['clusters', 'ring', 'grid', 'moons'] as const
export type CloudShape = (typeof cloudShapes)[number]

/** What the tokens are. */
export const tokenSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('points'),
    shape: z.enum(cloudShapes).describe('points in two dimensions'),
  }),
  z.strictObject({
    kind: z.literal('images'),
    dataset: z.string().min(1).max(200).describe('id of a dataset of images: each image is one token'),
    width: count(0, 1024)
      .default(64)
      .describe(
        'channels of a token: a fixed random projection of its pixels; 0 keeps the pixels themselves',
      ),
  }),
])
export type TokenSource = z.infer<typeof tokenSourceSchema>

/** What all variants of a derivation share. A variant that sets norm, residual or step size for its runs does so here. */
export const derivationSettingsSchema = z.strictObject({
  source: tokenSourceSchema,
  count: count(20, 2000).default(200).describe('tokens'),
  scale: z
    .number()
    .positive()
    .max(100)
    .default(1)
    .describe('root mean square of a coordinate of the first tokens, which are centred'),
  steps: count(1, 64).default(8).describe('how many times the variant is applied'),
  norm: norm.default('none'),
  normPlacement: normPlacement
    .default('pre')
    .describe('pre: attention reads normalised tokens; post: tokens are normalised after each step'),
  residual: residual.default(true),
  stepSize: stepSize.default(1),
  weights: z
    .enum(['identity', 'random'])
    .default('identity')
    .describe('identity: Q = K = V = the tokens, no MLP; random: an untrained block of the models, one head'),
  initialDeviation: initialDeviation
    .default(0)
    .describe('standard deviation of random weights; 0 means 1/√(3 · inputs) of each map'),
  mlpRatio: mlpRatio
    .default(4)
    .describe('with random weights: hidden channels of the MLP, as a multiple of width; 0: no MLP'),
  components: count(2, 10).default(2).describe('dimensions that are compared with those of a reduction'),
  beta: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('β of the stationary tokens U diag(1/λ − β)^½, which have no directions with λ ≥ 1/β'),
  seed: seedSchema
    .default(0)
    .describe('of the points, the choice of images, the projection, random weights and what a variant draws'),
})
export type DerivationSettings = z.infer<typeof derivationSettingsSchema>

export const derivationRequestSchema = derivationSettingsSchema.extend({
  attentions: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(32)
    .describe('ids of variants, and mlp-only: with random weights, the same block with attention off'),
  request: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('chosen by who asks: names the derivation in cancelDerivation'),
})
export type DerivationRequest = z.infer<typeof derivationRequestSchema>

const measured = (meaning: string) => z.number().nullable().describe(meaning)

/**
 * x are the tokens one step before, y those of this step. Null where there is nothing to measure: at step 0, without
 * labels, or where the tokens have become one point (less than 1e-12 of the variance of step 0: the rest is rounding).
 */
export const derivationStepSchema = z.object({
  step: z.number().int().describe('0: as they were given'),
  positions: z
    .array(z.tuple([z.number(), z.number()]))
    .describe('two coordinates, or the first two principal components of step 0'),
  totalVariance: z.number().describe('tr Cov(y)'),
  expansion: z.number().nullable().describe('tr Cov(y) / tr Cov(x)'),
  medianPairRatio: z.number().nullable().describe('‖yᵢ − yⱼ‖ / ‖xᵢ − xⱼ‖ over pairs of tokens'),
  smallestPairRatio: z.number().nullable(),
  insideHull: z
    .number()
    .nullable()
    .describe('share of tokens of which no coordinate lies outside the range of that coordinate in x'),
  meanLogZ: z.number().describe('mean over i of log Σⱼ exp(nᵢ·nⱼ/√D), n what attention reads of y'),
  dirichletEnergy: z
    .number()
    .describe('¼ Σᵢⱼ wᵢⱼ ‖yᵢ − yⱼ‖² / Σᵢ ‖yᵢ‖² with w = (A + Aᵀ)/2, A the attention of y'),
  labelPurity: measured('share of the 10 nearest neighbours in `positions` that have the label of the token'),
  randomLabelPurity: measured('the same in 10 random orthogonal projections of this step, on average'),
  silhouette: measured('of the labels in `positions`, from −1 to 1'),
  randomSilhouette: measured('the same in 10 random orthogonal projections of this step, on average'),
  linearity: measured(
    'R² of the best affine map from step 0 to this one, on the half of the tokens not used to fit it',
  ),
  principalCorrelation: measured(
    'mean canonical correlation of the first principal components of this step and of step 0',
  ),
  principalAngle: measured(
    'the largest principal angle between the first principal components of this step and of step 0, in radians',
  ),
  principalDisparity: measured(
    'Procrustes disparity of the first principal components of this step and of step 0: 0 the same shape',
  ),
  graphCorrelation: measured(
    'mean canonical correlation of the first principal components and the smoothest vectors of the attention graph of step 0',
  ),
  graphAngle: measured(
    'the largest principal angle between the first principal components and the smoothest vectors, in radians',
  ),
  graphDisparity: measured(
    'Procrustes disparity of the first principal components and the smoothest vectors',
  ),
  stationaryDisparity: measured(
    'Procrustes disparity from the smoothest vectors stretched to U diag(1/λ − β)^½; correlation and angle are those of the graph',
  ),
})
export type DerivationStep = z.infer<typeof derivationStepSchema>

export const derivedVariantSchema = z.object({
  attention: z.string(),
  steps: z.array(derivationStepSchema),
  overflowed: z.boolean().describe('whether it ended early because numbers left the range of 32 bits'),
})
export type DerivedVariant = z.infer<typeof derivedVariantSchema>

export const derivationSchema = z.object({
  settings: derivationSettingsSchema,
  labels: z.array(z.number().int()).nullable().describe('of the tokens, where they have any'),
  items: z.array(z.number().int()).nullable().describe('of images: where each is in the training split'),
  classNames: z.array(z.string()).nullable().describe('by label'),
  derivation: z.array(derivedVariantSchema),
})
export type Derivation = z.infer<typeof derivationSchema>
