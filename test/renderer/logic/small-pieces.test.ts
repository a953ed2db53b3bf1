/** The small pieces of the window's logic: the plan, the selection of variants, the address. */
import { describe, expect, it } from 'vitest'
import { experimentInHash, hashOfExperiment } from '../../../src/renderer/logic/location.ts'
import { describePlan } from '../../../src/renderer/logic/plan.ts'
import { inCatalogueOrder, makeBaseline, toggleVariant } from '../../../src/renderer/logic/selection.ts'

describe('describePlan', () => {
  it('multiplies variants and seeds', () =>
    expect(describePlan(3, 2, 600)).toBe('3 variants × 2 seeds = 6 runs, 600 steps each'))
  it('is grammatical for one', () =>
    expect(describePlan(1, 1, 2000)).toBe('1 variant × 1 seed = 1 run, 2,000 steps'))
})

describe('selection', () => {
  it('adds at the end and removes; the next one becomes the baseline', () => {
    expect(toggleVariant(['a'], 'b')).toEqual(['a', 'b'])
    expect(toggleVariant(['a', 'b'], 'a')).toEqual(['b'])
  })
  it('puts the baseline first', () => expect(makeBaseline(['a', 'b', 'c'], 'c')).toEqual(['c', 'a', 'b']))
  it('keeps the baseline and orders the rest as the catalogue does', () => {
    expect(inCatalogueOrder(['c', 'b', 'a'], ['a', 'b', 'c'])).toEqual(['c', 'a', 'b'])
    expect(inCatalogueOrder([], ['a'])).toEqual([])
  })
})

describe('the address', () => {
  it('carries the experiment there and back', () => {
    for (const id of ['abc', 'a/b c#d']) expect(experimentInHash(hashOfExperiment(id))).toBe(id)
  })
  it('shows nothing for anything else', () => {
    for (const hash of [
      '',
      '#/',
      hashOfExperiment(null),
      '#token=abc',
      '#/experiment/',
      '#/experiment/%E0%A4%A',
    ])
      expect(experimentInHash(hash)).toBeNull()
  })
})
