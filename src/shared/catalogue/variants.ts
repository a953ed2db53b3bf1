/**
 * The built-in attention variants, by family: choices on the axes of ../attention.ts with what a person should know about
 * them. What the choices compute is in src/main/model/attention/. docs/attention.md is made from these rows.
 */
import { attentionAxesSchema, futureLeak, type AttentionAxes } from '../attention.ts'
import type { Variant } from '../contract.ts'
import { comparisons } from './variants/comparisons.ts'
import { diffusion } from './variants/diffusion.ts'
import { exponentialFamilies } from './variants/exponentialFamilies.ts'
import { filters } from './variants/filters.ts'
import { mixtures } from './variants/mixtures.ts'
import { standard } from './variants/standard.ts'
import { visionOnly } from './variants/visionOnly.ts'
import { weightings } from './variants/weightings.ts'
import type { Row } from './variants/row.ts'

const families: readonly [name: string, rows: readonly Row[]][] = [
  ['Standard', standard],
  ['Graph diffusion', diffusion],
  ['Exponential families', exponentialFamilies],
  ['Mixtures and distances', mixtures],
  ['Ways to compare', comparisons],
  ['Ways to weigh', weightings],
  ['Filters', filters],
  ['Images only', visionOnly],
]

export const variants: readonly Variant[] = families.flatMap(([family, rows]) =>
  rows.map(({ choices, ...row }) => {
    const axes = attentionAxesSchema.parse(choices)
    return { ...row, family, axes, futureLeak: futureLeak(axes), own: false }
  }),
)

/** The axes of a built-in variant. */
export function presetAxes(id: string): AttentionAxes {
  const variant = variants.find((candidate) => candidate.id === id)
  if (!variant) throw new Error(`There is no built-in attention variant "${id}".`)
  return variant.axes
}
