import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logarithmicTicks, niceRange } from '../../../src/renderer/charts/range.ts'

describe('niceRange', () => {
  it.each([
    [1.52, 4.17, { minimum: 1, maximum: 5, interval: 1 }],
    [1.7, 1.9, { minimum: 1.7, maximum: 1.9, interval: 0.05 }],
    [0, 1, { minimum: 0, maximum: 1, interval: 0.2 }],
    [1.7181, 1.7212, { minimum: 1.718, maximum: 1.722, interval: 0.001 }],
  ])('of %d to %d', (lowest, highest, range) => expect(niceRange(lowest, highest)).toEqual(range))

  it('gives a single value some room', () => {
    const { minimum, maximum } = niceRange(2, 2)
    expect(minimum).toBeLessThan(2)
    expect(maximum).toBeGreaterThan(2)
  })

  it('holds all values and has between 2 and 8 intervals', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(value, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (lowest, span) => {
        const { minimum, maximum, interval } = niceRange(lowest, lowest + span)
        expect(minimum).toBeLessThanOrEqual(lowest + interval * 1e-6)
        expect(maximum).toBeGreaterThanOrEqual(lowest + span - interval * 1e-6)
        const intervals = (maximum - minimum) / interval
        expect(intervals).toBeGreaterThan(1.9)
        expect(intervals).toBeLessThan(8.1)
      }),
    )
  })
})

describe('logarithmicTicks', () => {
  it('are 1, 2 and 5 times powers of ten', () =>
    expect(logarithmicTicks(50, 1200)).toEqual([50, 100, 200, 500, 1000]))
  it('are the ends where the range is narrow', () => expect(logarithmicTicks(60, 90)).toEqual([60, 90]))
})
