/**
 * An attention variant as data: one choice on each of the axes
 *
 *     score → normaliser → operator → additive term → readout → block
 *
 * with the numbers that some choices need. Every axis has a neutral value, which is its default: all of them neutral is
 * standard attention. What the choices compute is in src/main/model/attention/, one folder per axis; the presets are in
 * catalogue/variants.ts.
 */
import './without-eval.ts'
import { z } from 'zod'

const count = (minimum: number, maximum: number) => z.number().int().min(minimum).max(maximum)

/** A = normaliser(score), M = operator(A), readings = M V + term; η = q/√d throughout. */
export const attentionAxesSchema = z.strictObject({
  // score
  score: z
    .enum(['dot', 'temperature', 'cosine', 'distance', 'mixture', 'uniform'])
    .default('dot')
    .describe('how a query and a key are compared'),
  prior: z
    .enum(['none', 'position', 'magnitude'])
    .default('none')
    .describe(
      'log π of a key, added to its scores: learned per position, or what cancels the norm of the key',
    ),
  diagonal: z.enum(['kept', 'masked']).default('kept').describe('whether a token may attend to itself'),
  retrieval: count(0, 16).default(0).describe('steps of Hopfield retrieval of the query before it is scored'),
  keyAdaptation: count(0, 16).default(0).describe('steps of expectation maximisation that move the keys'),
  // normaliser
  normaliser: z
    .enum(['softmax', 'softmax-one', 'sigmoid', 'linear', 'sinkhorn', 'column-corrected', 'symmetric'])
    .default('softmax')
    .describe('how scores become the matrix A'),
  sinkhornIterations: count(1, 64)
    .default(5)
    .describe('alternating normalisations of rows and columns; the last is of rows where it is odd'),
  columnExponent: z
    .number()
    .min(0)
    .max(4)
    .default(1)
    .describe('power of the column sums that the column-corrected normaliser divides by'),
  // operator
  operator: z
    .enum([
      'average',
      'laplacian',
      'laplacian-gamma',
      'laplacian-heads',
      'plus-identity',
      'attention-scale',
      'graph-filter',
      'differential',
    ])
    .default('average')
    .describe('what acts on the values: A itself or a function of it'),
  laplacianShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('share of the heads, the last ones, that read V − A V'),
  gamma: z.number().min(-8).max(8).default(0).describe('initial γ of A − γ I, learned per head'),
  filterOrder: count(1, 16).default(4).describe('K of the graph filter A + λ (A + (K − 1)(A² − A))'),
  // additive term
  term: z
    .enum(['none', 'covariance', 'low-rank', 'per-component', 'moment'])
    .default('none')
    .describe('what is added to the readings of each token'),
  termRank: count(1, 256).default(4).describe('columns of L where Σ = L Lᵀ'),
  // readout
  readout: z
    .enum(['values', 'tied-gradient', 'exclusive'])
    .default('values')
    .describe(
      'what a head reads: values, keys mapped back by the query map, or values without its own share',
    ),
  // block
  block: z
    .strictObject({
      norm: z.enum(['layer', 'rms', 'whitening', 'none']),
      normPlacement: z.enum(['pre', 'post']),
      residual: z.boolean(),
      stepSize: z.number().min(-8).max(8),
      learnedStepSize: z.boolean(),
      mlpRatio: z.number().min(0).max(16),
    })
    .partial()
    .default({})
    .describe('values of the configuration that this variant sets for its runs'),
})
export type AttentionAxes = z.infer<typeof attentionAxesSchema>
/** Only the choices that differ from standard attention. */
export type AttentionChoices = z.input<typeof attentionAxesSchema>

export const standardAxes: AttentionAxes = attentionAxesSchema.parse({})

/** The choices that differ from standard attention, in the order of the axes. */
export function choicesOf(axes: AttentionAxes): AttentionChoices {
  const neutral = standardAxes as Record<string, unknown>
  const differs = ([name, value]: [string, unknown]) =>
    name === 'block' ? Object.keys(value as object).length > 0 : value !== neutral[name]
  return Object.fromEntries(Object.entries(axes).filter(differs))
}

const identifier = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** What a person writes in a JSON file to name a combination of axes. */
export const ownVariantSchema = z.strictObject({
  id: z
    .string()
    .max(64)
    .regex(identifier, 'expected lower-case words joined by hyphens')
    .describe('its name in commands'),
  name: z.string().min(1).max(100).optional().describe('its name on the screen; the id where absent'),
  meaning: z.string().max(500).default('').describe('one line'),
  axes: attentionAxesSchema,
})
export type OwnVariant = z.infer<typeof ownVariantSchema>

/** Why a combination of axes cannot work, whatever the data; null where it can. */
export function contradiction(axes: AttentionAxes): string | null {
  const { score, prior, diagonal, normaliser, operator, term, readout, keyAdaptation } = axes
  if (normaliser === 'linear' && (score !== 'dot' || prior !== 'none' || diagonal !== 'kept'))
    return 'the linear normaliser compares queries and keys itself: score must be "dot", prior "none" and diagonal "kept"'
  if (keyAdaptation > 0 && score !== 'mixture') return 'keys adapt under the mixture score only'
  if (prior === 'magnitude' && score !== 'distance' && score !== 'mixture')
    return 'the magnitude prior cancels the norms of keys, which only the scores "distance" and "mixture" contain'
  if (operator === 'differential' && (term !== 'none' || readout !== 'values'))
    return 'the differential operator joins two heads: term must be "none" and readout "values"'
  if (readout === 'tied-gradient' && term === 'per-component')
    return 'the tied gradient has no values to which a term per component could belong'
  return null
}

/** Why a variant would let a token see the future under a causal mask; null where it does not. */
export function futureLeak(axes: AttentionAxes): string | null {
  if (axes.keyAdaptation > 0) return 'a key that adapts collects queries of later tokens'
  if (axes.normaliser === 'sinkhorn')
    return 'columns are normalised over later tokens, and a doubly stochastic causal matrix is the identity'
  if (axes.normaliser === 'column-corrected') return 'column sums contain the scores of later tokens'
  if (axes.normaliser === 'symmetric') return 'a symmetric matrix attends to later tokens'
  return null
}
