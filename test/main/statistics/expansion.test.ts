import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  balance,
  fixedMeasureExpansion,
  fixedMeasureExpansions,
  globalExpansion,
  layerNormalised,
  logNormContraction,
  mostPairs,
  normContraction,
  pairwiseExpansion,
  renormalisationGap,
  totalVariance,
} from '../../../src/main/statistics/expansion.ts'
import { singularDecomposition } from '../../../src/main/statistics/linearAlgebra.ts'
import { matrixOf, sliceRows, zeros, type Matrix } from '../../../src/main/statistics/matrix.ts'
import { product } from '../../../src/main/statistics/products.ts'
import { spectrumOf } from '../../../src/main/statistics/spectrum.ts'
import {
  attention,
  degenerate,
  drawsOf,
  gaussian,
  goldenX,
  numbersIn,
  repeated,
  rotated,
  scaled,
  stretched,
  translated,
  uniformGraph,
} from './arbitrary.ts'

const draws = drawsOf(3)
const plus = (x: Matrix, y: Matrix): Matrix => ({
  ...x,
  numbers: x.numbers.map((value, i) => value + y.numbers[i]!),
})

/** ±e_j in d dimensions. */
const cross = (d: number): Matrix => {
  const keys = zeros(2 * d, d)
  for (let j = 0; j < d; j++) {
    keys.numbers[2 * j * d + j] = 1
    keys.numbers[(2 * j + 1) * d + j] = -1
  }
  return keys
}

describe('expansion of the cloud', () => {
  it('measures variances', () => {
    expect(totalVariance(goldenX)).toBeCloseTo(8.625, 12)
    expect(globalExpansion(goldenX, scaled(goldenX, 3))).toBeCloseTo(9, 12)
    expect(pairwiseExpansion(goldenX, scaled(goldenX, 3), draws)!.median).toBeCloseTo(3, 12)
  })

  it('is at least 1 for every pair of the log-partition update with fixed keys', () => {
    // x + ∇ log Z(x) = x + Σ softmax(x·k) k
    const keys = gaussian(12, 3, 1)
    const x = gaussian(80, 3, 2)
    const weights = attention(scaled(x, Math.sqrt(3)), keys)
    const y = plus(x, product(weights, keys))
    const { median, smallest } = pairwiseExpansion(x, y, draws)!
    expect(smallest).toBeGreaterThanOrEqual(1)
    expect(median).toBeGreaterThan(1.01)
    expect(globalExpansion(x, y)).toBeGreaterThan(1)
  })

  it('is at most 1 for x + (A − I)x, whose tokens stay between the smallest and the largest coordinates', () => {
    const x = gaussian(30, 3, 2)
    const y = product(attention(x, x), x)
    expect(globalExpansion(x, y)).toBeLessThan(1)
    for (let j = 0; j < 3; j++) {
      const column = (tokens: Matrix) => Array.from({ length: 30 }, (_, i) => tokens.numbers[i * 3 + j]!)
      expect(Math.max(...column(y))).toBeLessThanOrEqual(Math.max(...column(x)))
      expect(Math.min(...column(y))).toBeGreaterThanOrEqual(Math.min(...column(x)))
    }
  })

  it('draws pairs where there are many', () => {
    const x = gaussian(400, 2)
    expect((400 * 399) / 2).toBeGreaterThan(mostPairs)
    expect(pairwiseExpansion(x, scaled(x, 0.5), draws)!.smallest).toBeCloseTo(0.5, 10)
    const y = gaussian(400, 2, 1)
    const [some, all] = [pairwiseExpansion(x, y, draws)!, pairwiseExpansion(sliceRows(x, 0, 200), y, draws)!]
    expect(some.median / all.median).toBeCloseTo(1, 1)
    expect(pairwiseExpansion(x, y, drawsOf(3))).toEqual(some)
  })
})

describe('expansion with fixed keys', () => {
  it.each([1, 2, 5])('is d log(1 + 1/d) with the keys ±e_j at η = 0, d = %i', (d) => {
    const keys = cross(d)
    const weights = attention(zeros(3, d), keys)
    for (const value of fixedMeasureExpansions(weights, keys))
      expect(value).toBeCloseTo(d * Math.log1p(1 / d), 12)
    expect(fixedMeasureExpansion(weights, keys)).toBeCloseTo(d * Math.log1p(1 / d), 12)
  })

  it('is the log determinant of the Jacobian by finite differences', () => {
    const keys = gaussian(6, 2, 4)
    const eta = [0.3, -0.8]
    const update = (at: number[]) => {
      const weights = attention(scaled(matrixOf([at]), Math.SQRT2), keys)
      return product(weights, keys).numbers.map((value, c) => value + at[c]!)
    }
    const step = 1e-5
    const [a, b] = [0, 1].map((c) => {
      const high = update(eta.with(c, eta[c]! + step))
      const low = update(eta.with(c, eta[c]! - step))
      return high.map((value, index) => (value - low[index]!) / (2 * step))
    })
    const determinant = a![0]! * b![1]! - a![1]! * b![0]!
    const weights = attention(scaled(matrixOf([eta]), Math.SQRT2), keys)
    expect(fixedMeasureExpansion(weights, keys)).toBeCloseTo(Math.log(determinant), 8)
  })

  it('is 0 with equal keys or a single one, and null without a distribution', () => {
    expect(fixedMeasureExpansion(uniformGraph(4), repeated([1, 2, 3], 4))).toBeCloseTo(0, 12)
    const causal = attention(goldenX, goldenX, true)
    expect(fixedMeasureExpansions(causal, goldenX)[0]).toBe(0)
    expect(fixedMeasureExpansion(matrixOf([[1, -1]]), cross(1))).toBeNull()
    expect(fixedMeasureExpansion(matrixOf([[0, 0]]), cross(1))).toBeNull()
  })

  it('does not depend on rotated or moved keys, nor on the sums of rows', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const keys = gaussian(7, 3, seed)
        const weights = attention(gaussian(4, 3, seed, 'queries'), keys)
        const moved = translated(rotated(keys, seed), [1, 2, 3])
        expect(fixedMeasureExpansion(scaled(weights, 0.3), moved)).toBeCloseTo(fixedMeasureExpansion(weights, keys)!, 8) // prettier-ignore
      }),
    )
  })
})

