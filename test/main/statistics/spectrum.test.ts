import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  effectiveRankByEigenvalues,
  effectiveRankBySingularValues,
  logLogSlope,
  participationRatio,
  spectrumOf,
  stableRank,
  topShare,
} from '../../../src/main/statistics/spectrum.ts'
import { type Matrix } from '../../../src/main/statistics/matrix.ts'
import { product } from '../../../src/main/statistics/products.ts'
import {
  degenerate,
  gaussian,
  goldenX,
  numbersIn,
  repeated,
  rotated,
  scaled,
  translated,
} from './arbitrary.ts'

const eigenvaluesOf = (x: Matrix): Float64Array => spectrumOf(x)!.eigenvalues

const measures = (eigenvalues: Float64Array) => [
  topShare(eigenvalues, 1),
  topShare(eigenvalues, 10),
  stableRank(eigenvalues),
  effectiveRankByEigenvalues(eigenvalues),
  effectiveRankBySingularValues(eigenvalues),
  logLogSlope(eigenvalues),
]

describe('spectrum', () => {
  it('has the golden values', () => {
    const [first, second] = eigenvaluesOf(goldenX)
    expect(first).toBeCloseTo(4.88872153, 7)
    expect(second).toBeCloseTo(3.73627847, 7)
    expect(participationRatio(goldenX)).toBeCloseTo(1.96491952, 7)
    expect(effectiveRankByEigenvalues(eigenvaluesOf(goldenX))).toBeCloseTo(1.98217303, 7)
    expect(effectiveRankBySingularValues(eigenvaluesOf(goldenX))).toBeCloseTo(1.99549804, 7)
  })

  it('has the known values of the eigenvalues (4, 2, 1, 1)', () => {
    const eigenvalues = Float64Array.of(4, 2, 1, 1)
    expect(effectiveRankByEigenvalues(eigenvalues)).toBeCloseTo(3.36358566, 7)
    expect(effectiveRankBySingularValues(eigenvalues)).toBeCloseTo(3.82842712, 7)
    expect(stableRank(eigenvalues)).toBe(2)
    expect(topShare(eigenvalues, 2)).toBe(0.75)
    // tokens ±√(Dλ_j) e_j have the covariance diag(λ)
    const axes = (sign: number) =>
      [4, 2, 1, 1].map((value, j) => [0, 0, 0, 0].with(j, sign * Math.sqrt(4 * value)))
    const numbers = Float64Array.from([...axes(1), ...axes(-1)].flat())
    const x = { rows: 8, columns: 4, numbers }
    expect(participationRatio(x)).toBeCloseTo(2.90909091, 7)
    eigenvaluesOf(x).forEach((value, i) => expect(value).toBeCloseTo(eigenvalues[i]!, 12))
  })

  it('counts D equal values as D', () => {
    const equal = new Float64Array(7).fill(0.3)
    expect(effectiveRankByEigenvalues(equal)).toBeCloseTo(7, 12)
    expect(effectiveRankBySingularValues(equal)).toBeCloseTo(7, 12)
    expect(stableRank(equal)).toBeCloseTo(7, 12)
    expect(logLogSlope(equal)).toBeCloseTo(0, 12)
  })

  it('finds exactly r eigenvalues of tokens of rank r, in float32 too', () => {
    const x = product(gaussian(60, 3), gaussian(3, 20, 1))
    expect(eigenvaluesOf(x).length).toBe(3)
    expect(eigenvaluesOf({ ...x, numbers: Float32Array.from(x.numbers) }).length).toBe(3)
    expect(eigenvaluesOf(gaussian(6, 20)).length).toBe(5) // n − 1
  })

  it('has the slope of a power law', () => {
    const powers = Float64Array.from({ length: 40 }, (_, i) => 3 * (i + 1) ** -1.5)
    expect(logLogSlope(powers)).toBeCloseTo(-1.5, 10)
  })

  it('has a participation ratio of nD/(n + D) for Gaussian tokens', () => {
    for (const [columns, expected] of [
      [2, 2],
      [8, 7.94],
      [32, 31.01],
    ] as const)
      // prettier-ignore
      expect(participationRatio(gaussian(1000, columns))! / expected).toBeCloseTo(1, 1)
  })

  it('does not depend on rotation, translation, scale or order, and keeps its order of ranks', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 4, max: 12 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (seed, rows, factor) => {
          const x = gaussian(rows, 6, seed)
          const moved = scaled(translated(rotated(x, seed), [1, 2, 3, 4, 5, -6]), factor)
          const reversed = { ...moved, numbers: moved.numbers.toReversed() }
          const found = measures(eigenvaluesOf(reversed))
          measures(eigenvaluesOf(x)).forEach((value, i) => expect(found[i]! / value!).toBeCloseTo(1, 6))
          const ratio = participationRatio(x)!
          expect(participationRatio(reversed)).toBeCloseTo(ratio, 8)
          const eigenvalues = eigenvaluesOf(x)
          const [byEigenvalues, bySingularValues] = [
            effectiveRankByEigenvalues(eigenvalues)!,
            effectiveRankBySingularValues(eigenvalues)!,
          ]
          const ascending = [1, ratio, byEigenvalues, bySingularValues, Math.min(6, rows - 1) + 1e-9]
          expect(ascending).toEqual([...ascending].sort((a, b) => a - b))
        },
      ),
    )
  })

  it.each(Object.entries(degenerate))('gives numbers or null for %s', (_, x) => {
    const spectrum = spectrumOf(x)
    const found = [participationRatio(x), ...(spectrum ? measures(spectrum.eigenvalues) : [])]
    expect(numbersIn(found).every(Number.isFinite)).toBe(true)
  })

  it('is null where tokens are identical', () => {
    expect(eigenvaluesOf(repeated([0.1, 0.7, 1e5], 9)).length).toBe(0)
    expect(measures(new Float64Array())).toEqual([null, null, null, null, null, null])
    expect(participationRatio(repeated([0.1, 0.7, 1e5], 9))).toBeNull()
  })
})
