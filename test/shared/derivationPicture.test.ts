import { describe, expect, it } from 'vitest'
import { derivationPicture } from '../../src/shared/derivationPicture.ts'
import type { Derivation, DerivationStep } from '../../src/shared/derivation.ts'
import { settingsOf, stepOf } from '../support/derivation.ts'

const step = (index: number, positions: [number, number][]) => stepOf(index, { positions, totalVariance: 1 })
const derived = (steps: DerivationStep[], overflowed = false): Derivation => ({
  settings: settingsOf({ count: 20 }),
  labels: [0, 1, 1],
  items: null,
  classNames: null,
  derivation: [{ attention: 'a<b', steps, overflowed }],
})
const cloud: [number, number][] = [[-2, 0], [2, 0], [0, 1]] // prettier-ignore
const all = (picture: string, pattern: RegExp) => [...picture.matchAll(pattern)].map((match) => match[1])

describe('derivationPicture', () => {
  it('draws every token of a step within its plot, coloured by label, with the scale below', () => {
    const picture = derivationPicture(derived([step(0, cloud)]))
    expect(all(picture, /<circle cx="([\d.]+)"/g)).toEqual(['6', '114', '60'])
    expect(all(picture, /cy="([\d.]+)"/g)).toEqual(['73.5', '73.5', '46.5']) // up is up
    const [first, second, third] = all(picture, /r="1.8" fill="(#\w+)"/g)
    expect(first).not.toBe(second)
    expect(second).toBe(third)
    expect(picture).toContain('± 2.0')
  })

  it('draws the first and the last of many steps', () => {
    const steps = Array.from({ length: 33 }, (_, index) => step(index, cloud))
    const shown = all(derivationPicture(derived(steps)), />step (\d+)</g)
    expect(shown).toEqual(['0', '4', '8', '12', '16', '20', '24', '28', '32'])
  })

  it('draws tokens that have become one as one, and says when numbers were too large', () => {
    const tiny = cloud.map(([x, y]): [number, number] => [x * 1e-9, y * 1e-9])
    const picture = derivationPicture(derived([step(0, cloud), step(1, tiny)], true))
    expect(new Set(all(picture, /<circle cx="([\d.]+)"/g).slice(3))).toEqual(new Set(['59.9', '60.1', '60']))
    expect(picture).toContain('numbers too large')
  })

  it('writes names as text', () => {
    const picture = derivationPicture(derived([step(0, cloud)]))
    expect(picture).toContain('a&lt;b')
    expect(picture).not.toContain('a<b')
  })
})
