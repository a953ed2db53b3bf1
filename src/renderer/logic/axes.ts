/**
 * The axes of attention as a form: which choices belong together, what each means (attentionAxesSchema says it), and
 * which numbers a choice uses.
 */
import { z } from 'zod'
import {
  attentionAxesSchema,
  ownVariantSchema,
  standardAxes,
  type AttentionAxes,
  type OwnVariant,
} from '../../shared/attention.ts'
import type { Variant } from '../../shared/contract.ts'

export type Axis = Exclude<keyof AttentionAxes, 'block'>
export type BlockKey = keyof AttentionAxes['block']

export const axisGroups: readonly { name: string; axes: readonly Axis[] }[] = [
  { name: 'Score', axes: ['score', 'prior', 'diagonal', 'retrieval', 'keyAdaptation'] },
  { name: 'Normaliser', axes: ['normaliser', 'sinkhornIterations', 'columnExponent'] },
  { name: 'Operator', axes: ['operator', 'laplacianShare', 'gamma', 'filterOrder'] },
  { name: 'Additive term', axes: ['term', 'termRank'] },
  { name: 'Readout', axes: ['readout'] },
]
export const blockKeys = [
  ...(['norm', 'normPlacement', 'residual', 'stepSize', 'learnedStepSize', 'mlpRatio'] as const),
] satisfies readonly BlockKey[]

/** Numbers that one choice alone uses. */
const users: Partial<Record<Axis, { axis: Axis; choice: string }>> = {
  keyAdaptation: { axis: 'score', choice: 'mixture' },
  sinkhornIterations: { axis: 'normaliser', choice: 'sinkhorn' },
  columnExponent: { axis: 'normaliser', choice: 'column-corrected' },
  laplacianShare: { axis: 'operator', choice: 'laplacian-heads' },
  gamma: { axis: 'operator', choice: 'laplacian-gamma' },
  filterOrder: { axis: 'operator', choice: 'graph-filter' },
  termRank: { axis: 'term', choice: 'low-rank' },
}

/** Whether an axis decides anything beside the other choices. */
export function isUsed(axes: AttentionAxes, axis: Axis): boolean {
  const user = users[axis]
  return user === undefined || axes[user.axis] === user.choice
}

/** The axes with every unused number back at its neutral value. */
export function usedAxes(axes: AttentionAxes): AttentionAxes {
  const unused = (Object.keys(users) as Axis[]).filter((axis) => !isUsed(axes, axis))
  return { ...axes, ...Object.fromEntries(unused.map((axis) => [axis, standardAxes[axis]])) }
}

const fields = attentionAxesSchema.shape
const blockFields = fields.block.def.innerType.shape

export const axisMeaning = (axis: Axis): string => fields[axis].description ?? ''

export type Control =
  | { kind: 'choice'; choices: readonly string[] }
  | { kind: 'number'; minimum: number; maximum: number; whole: boolean }
  | { kind: 'switch' }

/** How a value of a schema is set. */
export function controlOf(schema: z.ZodType): Control {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
    return controlOf(schema.def.innerType as z.ZodType)
  if (schema instanceof z.ZodEnum) return { kind: 'choice', choices: schema.options.map(String) }
  if (schema instanceof z.ZodBoolean) return { kind: 'switch' }
  if (!(schema instanceof z.ZodNumber)) throw new TypeError('an axis is a choice, a number or a switch')
  const { minValue, maxValue, format } = schema
  return {
    kind: 'number',
    minimum: minValue ?? -Infinity,
    maximum: maxValue ?? Infinity,
    whole: format === 'safeint',
  }
}
export const axisControl = (axis: Axis): Control => controlOf(fields[axis])
export const blockControl = (key: BlockKey): Control => controlOf(blockFields[key])

/** "Distance to keys, v2" -> "distance-to-keys-v2". */
export function identifierOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{Mark}/gu, '')
  return plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 64)
}

/** A variant while it is being made. */
export interface VariantDraft {
  id: string
  name: string
  meaning: string
  axes: AttentionAxes
}

/** What would be saved, or the first thing that is wrong with it as a sentence. */
export function finishDraft(
  draft: VariantDraft,
  variants: readonly Variant[],
): { variant: OwnVariant; error: null } | { variant: null; error: string } {
  const refuse = (error: string) => ({ variant: null, error })
  if (draft.name.trim() === '') return refuse('Give it a name.')
  if (draft.id === '') return refuse('Give it an id: lower-case words joined by hyphens.')
  const builtIn = variants.find(({ id, own }) => id === draft.id && !own)
  if (builtIn) return refuse(`“${draft.id}” is the id of ${builtIn.name}, which is built in: choose another.`)
  const parsed = ownVariantSchema.safeParse({
    id: draft.id,
    name: draft.name.trim(),
    meaning: draft.meaning.trim(),
    axes: usedAxes(draft.axes),
  })
  if (parsed.success) return { variant: parsed.data, error: null }
  const [issue] = parsed.error.issues
  return refuse(`${issue!.path.join('.')}: ${issue!.message}.`)
}
