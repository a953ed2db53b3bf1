/** Combinations of axes that nobody has named: what the contract promises about any of them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  attentionAxesSchema,
  choicesOf,
  contradiction,
  futureLeak,
  ownVariantSchema,
  standardAxes,
  type AttentionAxes,
} from '../../../../src/shared/attention.ts'
import { variants } from '../../../../src/shared/catalogue/variants.ts'
import { openCpu } from '../../../../src/main/engine/devices/cpu.ts'
import { changed, layerCase, runLayer } from '../../../support/attention.ts'
import { wave } from '../../../support/devices.ts'

const { shape } = attentionAxesSchema
const choice = (name: 'score' | 'prior' | 'diagonal' | 'normaliser' | 'operator' | 'term' | 'readout') =>
  fc.constantFrom(...(shape[name].unwrap().options as string[]))
const combinations = fc
  .record({
    score: choice('score'),
    prior: choice('prior'),
    diagonal: choice('diagonal'),
    normaliser: choice('normaliser'),
    operator: choice('operator'),
    term: choice('term'),
    readout: choice('readout'),
    retrieval: fc.integer({ min: 0, max: 2 }),
    keyAdaptation: fc.integer({ min: 0, max: 1 }),
  })
  .map((choices) => attentionAxesSchema.parse(choices))
  .filter((axes) => contradiction(axes) === null)

/** The outputs of the first tokens before and after the last ones changed. */
async function firstOutputs(axes: AttentionAxes): Promise<[before: Float32Array, after: Float32Array]> {
  const layer = layerCase(axes, true, { batch: 1, tokens: 5 })
  const kept = 3 * layer.shape.width
  const input = wave([5, layer.shape.width], 5)
  const numbers = Float32Array.from(input.numbers, (value, index) => (index < kept ? value : 3 - 2 * value))
  const device = openCpu(1)
  const before = await runLayer(device, layer, input)
  const after = await runLayer(device, layer, { ...input, numbers })
  return [before.slice(0, kept), after.slice(0, kept)]
}

describe('a combination of axes', () => {
  it('is causal bit for bit and finite wherever nothing says that it would leak', async () => {
    const property = fc.asyncProperty(
      combinations.filter((axes) => futureLeak(axes) === null),
      async (axes) => {
        const [before, after] = await firstOutputs(axes)
        expect(after).toEqual(before)
        expect(before.every(Number.isFinite)).toBe(true)
      },
    )
    await fc.assert(property, { numRuns: 60, seed: 4 })
  })

  it.each(variants.filter((variant) => variant.futureLeak !== null))(
    '$id really leaks the future, as its refusal says',
    async ({ id }) => {
      const [before, after] = await firstOutputs(changed(id))
      expect(after).not.toEqual(before)
    },
  )

  it('says what differs from standard attention, and is the same again from that', () => {
    expect(choicesOf(standardAxes)).toEqual({})
    for (const { axes } of variants) expect(attentionAxesSchema.parse(choicesOf(axes))).toEqual(axes)
  })

  it('is refused where choices contradict each other, with both named', () => {
    const refused = (choices: object) => contradiction(attentionAxesSchema.parse(choices))
    expect(refused({ normaliser: 'linear', score: 'cosine' })).toMatch(/linear.*score/)
    expect(refused({ keyAdaptation: 1 })).toMatch(/mixture/)
    expect(refused({ prior: 'magnitude' })).toMatch(/distance.*mixture/)
    expect(refused({ operator: 'differential', readout: 'exclusive' })).toMatch(/differential/)
    for (const { axes } of variants) expect(contradiction(axes)).toBeNull()
  })

  it('can be written as a file with a name, and a mistyped choice is refused', () => {
    const parsed = ownVariantSchema.parse({ id: 'my-own', axes: { operator: 'laplacian' } })
    expect(parsed.axes).toEqual(changed('laplacian'))
    expect(ownVariantSchema.safeParse({ id: 'my-own', axes: { operatr: 'laplacian' } }).success).toBe(false)
    expect(ownVariantSchema.safeParse({ id: 'My own', axes: {} }).success).toBe(false)
  })
})

describe('the catalogue', () => {
  it('names every variant once, with a formula, a meaning, a reduction, an invariant and a source', () => {
    expect(new Set(variants.map(({ id }) => id)).size).toBe(variants.length)
    for (const { id, ...row } of variants)
      for (const key of [
        'name',
        'family',
        'formula',
        'meaning',
        'parameters',
        'reduction',
        'invariant',
        'source',
      ] as const)
        expect(row[key], `${key} of ${id}`).not.toBe('')
  })
  it.each(variants)('$id: nothing says that it is better or worse than another', (variant) => {
    const judgement = /\b(better|superior|inferior|outperform\w*|improves?|wins?|beats?|worse)\b/i
    expect(JSON.stringify(variant).match(judgement)).toBeNull()
  })
})
