/** The list of variants as it is searched, and the form in which a person makes one. */
import { describe, expect, it } from 'vitest'
import {
  axisControl,
  axisGroups,
  axisMeaning,
  blockControl,
  blockKeys,
  finishDraft,
  identifierOf,
  isUsed,
  usedAxes,
} from '../../../src/renderer/logic/axes.ts'
import { byFamily, searchVariants } from '../../../src/renderer/logic/variants.ts'
import { attentionAxesSchema, standardAxes } from '../../../src/shared/attention.ts'
import { variants } from '../../../src/shared/catalogue/variants.ts'

const [first] = variants
const mine = { ...first!, id: 'mine', name: 'Mine', family: 'whatever', own: true }

describe('the list of variants', () => {
  it('shows each once, under its family; own ones on top', () => {
    const families = byFamily([...variants, mine])
    expect(families[0]).toEqual({ name: 'Your own', variants: [mine] })
    expect(families.slice(1).flatMap((family) => family.variants)).toHaveLength(variants.length)
    for (const { name, variants: members } of families.slice(1))
      expect(members.every(({ family }) => family === name)).toBe(true)
  })
  it('finds what has every word, wherever it stands', () => {
    const ids = (query: string) => searchVariants(variants, query).map(({ id }) => id)
    expect(ids('')).toHaveLength(variants.length)
    expect(ids('LAPLACIAN  2507.21040')).toEqual(['laplacian'])
    expect(ids('no such words')).toEqual([])
  })
})

describe('the form of a variant', () => {
  it('shows every axis once, with its meaning', () => {
    const shown = axisGroups.flatMap(({ axes }) => axes)
    expect([...shown, 'block'].sort()).toEqual(Object.keys(attentionAxesSchema.shape).sort())
    for (const axis of shown) expect(axisMeaning(axis)).not.toBe('')
    expect([...blockKeys].sort()).toEqual(
      Object.keys(attentionAxesSchema.shape.block.def.innerType.shape).sort(),
    )
  })
  it('draws choices, numbers with their limits, and switches', () => {
    expect(axisControl('diagonal')).toEqual({ kind: 'choice', choices: ['kept', 'masked'] })
    expect(axisControl('filterOrder')).toEqual({ kind: 'number', minimum: 1, maximum: 16, whole: true })
    expect(axisControl('gamma')).toEqual({ kind: 'number', minimum: -8, maximum: 8, whole: false })
    expect(blockControl('residual')).toEqual({ kind: 'switch' })
    expect(blockControl('norm')).toMatchObject({ kind: 'choice' })
  })
  it('asks for a number only where a choice uses it, and keeps no other', () => {
    const axes = { ...standardAxes, gamma: 2, filterOrder: 7, operator: 'graph-filter' as const }
    expect(isUsed(axes, 'filterOrder')).toBe(true)
    expect(isUsed(axes, 'gamma')).toBe(false)
    expect(usedAxes(axes)).toEqual({ ...axes, gamma: standardAxes.gamma })
  })
  it('every built-in variant can be a start: none of its choices is lost', () => {
    for (const { axes } of variants) expect(usedAxes(axes)).toEqual(axes)
  })
  it('makes an id of a name', () => {
    expect(identifierOf('  Größe: Distance, v2! ')).toBe('gro-e-distance-v2')
    expect(identifierOf('…')).toBe('')
  })
  it('says what is missing, else what would be saved', () => {
    const draft = { id: 'mine', name: ' Mine ', meaning: '', axes: standardAxes }
    expect(finishDraft(draft, variants)).toEqual({
      variant: { id: 'mine', name: 'Mine', meaning: '', axes: standardAxes },
      error: null,
    })
    expect(finishDraft({ ...draft, name: ' ' }, variants).error).toMatch(/name/)
    expect(finishDraft({ ...draft, id: 'Not this' }, variants).error).toMatch(/^id: expected lower-case/)
    expect(finishDraft({ ...draft, id: 'standard' }, variants).error).toMatch(/built in/)
  })
})