describe('contraction by layer norm', () => {
  it('has the singular values of the Jacobian of layer norm: 1/σ, D − 2 times, and twice 0', () => {
    const x = gaussian(1, 6, 7)
    const step = 1e-6
    const columns = Array.from({ length: 6 }, (_, c) => {
      const moved = (by: number) =>
        layerNormalised({ ...x, numbers: x.numbers.with(c, x.numbers[c]! + by) })!.numbers
      const [high, low] = [moved(step), moved(-step)]
      return Array.from(high, (value, index) => (value - low[index]!) / (2 * step))
    })
    const { values } = singularDecomposition(matrixOf(columns))!
    const factor = normContraction(x)!
    const expected = [factor, factor, factor, factor, 0, 0]
    values.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 6))
    expect(logNormContraction(x)).toBeCloseTo(4 * Math.log(factor), 10)
  })

  it('is null where a token has equal channels', () => {
    const x = matrixOf([[1, 2], [0.1, 0.1]]) // prettier-ignore
    expect([normContraction(x), logNormContraction(x), balance(x, x), layerNormalised(x)]).toEqual([null, null, null, null]) // prettier-ignore
  })

  it('balances an expansion of normalised tokens along themselves', () => {
    const x = layerNormalised(gaussian(50, 8))!
    expect(balance(x, scaled(x, 2.5))).toBeCloseTo(1, 10)
    expect(balance(x, x)).toBeCloseTo(1, 10)
  })
})

describe('the gap to whitening', () => {
  it('is 1 in two dimensions, where layer norm leaves a line', () => {
    // LN x = ±(1, −1), once each way: Cov = [[1, −1], [−1, 1]], and ‖Cov − I‖ / ‖I‖ = 1
    const x = matrixOf([[3, 1], [0, 2], [5, 4], [-1, 7]]) // prettier-ignore
    expect(renormalisationGap(x, spectrumOf(x)!)).toBeCloseTo(1, 12)
  })

  it('is near 1/√D for isotropic tokens, at least that for all, and larger for stretched ones', () => {
    const isotropic = gaussian(6000, 9)
    const gap = renormalisationGap(isotropic, spectrumOf(isotropic)!)!
    expect(gap).toBeCloseTo(1 / 3, 1)
    const long = stretched(isotropic, [9, 1, 1, 1, 1, 1, 1, 1, 1])
    expect(renormalisationGap(long, spectrumOf(long)!)).toBeGreaterThan(gap + 0.3)
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const x = gaussian(12, 4, seed)
        expect(renormalisationGap(x, spectrumOf(x)!)).toBeGreaterThanOrEqual(1 / 2 - 1e-9)
        expect(renormalisationGap(scaled(x, 9), spectrumOf(scaled(x, 9))!)).toBeCloseTo(renormalisationGap(x, spectrumOf(x)!)!, 8) // prettier-ignore
      }),
    )
  })

  it('looks only at the directions that the tokens have', () => {
    // (a, −a, 0, 0) has rank 1, and LN x = ±√2 (1, −1, 0, 0): Cov = 4 vvᵀ against vvᵀ
    const x = matrixOf([[1, -1, 0, 0], [-1, 1, 0, 0], [2, -2, 0, 0], [-2, 2, 0, 0]]) // prettier-ignore
    expect(renormalisationGap(x, spectrumOf(x)!)).toBeCloseTo(3, 10)
  })
})

it.each(Object.entries(degenerate))('gives numbers or null for %s', (_, x) => {
  const spectrum = spectrumOf(x)
  const found = [
    ...[totalVariance(x), globalExpansion(x, x), pairwiseExpansion(x, x, draws), balance(x, x)],
    ...[normContraction(x), logNormContraction(x), spectrum && renormalisationGap(x, spectrum)],
    fixedMeasureExpansion(uniformGraph(x.rows), x),
  ]
  expect(numbersIn(found).every(Number.isFinite)).toBe(true)
})
