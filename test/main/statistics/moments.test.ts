import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  branchRatio,
  channelKurtoses,
  channelVariances,
  meanChannelKurtosis,
  meanChannelVariance,
  meanDirectionShare,
  meanNorm,
  meanTokenCosine,
  outlierRatio,
  tokenNorms,
} from '../../../src/main/statistics/moments.ts'
import { centred, matrixOf, zeros, type Matrix } from '../../../src/main/statistics/matrix.ts'
import { degenerate, gaussian, goldenX, numbersIn, repeated, rotated, scaled, uniform } from './arbitrary.ts'

/** Layer norm with scale 1 and bias 0. */
function layerNorm(x: Matrix): Matrix {
  const normalised = Float64Array.from(x.numbers)
  for (let i = 0; i < x.rows; i++) {
    const token = normalised.subarray(i * x.columns, (i + 1) * x.columns)
    const mean = token.reduce((a, b) => a + b) / x.columns
    const variance = token.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.columns
    token.forEach((value, j) => (token[j] = (value - mean) / Math.sqrt(variance)))
  }
  return { ...x, numbers: normalised }
}

describe('moments', () => {
  it('finds √D for the norm of layer-normalised tokens', () => {
    for (const norm of tokenNorms(layerNorm(gaussian(20, 16)))) expect(norm).toBeCloseTo(4, 12)
    expect(meanNorm(layerNorm(gaussian(20, 16)))).toBeCloseTo(4, 12)
  })

  it('has the diagonal of the golden covariance', () => {
    expect([...channelVariances(goldenX)]).toEqual([3.9375, 4.6875])
    expect(meanChannelVariance(goldenX)).toBeCloseTo(8.625 / 2, 12)
  })

  it('has no kurtosis for Gaussian channels, −1.2 for uniform ones, −2 for coins, null for constants', () => {
    expect(Math.abs(meanChannelKurtosis(gaussian(20_000, 4))!)).toBeLessThan(0.1)
    expect(meanChannelKurtosis(uniform(20_000, 4))).toBeCloseTo(-1.2, 1)
    expect(channelKurtoses(matrixOf([[1, 5], [-1, 5]]))).toEqual([-2, null]) // prettier-ignore
  })

  it('finds the outlier', () => {
    expect(outlierRatio(matrixOf([[3, -3], [-3, 3]]))).toBe(1) // prettier-ignore
    expect(outlierRatio(matrixOf([[0, 0], [0, -7]]))).toBe(2) // prettier-ignore
  })

  it('gives all of identical tokens to the mean, nothing of centred ones', () => {
    expect(meanDirectionShare(repeated([1, -2, 0.3], 9))).toBeCloseTo(1, 12)
    expect(meanDirectionShare(centred(goldenX))).toBeCloseTo(0, 12)
  })

  it('compares a branch with the residual stream', () => {
    expect(branchRatio(zeros(8, 2), goldenX)).toBe(0)
    expect(branchRatio(scaled(goldenX, -3), goldenX)).toBeCloseTo(3, 12)
    expect(meanTokenCosine(scaled(goldenX, -3), goldenX)).toBeCloseTo(-1, 12)
    expect(meanTokenCosine(matrixOf([[1, 0], [0, 0]]), matrixOf([[1, 1], [5, 5]]))).toBeCloseTo(Math.SQRT1_2, 12) // prettier-ignore
    expect(meanTokenCosine(zeros(8, 2), goldenX)).toBeNull()
    expect(branchRatio(goldenX, zeros(8, 2))).toBeNull()
  })

  it('does not depend on rotations, nor ratios on scales', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 0.01, max: 100, noNaN: true }), (seed, factor) => {
        const [x, f] = [gaussian(9, 5, seed), gaussian(9, 5, seed, 'branch')]
        const [turned, turnedBranch] = [rotated(x, seed), rotated(f, seed)]
        expect(meanNorm(turned)).toBeCloseTo(meanNorm(x)!, 10)
        expect(meanChannelVariance(turned)).toBeCloseTo(meanChannelVariance(x)!, 10)
        expect(meanDirectionShare(scaled(turned, factor))).toBeCloseTo(meanDirectionShare(x)!, 10)
        expect(branchRatio(scaled(turnedBranch, factor), scaled(turned, factor))).toBeCloseTo(branchRatio(f, x)!, 10) // prettier-ignore
        expect(meanTokenCosine(scaled(turnedBranch, factor), turned)).toBeCloseTo(meanTokenCosine(f, x)!, 10)
        expect(outlierRatio(scaled(x, factor))).toBeCloseTo(outlierRatio(x)!, 10)
        expect(meanChannelKurtosis(scaled(x, factor))).toBeCloseTo(meanChannelKurtosis(x)!, 8)
      }),
    )
  })

  it.each(Object.entries(degenerate))('gives numbers or null for %s', (_, x) => {
    const found = [
      ...[meanNorm(x), meanChannelVariance(x), meanChannelKurtosis(x), outlierRatio(x)],
      ...[meanDirectionShare(x), branchRatio(x, x), meanTokenCosine(x, x), channelKurtoses(x)],
    ]
    expect(numbersIn(found).every(Number.isFinite)).toBe(true)
  })

  it('is null where there is nothing to measure', () => {
    const nothing = zeros(5, 3)
    expect([outlierRatio(nothing), meanDirectionShare(nothing), meanChannelKurtosis(nothing)]).toEqual([null, null, null]) // prettier-ignore
    expect([meanNorm(zeros(0, 3)), meanChannelVariance(zeros(0, 3))]).toEqual([null, null])
  })
})
