/**
 * What theory 1.4 says of a step of a derivation before anything is computed, and whether the computed numbers agree.
 *
 * With identity weights, no norm and the tokens as keys and values, three variants are known in closed form. Each says
 * something that can be read off the numbers of derivation.ts; nothing is said of other variants or under other options.
 */
import { choicesOf, type AttentionAxes } from './attention.ts'
import type { DerivationSettings, DerivationStep } from './derivation.ts'

export type BlockSettings = Pick<DerivationSettings, 'norm' | 'normPlacement' | 'residual' | 'stepSize'>

/** The common settings, with what the variant sets for its runs in their place. */
export const blockOf = (common: BlockSettings, { block }: AttentionAxes): BlockSettings => ({
  norm: block.norm ?? common.norm,
  normPlacement: block.normPlacement ?? common.normPlacement,
  residual: block.residual ?? common.residual,
  stepSize: block.stepSize ?? common.stepSize,
})

export interface ClosedForm {
  readonly source: string
  /** TeX of a step, and of what it is. */
  readonly update: string
  readonly objective: string
  /** What follows for the tokens, as a sentence. */
  readonly statement: string
  /** The number of every step that the statement is about, as it is named, and whether a value agrees. */
  readonly measure: 'smallestPairRatio' | 'insideHull'
  readonly measureName: string
  /** @param rounding of ratios of distances, at that step */
  agrees(value: number, rounding: number): boolean
}

/**
 * What 32-bit numbers may take from a ratio of distances that is 1 in theory: coordinates that have grown by g are rounded by
 * g · 2⁻²³, which counts against the distance of close tokens, a thousandth of the first spread.
 */
const roundingAt = (growth: number): number => Math.max(1e-3, 1000 * 2 ** -23 * growth)
/** Where more than this is rounded away, a ratio says nothing. */
const mostRounding = 0.1

/** x + s ∇ log Z(x) with s > 0: its Jacobian is I + s Cov/√d ≥ I for the keys of a step, which all tokens share (Shim 2022). */
const expansion: ClosedForm = {
  source: 'Shim 2022',
  update: String.raw`x+A X=x+\nabla\log Z`,
  objective: String.raw`\text{ascent on }\log Z`,
  statement: 'No pair of tokens comes closer: expansion.',
  measure: 'smallestPairRatio',
  measureName: 'the smallest ratio of distances',
  agrees: (ratio, rounding) => ratio >= 1 - rounding,
}

const averages = {
  statement: 'New tokens lie in the hull of the old: smoothing.',
  measure: 'insideHull',
  measureName: 'the smallest share of tokens inside, coordinate by coordinate,',
  agrees: (share: number) => share === 1,
} as const

/** x + s (A − I) X with 0 < s ≤ 1 is (1 − s) x + s A X, and the rows of A are weights (Ravuri & Lawrence 2025). */
const smoothing: ClosedForm = {
  source: 'Ravuri & Lawrence 2025',
  update: String.raw`x+(A-I)X=A X`,
  objective: String.raw`\text{descent on }-\log Z+\tfrac12\lVert x\rVert^2`,
  ...averages,
}

/** The same with Gaussian weights: x + (1/α) ∇ log p(x) (Movellan & Gabbur 2020; theory B.7). */
const meanShift: ClosedForm = {
  source: 'Movellan & Gabbur 2020 with Ravuri & Lawrence 2025',
  update: String.raw`x+\tfrac1\alpha\nabla\log p(x)`,
  objective: String.raw`\text{ascent on }\log p(x)`,
  ...averages,
  statement: 'New tokens are Gaussian-weighted means of the old, in their hull: mean shift.',
}

/** By the choices, beside those of the block, that make the variant. */
const forms: readonly { choices: object; id: string; form: ClosedForm }[] = [
  { choices: {}, id: 'standard', form: expansion },
  { choices: { operator: 'laplacian' }, id: 'laplacian', form: smoothing },
  { choices: { score: 'distance', operator: 'laplacian' }, id: 'l2-laplacian', form: meanShift },
]
/** In the order of theory 1.4, with the variant of the catalogue that each is of. */
export const closedForms: readonly { id: string; form: ClosedForm }[] = forms

export type ClosedFormVerdict =
  /** Theory 1.4 says nothing of this variant. */
  | { readonly kind: 'none' }
  /** It does, but not under these options: `needs` says under which. */
  | { readonly kind: 'elsewhere'; readonly form: ClosedForm; readonly needs: string }
  /** `value` is the one that agrees least, `step` the one that it was found at. */
  | {
      readonly kind: 'agrees' | 'disagrees'
      readonly form: ClosedForm
      readonly value: number
      readonly step: number
      /** The last step whose numbers say anything; null where all do. */
      readonly until: number | null
    }
  /** There was nothing to measure. */
  | { readonly kind: 'unmeasured'; readonly form: ClosedForm }

/** What is known of a variant under some options, held against the steps that were computed. */
export function closedFormVerdict(
  axes: AttentionAxes,
  common: BlockSettings & Pick<DerivationSettings, 'weights'>,
  steps: readonly DerivationStep[],
): ClosedFormVerdict {
  const { block: _, ...choices } = choicesOf(axes)
  const form = forms.find((candidate) => JSON.stringify(candidate.choices) === JSON.stringify(choices))?.form
  if (!form) return { kind: 'none' }
  const { norm, residual, stepSize } = blockOf(common, axes)
  const largest = form === expansion ? Infinity : 1
  if (common.weights !== 'identity' || norm !== 'none' || !residual || stepSize <= 0 || stepSize > largest)
    return {
      kind: 'elsewhere',
      form,
      needs: `with identity weights, without norm, with the residual, step size ${form === expansion ? 'above 0' : 'above 0, at most 1'}`,
    }
  const firstVariance = steps[0]?.totalVariance || 1
  const measured = steps.flatMap(({ step, totalVariance, [form.measure]: value }) => {
    const rounding = form === expansion ? roundingAt(Math.sqrt(totalVariance / firstVariance)) : 0
    return value === null ? [] : [{ step, value, rounding }]
  })
  const counted = measured.filter(({ rounding }) => rounding <= mostRounding)
  const [first, ...rest] = counted
  if (!first) return { kind: 'unmeasured', form }
  const { value, step, rounding } = rest.reduce(
    (least, next) => (next.value + next.rounding < least.value + least.rounding ? next : least),
    first,
  )
  const until = counted.length < measured.length ? counted.at(-1)!.step : null
  return { kind: form.agrees(value, rounding) ? 'agrees' : 'disagrees', form, value, step, until }
}

/** The number that decides, in words: "the smallest ratio of distances is 1.2 (step 3)". */
export function closedFormEvidence(
  { kind, form, value, step, until }: Extract<ClosedFormVerdict, { value: number }>,
  format: (value: number) => string,
): string {
  const exactly =
    kind === 'agrees' && Number(value.toPrecision(4)) < 1
      ? ', which is 1 within the rounding of 32-bit numbers'
      : ''
  const beyond =
    until === null ? '' : ` Beyond step ${until}, 32-bit numbers round the distances of close tokens away.`
  return `${kind === 'agrees' ? 'As derived' : 'Not as derived'}: ${form.measureName} is ${format(value)} (step ${step})${exactly}.${beyond}`
}
