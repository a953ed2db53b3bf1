import { describe, expect, it } from 'vitest'
import { attentionAxesSchema, type AttentionChoices } from '../../src/shared/attention.ts'
import { variants } from '../../src/shared/catalogue/variants.ts'
import { closedFormEvidence, closedForms, closedFormVerdict } from '../../src/shared/closedForms.ts'
import type { DerivationStep } from '../../src/shared/derivation.ts'
import { settingsOf, stepOf } from '../support/derivation.ts'

const plain = settingsOf()
const axesOf = (choices: AttentionChoices) => attentionAxesSchema.parse(choices)
const steps = (measure: 'smallestPairRatio' | 'insideHull', ...values: (number | null)[]): DerivationStep[] =>
  values.map((value, step) => stepOf(step, { totalVariance: 1, [measure]: value }))

describe('closedFormVerdict', () => {
  it('finds the value that agrees least, and says whether it does', () => {
    const ratios = steps('smallestPairRatio', null, 1.5, 1.2, 1.3)
    expect(closedFormVerdict(axesOf({}), plain, ratios)).toMatchObject({
      kind: 'agrees',
      value: 1.2,
      step: 2,
    })
    const closer = steps('smallestPairRatio', null, 1.5, 0.9)
    expect(closedFormVerdict(axesOf({}), plain, closer)).toMatchObject({
      kind: 'disagrees',
      value: 0.9,
      step: 2,
    })
    const inside = steps('insideHull', null, 1, 1)
    const laplacian = axesOf({ operator: 'laplacian' })
    expect(closedFormVerdict(laplacian, plain, inside)).toMatchObject({ kind: 'agrees', value: 1, step: 1 })
    const outside = steps('insideHull', null, 1, 0.995)
    expect(closedFormVerdict(laplacian, plain, outside)).toMatchObject({ kind: 'disagrees', step: 2 })
  })

  it('allows a ratio what 32 bits round away, and no more', () => {
    const kindOf = (ratio: number) =>
      closedFormVerdict(axesOf({}), plain, steps('smallestPairRatio', ratio)).kind
    expect([0.9995, 0.998].map(kindOf)).toEqual(['agrees', 'disagrees'])
    const grown = (by: number, ratio: number) => {
      const [first, last] = steps('smallestPairRatio', null, ratio) as [DerivationStep, DerivationStep]
      return closedFormVerdict(axesOf({}), plain, [first, { ...last, totalVariance: by ** 2 }])
    }
    expect(grown(100, 0.99)).toMatchObject({ kind: 'agrees', until: null })
    expect(grown(100, 0.98)).toMatchObject({ kind: 'disagrees' })
    expect(grown(10_000, 0)).toMatchObject({ kind: 'unmeasured' })
  })

  it('counts the steps before distances are rounded away, and says which was the last', () => {
    const [a, b, c] = steps('smallestPairRatio', null, 1.2, 0) as [
      DerivationStep,
      DerivationStep,
      DerivationStep,
    ]
    const verdict = closedFormVerdict(axesOf({}), plain, [a, b, { ...c, totalVariance: 1e10 }])
    expect(verdict).toMatchObject({ kind: 'agrees', value: 1.2, step: 1, until: 1 })
    expect(closedFormEvidence(verdict as Extract<typeof verdict, { value: number }>, String)).toBe(
      'As derived: the smallest ratio of distances is 1.2 (step 1). Beyond step 1, 32-bit numbers round the distances of close tokens away.',
    )
  })

  it('says nothing where theory does not: of other variants, and under other options', () => {
    const measured = steps('insideHull', 1)
    expect(closedFormVerdict(axesOf({ operator: 'plus-identity' }), plain, measured)).toEqual({
      kind: 'none',
    })
    const laplacian = axesOf({ operator: 'laplacian' })
    for (const other of [
      { norm: 'layer' as const },
      { residual: false },
      { stepSize: 1.5 },
      { stepSize: -1 },
      { weights: 'random' as const },
    ])
      expect(closedFormVerdict(laplacian, { ...plain, ...other }, measured).kind).toBe('elsewhere')
    expect(
      closedFormVerdict(axesOf({}), { ...plain, stepSize: 1.5 }, steps('smallestPairRatio', 2)).kind,
    ).toBe('agrees')
    expect(closedFormVerdict(laplacian, plain, steps('insideHull', null))).toMatchObject({
      kind: 'unmeasured',
    })
  })

  it('takes what the variant sets for its runs in place of the common options', () => {
    const halved = axesOf({ operator: 'laplacian', block: { norm: 'none', stepSize: 0.5 } })
    const common = settingsOf({ norm: 'layer', stepSize: 3 })
    expect(closedFormVerdict(halved, common, steps('insideHull', 1)).kind).toBe('agrees')
  })

  it('knows the variants of the catalogue that it names', () => {
    for (const { id, form } of closedForms) {
      const { axes } = variants.find((variant) => variant.id === id)!
      expect(closedFormVerdict(axes, plain, steps(form.measure, 1))).toMatchObject({ kind: 'agrees', form })
    }
  })
})
