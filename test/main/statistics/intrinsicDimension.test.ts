import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  intrinsicDimension,
  intrinsicDimensionBySlope,
  neighbourRatios,
  unbiasedIntrinsicDimension,
} from '../../../src/main/statistics/intrinsicDimension.ts'
import { matrixOf, selectRows, squaredDistance, type Matrix } from '../../../src/main/statistics/matrix.ts'
import { distinctRows, nearestRows } from '../../../src/main/statistics/neighbours.ts'
import { degenerate, gaussian, numbersIn, rotated, scaled, translated, uniform } from './arbitrary.ts'

const golden = matrixOf([[0, 0], [1, 0], [0, 1.5], [3, 1], [2.2, 3.1], [5, 0.5]]) // prettier-ignore

const estimators = [intrinsicDimension, unbiasedIntrinsicDimension, intrinsicDimensionBySlope]
const estimates = (x: Matrix) => {
  const ratios = neighbourRatios(x)
  return estimators.map((estimate) => ratios && estimate(ratios))
}

describe('intrinsic dimension', () => {
  it('has the golden ratios and estimates', () => {
    const expected = [1.5, 1.80277564, 1.20185043, 1.08465229, 1.21051499, 1.85345464]
    neighbourRatios(golden)!.forEach((ratio, i) => expect(ratio).toBeCloseTo(expected[i]!, 7))
    const [likely, unbiased] = estimates(golden)
    expect(likely).toBeCloseTo(2.90133767, 7)
    expect(unbiased).toBeCloseTo(2.41778139, 7)
  })

  it('has the slope of ratios that follow their law exactly', () => {
    const n = 50
    const ratios = Float64Array.from({ length: n }, (_, i) =>
      Math.exp(-Math.log(1 - (i + 1) / (n + 1e-9)) / 3.5),
    )
    expect(intrinsicDimensionBySlope(ratios)).toBeCloseTo(3.5, 6)
    expect(intrinsicDimensionBySlope(ratios.with(n - 1, 1e9))).toBeCloseTo(3.5, 6) // the top tenth is left out
  })

  it('counts the dimensions of Gaussian clouds, of many too few', () => {
    for (const [columns, expected] of [
      [2, 2],
      [8, 7.85],
      [32, 23.3],
    ] as const)
      // prettier-ignore
      for (const estimate of estimates(gaussian(1000, columns))) expect(estimate! / expected).toBeCloseTo(1, 0.9)
  })

  it('sees a surface in many channels', () => {
    const plane = uniform(800, 2)
    const rolled = matrixOf(
      Array.from({ length: 800 }, (_, i) => {
        const [angle, height] = [6 * plane.numbers[2 * i]!, 3 * plane.numbers[2 * i + 1]!]
        return [3 * Math.cos(angle), 3 * Math.sin(angle), height, 0, 0]
      }),
    )
    expect(estimates(rolled)[0]).toBeGreaterThan(1.8)
    expect(estimates(rolled)[0]).toBeLessThan(2.2)
  })

  it('keeps one of duplicates', () => {
    const doubled = selectRows(golden, [0, 1, 2, 2, 3, 4, 5, 0, 0])
    expect(distinctRows(doubled)).toEqual([0, 1, 2, 4, 5, 6])
    expect(estimates(doubled)).toEqual(estimates(golden))
    expect(neighbourRatios(selectRows(golden, [0, 1, 0, 1]))).toBeNull()
  })

  it('is not defined on a grid', () => {
    const grid = matrixOf(Array.from({ length: 16 }, (_, i) => [i % 4, i >> 2]))
    expect(estimates(grid)).toEqual([null, null, null])
  })

  it('does not depend on rotation, translation, scale or order', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 3, max: 20 }), (seed, rows) => {
        const x = gaussian(rows, 3, seed)
        const moved = translated(scaled(rotated(x, seed), 0.01), [100, -5, 3])
        const reversed = selectRows(
          moved,
          Array.from({ length: rows }, (_, i) => rows - 1 - i),
        )
        estimates(x).forEach((value, index) => expect(estimates(reversed)[index]).toBeCloseTo(value!, 5))
      }),
      { numRuns: 40 },
    )
  })

  it.each(Object.entries(degenerate))('gives numbers or null for %s', (_, x) => {
    expect(numbersIn(estimates(x)).every(Number.isFinite)).toBe(true)
  })
})

describe('neighbours', () => {
  it('are those that all distances give, among the first ones where asked', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 12 }), fc.boolean(), (seed, rows, others) => {
        const x = gaussian(rows, 3, seed, 'from')
        const y = others ? x : gaussian(rows, 3, seed, 'to')
        const { indices, squaredDistances } = nearestRows(x, y, 4, { others, support: (i) => i + 1 })
        for (let i = 0; i < rows; i++) {
          const expected = Array.from({ length: i + 1 }, (_, j) => ({
            j,
            distance: squaredDistance(x, i, y, j),
          }))
            .filter(({ j }) => !others || j !== i)
            .sort((a, b) => a.distance - b.distance)
            .slice(0, 4)
          const padding = Array.from({ length: 4 - expected.length })
          expect([...indices.subarray(4 * i, 4 * i + 4)]).toEqual([...expected.map(({ j }) => j), ...padding.map(() => -1)]) // prettier-ignore
          expect([...squaredDistances.subarray(4 * i, 4 * i + 4)]).toEqual([...expected.map(({ distance }) => distance), ...padding.map(() => Infinity)]) // prettier-ignore
        }
      }),
    )
  })
})
