/** The small pieces of the window's logic: the plan, the selection of variants, the address. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channels, commonColour, cssColour, stylesOf } from '../../../src/renderer/charts/palette.ts'
import { readEscapes, writeEscapes } from '../../../src/renderer/logic/escapes.ts'
import { describePlan } from '../../../src/renderer/logic/plan.ts'
import { moveVariant, toggleVariant } from '../../../src/renderer/logic/selection.ts'

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
  it('moves one to a place, and no further than the ends', () => {
    expect(moveVariant(['a', 'b', 'c'], 'c', 0)).toEqual(['c', 'a', 'b'])
    expect(moveVariant(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c'])
    expect(moveVariant(['a', 'b', 'c'], 'a', 9)).toEqual(['b', 'c', 'a'])
    expect(moveVariant(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c'])
    expect(moveVariant(['a', 'b'], 'absent', 0)).toEqual(['a', 'b'])
  })
})

describe('escapes', () => {
  it('shows a line break and reads it back, whatever surrounds it', () => {
    expect(writeEscapes('a\n\tb\\n')).toBe('a\\n\\tb\\\\n')
    fc.assert(fc.property(fc.string(), (text) => readEscapes(writeEscapes(text)) === text))
    expect(readEscapes('C:\\x')).toBe('C:\\x')
  })
})

describe('the styles of lines', () => {
  it('differ among 56 variants, and in colour and dash among seven', () => {
    const styles = [...stylesOf(Array.from({ length: 56 }, (_, place) => String(place))).values()]
    expect(new Set(styles.map((style) => JSON.stringify(style))).size).toBe(56)
    expect(new Set(styles.slice(0, 7).map(({ colour }) => colour)).size).toBe(7)
    expect(new Set(styles.slice(0, 7).map(({ dash }) => dash.join())).size).toBe(7)
  })
})

describe('a colour that a person chose', () => {
  it('is that of a variant whose runs all have it, and no other one changes', () => {
    expect(commonColour(['#aa0000', '#aa0000'])).toBe('#aa0000')
    expect(commonColour(['#aa0000', null])).toBeNull()
    expect(commonColour([])).toBeNull()
    const styles = stylesOf(['a', 'b'], (id) => (id === 'b' ? '#aa0000' : null))
    expect([...styles.values()].map(({ colour }) => cssColour(colour))).toEqual([
      'var(--variant-1)',
      '#aa0000',
    ])
  })
})

describe('the colours of a scale', () => {
  it('are read as they are written and as a build shortens them', () => {
    expect(channels('#0067a6')).toEqual([0, 103, 166])
    expect(channels('#f50')).toEqual([255, 85, 0])
  })
})
