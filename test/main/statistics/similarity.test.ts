import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { centred, selectRows, type Matrix } from '../../../src/main/statistics/matrix.ts'
import { product, rowProducts } from '../../../src/main/statistics/products.ts'
import {
  canonicalCorrelations,
  debiasedLinearAlignment,
  linearAlignment,
  meanCanonicalCorrelation,
  mutualNeighbours,
  procrustesDisparity,
  singularVectorCanonicalCorrelation,
} from '../../../src/main/statistics/similarity.ts'
import {
  degenerate,
  gaussian,
  goldenX,
  goldenY,
  numbersIn,
  repeated,
  rotated,
  scaled,
  stretched,
  translated,
} from './arbitrary.ts'

const measures = (x: Matrix, y: Matrix, k = 3) => [
  linearAlignment(x, y),
  debiasedLinearAlignment(x, y),
  procrustesDisparity(x, y),
  mutualNeighbours(x, y, k),
  meanCanonicalCorrelation(x, y),
  singularVectorCanonicalCorrelation(x, y),
]

/** HSIC_1 of Song et al., with kernels written out. */
function unbiasedCriterion(x: Matrix, y: Matrix): number {
  const n = x.rows
  const [k, l] = [rowProducts(x), rowProducts(y)]
  for (let i = 0; i < n; i++) k.numbers[i * n + i] = l.numbers[i * n + i] = 0
  const both = product(k, l)
  const sum = (m: Matrix) => [...m.numbers].reduce((a, b) => a + b, 0)
  let trace = 0
  for (let i = 0; i < n; i++) trace += both.numbers[i * n + i]!
  return trace + (sum(k) * sum(l)) / ((n - 1) * (n - 2)) - (2 / (n - 2)) * sum(both)
}

describe('similarity of two clouds', () => {
  it('has the golden values', () => {
    expect(linearAlignment(goldenX, goldenY)).toBeCloseTo(0.84429834, 7)
    const correlations = canonicalCorrelations(goldenX, goldenY)!
    expect(correlations.length).toBe(2)
    expect(correlations[0]).toBeCloseTo(0.98782884, 7)
    expect(correlations[1]).toBeCloseTo(0.89392777, 7)
    expect(meanCanonicalCorrelation(goldenY, goldenX)).toBeCloseTo((0.98782884 + 0.89392777) / 2, 7)
    const firstTwo = { ...goldenY, columns: 2, numbers: goldenY.numbers.filter((_, index) => index % 3 < 2) }
    expect(procrustesDisparity(goldenX, firstTwo)).toBeCloseTo(0.13111626, 7)
  })

  it('debiases as the estimator says with kernels, whatever the centre', () => {
    const [x, y] = [gaussian(9, 4, 1), translated(gaussian(9, 2, 2), [5, -3])]
    const expected = unbiasedCriterion(x, y) / Math.sqrt(unbiasedCriterion(x, x) * unbiasedCriterion(y, y))
    expect(debiasedLinearAlignment(x, y)).toBeCloseTo(expected, 8)
    // wide clouds take the other side of the product
    const [wide, other] = [gaussian(6, 40, 1), gaussian(6, 50, 2)]
    const ofWide = unbiasedCriterion(wide, other)
    const scale = Math.sqrt(unbiasedCriterion(wide, wide) * unbiasedCriterion(other, other))
    expect(debiasedLinearAlignment(wide, other)).toBeCloseTo(ofWide / scale, 8)
  })

  it('finds independent clouds alike only where it is biased', () => {
    const pairs = Array.from({ length: 60 }, (_, seed) => [
      gaussian(24, 16, seed, 'first'),
      gaussian(24, 16, seed, 'second'),
    ] as const) // prettier-ignore
    const average = (measure: (x: Matrix, y: Matrix) => number | null) =>
      pairs.reduce((sum, [x, y]) => sum + measure(x, y)!, 0) / pairs.length
    expect(average(linearAlignment)).toBeGreaterThan(0.3)
    expect(Math.abs(average(debiasedLinearAlignment))).toBeLessThan(0.05)
    const overlap = mutualNeighbours(gaussian(400, 8, 1), gaussian(400, 8, 2))!
    expect(overlap).toBeGreaterThan(0.6 * (10 / 399))
    expect(overlap).toBeLessThan(1.5 * (10 / 399))
  })

  it('does not see rotation, scale, translation or the order of tokens', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 12, max: 20 }), (seed, rows) => {
        const [x, y] = [gaussian(rows, 4, seed, 'x'), gaussian(rows, 3, seed, 'y')]
        const moved = translated(scaled(rotated(x, seed), 0.3), [9, 1, -4, 2])
        measures(x, y).forEach((value, index) => {
          expect(measures(moved, y)[index]).toBeCloseTo(value!, 7)
          expect(measures(y, moved)[index]).toBeCloseTo(value!, 7)
        })
        const order = Array.from({ length: rows }, (_, i) => rows - 1 - i)
        const reversed = measures(selectRows(x, order), selectRows(y, order))
        measures(x, y).forEach((value, index) => expect(reversed[index]).toBeCloseTo(value!, 7))
        measures(x, moved).forEach((value, index) => expect(value).toBeCloseTo(index === 2 ? 0 : 1, 7))
        const mixed = product(x, gaussian(4, 4, seed, 'invertible'))
        expect(meanCanonicalCorrelation(mixed, y)).toBeCloseTo(meanCanonicalCorrelation(x, y)!, 5)
        expect(meanCanonicalCorrelation(mixed, x)).toBeCloseTo(1, 5)
      }),
      { numRuns: 40 },
    )
  })

  it('leaves directions of noise to CCA', () => {
    const weak = [1, 1, 1e-4, 1e-4]
    const [x, y] = [stretched(gaussian(200, 4, 1), weak), stretched(gaussian(200, 4, 2), weak)]
    for (let i = 0; i < 200; i++) for (const c of [0, 1]) y.numbers[4 * i + c] = x.numbers[4 * i + c]!
    expect(singularVectorCanonicalCorrelation(x, y)).toBeCloseTo(1, 6)
    expect(meanCanonicalCorrelation(x, y)).toBeLessThan(0.7)
  })

  it('is not defined where tokens are too few or do not belong together', () => {
    expect(canonicalCorrelations(gaussian(6, 3, 1), gaussian(6, 3, 2))).toBeNull()
    expect(debiasedLinearAlignment(gaussian(3, 2, 1), gaussian(3, 2, 2))).toBeNull()
    expect(mutualNeighbours(gaussian(10, 2, 1), gaussian(10, 2, 2))).toBeNull()
    expect(measures(gaussian(9, 2), gaussian(8, 2))).toEqual([null, null, null, null, null, null])
    expect(measures(gaussian(9, 2), repeated([1, 2], 9))).toEqual([null, null, null, null, null, null])
  })

  it.each(Object.entries(degenerate))('gives numbers or null for %s', (_, x) => {
    const found = [
      measures(x, x),
      measures(x, gaussian(x.rows, 2)),
      measures(gaussian(x.rows, 3), centred(x)),
    ]
    expect(numbersIn(found).every(Number.isFinite)).toBe(true)
  })
})
