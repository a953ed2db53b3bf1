import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  henzeZirkler,
  mahalanobis,
  mahalanobisSquares,
  mardia,
} from '../../../../src/main/statistics/gaussianity/multivariate.ts'
import { whitened } from '../../../../src/main/statistics/gaussianity/whitening.ts'
import { identity, mean, type Matrix } from '../../../../src/main/statistics/matrix.ts'
import { covariance } from '../../../../src/main/statistics/products.ts'
import { spectrumOf } from '../../../../src/main/statistics/spectrum.ts'
import { gaussian, goldenX, repeated, rotated, stretched, translated, uniform } from '../arbitrary.ts'

const white = (x: Matrix, most = 32) => whitened(spectrumOf(x)!, most)!

describe('whitening', () => {
  it('leaves the covariance I, in all components or in the first', () => {
    const stretchedTokens = translated(stretched(gaussian(50, 6), [1, 2, 3, 4, 5, 100]), [9, 8, 7, 6, 5, 4])
    for (const most of [6, 3]) {
      const found = covariance(white(stretchedTokens, most)).numbers
      identity(most).numbers.forEach((value, index) => expect(found[index]).toBeCloseTo(value, 10))
    }
  })

  it('is null without variance, or without more tokens than components', () => {
    expect(whitened(spectrumOf(repeated([1, 2], 9))!, 32)).toBeNull()
    expect(whitened(spectrumOf(gaussian(6, 9))!, 32)).toBeNull()
    expect(whitened(spectrumOf(gaussian(6, 9))!, 2)!.columns).toBe(2)
  })
})

describe('Mahalanobis', () => {
  it('has the mean D exactly, and the variance 2D and the distribution χ² of Gaussian tokens', () => {
    const z = white(stretched(gaussian(4000, 5), [1, 2, 3, 4, 5]))
    expect(mean(mahalanobisSquares(z))).toBeCloseTo(5, 10)
    expect(mahalanobis(z).varianceRatio).toBeCloseTo(1, 0.9)
    expect(mahalanobis(z).kolmogorov).toBeLessThan(1.63 / Math.sqrt(4000)) // its 99 % point
  })

  it('has no variance on the corners of a square, and sees uniform tokens', () => {
    const square = [1, 1, 1, -1, -1, 1, -1, -1]
    const z = white({ rows: 4, columns: 2, numbers: Float64Array.from(square) })
    expect(mahalanobis(z).varianceRatio).toBeCloseTo(0, 12)
    expect(mahalanobis(white(uniform(2000, 5))).varianceRatio).toBeLessThan(0.5)
    expect(mahalanobis(white(uniform(2000, 5))).kolmogorov).toBeGreaterThan(0.05)
  })
})

describe('Mardia', () => {
  it('has the golden values', () => {
    const found = mardia(white(goldenX))
    expect(found.skewness).toBeCloseTo(0.86737769, 7)
    expect(found.skewnessStatistic).toBeCloseTo(1.15650358, 7)
    expect(found.skewnessDegrees).toBe(4)
    expect(found.skewnessP).toBeCloseTo(0.88520677, 7)
    expect(found.kurtosis).toBeCloseTo(6.09023015, 7)
    expect(found.kurtosisZ).toBeCloseTo(-0.67520561, 7)
  })

  it.each([2, 8, 32])('is what it should be of Gaussian tokens in %i dimensions', (columns) => {
    const found = mardia(white(gaussian(1000, columns)))
    const deviation = Math.sqrt(2 / found.skewnessDegrees) // of χ² over its degrees
    expect(Math.abs(found.skewnessStatistic! / found.skewnessDegrees - 1)).toBeLessThan(4 * deviation + 0.06)
    expect(Math.abs(found.kurtosisZ!)).toBeLessThan(4)
    expect(found.kurtosisRatio).toBeCloseTo(1, 1)
  })

  it('sees skewed and heavy tokens', () => {
    const x = gaussian(1000, 3)
    expect(mardia(white({ ...x, numbers: x.numbers.map(Math.exp) })).skewness).toBeGreaterThan(5)
    expect(
      mardia(white({ ...x, numbers: x.numbers.map((value) => value ** 3) })).kurtosisRatio,
    ).toBeGreaterThan(2)
  })
})

describe('Henze and Zirkler', () => {
  it('has the golden values', () => {
    const found = henzeZirkler(white(goldenX))
    expect(found.statistic).toBeCloseTo(0.25613248, 7)
    expect(found.smoothing).toBeCloseTo(1.03789082, 7)
    expect(found.p).toBeCloseTo(0.61342235, 7)
  })

  it('is near its mean for Gaussian tokens, and far for others', () => {
    const ofGaussian = henzeZirkler(white(gaussian(500, 3)))
    expect(ofGaussian.p).toBeGreaterThan(0.01)
    expect(ofGaussian.statistic! / ofGaussian.expected).toBeCloseTo(1, 0)
    expect(henzeZirkler(white(uniform(500, 3))).p).toBeLessThan(1e-6)
  })
})

it('does not depend on an affine map of the tokens', () => {
  fc.assert(
    fc.property(fc.nat(1000), (seed) => {
      const x = gaussian(14, 3, seed)
      const mapped = translated(rotated(stretched(rotated(x, seed), [0.5, 2, 7]), seed + 1), [3, -4, 5])
      const measures = (tokens: Matrix) => {
        const z = white(tokens)
        return [
          ...Object.values(mahalanobis(z)),
          ...Object.values(mardia(z)),
          ...Object.values(henzeZirkler(z)),
        ]
      }
      const found = measures(mapped)
      measures(x).forEach((value, index) => expect(found[index]).toBeCloseTo(value!, 6))
    }),
  )
})
