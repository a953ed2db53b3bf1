import { describe, expect, it } from 'vitest'
import {
  chiSquareAbove,
  chiSquareBelow,
  kolmogorovDistance,
  normalBelow,
  normalDensity,
  normalQuantile,
} from '../../../src/main/statistics/distributions.ts'

describe('distributions', () => {
  it('has the quantiles of the normal distribution', () => {
    expect(normalBelow(1.959963984540054)).toBeCloseTo(0.975, 14)
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12)
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity])
    expect(normalDensity(normalQuantile(1))).toBe(0)
    expect((normalBelow(0.5001) - normalBelow(0.4999)) / 0.0002).toBeCloseTo(normalDensity(0.5), 8)
  })

  it('has χ² with two degrees of freedom as an exponential, with one as a squared normal', () => {
    for (const x of [0, 0.3, 5, 80]) {
      expect(chiSquareAbove(x, 2)).toBeCloseTo(Math.exp(-x / 2), 14)
      expect(chiSquareBelow(x, 1)).toBeCloseTo(1 - 2 * normalBelow(-Math.sqrt(x)), 13)
    }
  })

  it('measures the largest step between distributions', () => {
    const uniform = (value: number) => value
    expect(kolmogorovDistance(Float64Array.of(0.125, 0.375, 0.625, 0.875), uniform)).toBe(0.125)
    expect(kolmogorovDistance(Float64Array.of(0.9, 0.9), uniform)).toBe(0.9)
  })
})
