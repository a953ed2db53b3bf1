/**
 * Derivation mode: a variant alone, with identity weights (Q = K = V = the normalised tokens, one head, no output map,
 * no MLP), applied again and again to a cloud of points or of images. It shows what the operator itself does, before
 * anything is learned: expansion under A, smoothing under A − I (docs/derivation.md). The work is src/main/derivation.
 */
import './without-eval.ts'
import { z } from 'zod'
import { runConfigurationSchema } from './experiment.ts'
import { seedSchema } from './seed.ts'

const count = (minimum: number, maximum: number) => z.number().int().min(minimum).max(maximum)
const { norm, normPlacement, residual, stepSize } = runConfigurationSchema.shape

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
  seed: seedSchema
    .default(0)
    .describe('of the points, the choice of images, the projection and what a variant draws'),
})
export type DerivationSettings = z.infer<typeof derivationSettingsSchema>

export const derivationRequestSchema = derivationSettingsSchema.extend({
  attentions: z.array(z.string().min(1).max(200)).min(1).max(32),
  request: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('chosen by who asks: names the derivation in cancelDerivation'),
})
export type DerivationRequest = z.infer<typeof derivationRequestSchema>

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
  labelPurity: z
    .number()
    .nullable()
    .describe('share of the 10 nearest neighbours in `positions` that have the label of the token'),
  silhouette: z.number().nullable().describe('of the labels in `positions`, from −1 to 1'),
  linearity: z
    .number()
    .nullable()
    .describe(
      'R² of the best affine map from step 0 to this one, on the half of the tokens not used to fit it',
    ),
  principalCorrelation: z
    .number()
    .nullable()
    .describe('mean canonical correlation of the first two principal components of this step and of step 0'),
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
