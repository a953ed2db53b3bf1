import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { debiasedMean } from '../../../src/main/compare/smoothing.ts'

const smoothed = (values: readonly number[], weight: number) => values.map(debiasedMean(weight))

describe('debiasedMean', () => {
  it('is the weighted mean of all values so far, the newest with the most weight', () => {
    // w = 0.5: (1·1), (1·2 + 0.5·1)/1.5, (1·4 + 0.5·2 + 0.25·1)/1.75
    const [first, second, third] = smoothed([1, 2, 4], 0.5)
    expect(first).toBe(1)
    expect(second).toBeCloseTo(5 / 3, 12)
    expect(third).toBeCloseTo(3, 12)
  })

  it('agrees with Σ wᵏ xₙ₋ₖ / Σ wᵏ, summed in Python', () => {
    // [sum(0.9**k * x for k, x in enumerate(reversed(v[:n]))) / sum(0.9**k for k in range(n)) for n in range(1, 6)]
    const golden = [4.2, 4.042105263157895, 3.6944649446494466, 3.5797615585926144, 3.389348245464091]
    smoothed([4.2, 3.9, 3.1, 3.3, 2.8], 0.9).forEach((value, index) =>
      expect(value).toBeCloseTo(golden[index]!, 12),
    )
  })

  it('leaves a gap a gap, as if it were not there', () => {
    const values = smoothed([1, NaN, 2, Infinity, 4], 0.5)
    expect(values[1]).toBeNaN()
    expect(values[3]).toBeNaN()
    expect([values[0], values[2], values[4]]).toEqual(smoothed([1, 2, 4], 0.5))
  })

  it('changes nothing with weight 0, and nothing about a constant', () => {
    expect(smoothed([3, 1, 2], 0)).toEqual([3, 1, 2])
    for (const value of smoothed(Array(500).fill(1.7), 0.999)) expect(value).toBeCloseTo(1.7, 10)
  })

  it('stays within the values so far', () => {
    const value = fc.double({ min: -100, max: 100, noNaN: true })
    fc.assert(
      fc.property(fc.array(value), fc.double({ min: 0, max: 0.999, noNaN: true }), (values, weight) => {
        smoothed(values, weight).forEach((mean, index) => {
          const seen = values.slice(0, index + 1)
          expect(mean).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-9)
          expect(mean).toBeLessThanOrEqual(Math.max(...seen) + 1e-9)
        })
      }),
    )
  })
})
