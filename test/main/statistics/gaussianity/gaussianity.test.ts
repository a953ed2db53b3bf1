import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Draws } from '../../../../src/main/statistics/draws.ts'
import { energyDistance } from '../../../../src/main/statistics/gaussianity/energyDistance.ts'
import {
  gaussianSurrogate,
  multivariateGaussianity,
  slicedGaussianity,
} from '../../../../src/main/statistics/gaussianity/gaussianity.ts'
import { negentropy } from '../../../../src/main/statistics/gaussianity/negentropy.ts'
import {
  channelDirections,
  randomDirections,
  sliced,
  wassersteinToNormal,
} from '../../../../src/main/statistics/gaussianity/sliced.ts'
import { whitened } from '../../../../src/main/statistics/gaussianity/whitening.ts'
import { normalQuantile } from '../../../../src/main/statistics/distributions.ts'
import { centred, matrixOf, type Matrix } from '../../../../src/main/statistics/matrix.ts'
import { rowProducts } from '../../../../src/main/statistics/products.ts'
import { spectrumOf } from '../../../../src/main/statistics/spectrum.ts'
import {
  degenerate,
  drawsOf,
  gaussian,
  goldenX,
  goldenY,
  numbersIn,
  repeated,
  rotated,
  scaled,
  stretched,
  translated,
  uniform,
} from '../arbitrary.ts'

const draws: Draws = drawsOf(5)
const white = (x: Matrix, most = 32) => whitened(spectrumOf(x)!, most)!

describe('sliced', () => {
  it('has the exact distance of Wasserstein', () => {
    // ∫ |Φ⁻¹(u) − x| du by a fine sum
    const values = Float64Array.of(-1.7, -0.2, -0.1, 0.9, 4)
    const steps = 500_000
    let sum = 0
    for (let i = 0; i < steps; i++) {
      const u = (i + 0.5) / steps
      sum += Math.abs(values[Math.floor(u * values.length)]! - normalQuantile(u)) / steps
    }
    expect(wassersteinToNormal(values)).toBeCloseTo(sum, 5)
    expect(wassersteinToNormal(Float64Array.of(0))).toBeCloseTo(Math.sqrt(2 / Math.PI), 12)
    const quantiles = Float64Array.from({ length: 2000 }, (_, i) => normalQuantile((i + 0.5) / 2000))
    expect(wassersteinToNormal(quantiles)).toBeLessThan(2e-3)
  })

  it('knows the uniform distribution', () => {
    // of a centred uniform variable with variance 1: kurtosis −1.2, sup |u − Φ| = 0.0572 where the densities cross
    const found = sliced(centred(uniform(20_000, 2)), channelDirections(2, 64))!
    expect(found.kurtosis).toBeCloseTo(1.2, 1)
    expect(found.kolmogorov).toBeCloseTo(0.057, 2)
    expect(found.wasserstein).toBeGreaterThan(0.1)
    const ofGaussian = sliced(centred(gaussian(20_000, 2)), channelDirections(2, 64))!
    expect(ofGaussian.wasserstein).toBeLessThan(0.02)
    expect(ofGaussian.kolmogorov).toBeLessThan(0.01)
  })

  it('is nearly blind along random directions in many dimensions, and not along channels', () => {
    const spectrum = spectrumOf(uniform(1000, 64))!
    const { random, channels } = slicedGaussianity(spectrum, draws)
    expect(random!.kurtosis).toBeLessThan(0.2)
    expect(channels!.kurtosis).toBeGreaterThan(1)
  })

  it('leaves out directions without variance', () => {
    const flat = stretched(gaussian(100, 3), [1, 0, 2])
    expect(sliced(centred(flat), channelDirections(3, 64))).toEqual(
      sliced(centred(flat), matrixOf([[1, 0, 0], [0, 0, 1]])), // prettier-ignore
    )
    expect(sliced(centred(repeated([1, 2], 9)), channelDirections(2, 2))).toBeNull()
    expect(sliced(centred(gaussian(3, 2)), channelDirections(2, 2))).toBeNull()
  })

  it('has unit directions, the same for the same draws', () => {
    const directions = randomDirections(7, 5, draws)
    const products = rowProducts(directions)
    for (let i = 0; i < 5; i++) expect(products.numbers[i * 6]).toBeCloseTo(1, 12)
    expect(randomDirections(7, 5, drawsOf(5))).toEqual(directions)
    expect(channelDirections(10, 4).numbers.reduce((a, b) => a + b)).toBe(4)
  })
})

describe('negentropy', () => {
  it('is 0.1765 nats of the uniform distribution and 0 of the normal one', () => {
    expect(negentropy(white(uniform(5000, 1)))).toBeCloseTo(0.1765, 1)
    expect(Math.abs(negentropy(white(uniform(5000, 1)))! - 0.1765)).toBeLessThan(0.03)
    expect(Math.abs(negentropy(white(gaussian(5000, 1)))!)).toBeLessThan(0.04)
    expect(Math.abs(negentropy(white(gaussian(1500, 3)))!)).toBeLessThan(0.08)
    expect(Math.abs(negentropy(white(uniform(1500, 2)))! - 2 * 0.1765)).toBeLessThan(0.08)
  })

  it('is null where tokens coincide or are too few', () => {
    expect(negentropy(matrixOf([[0], [0], [0], [0], [1], [2]]))).toBeNull() // prettier-ignore
    expect(negentropy(gaussian(4, 1))).toBeNull()
  })
})

describe('energy distance', () => {
  it('is 0 of the same tokens, and known of two points', () => {
    expect(energyDistance(goldenX, goldenX)).toBeCloseTo(0, 12)
    expect(energyDistance(matrixOf([[0, 0]]), matrixOf([[3, 4]]))).toBe(10)
    expect(energyDistance(matrixOf([[0], [2]]), matrixOf([[1]]))).toBe(1) // prettier-ignore
    expect(energyDistance(goldenY, translated(goldenY, [10, 0, 0]))).toBeGreaterThan(10)
  })

  it('does not depend on rotation, translation and order, grows with the scale, and is never negative', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const [x, y] = [gaussian(7, 3, seed), gaussian(5, 3, seed, 'others')]
        const distance = energyDistance(x, y)!
        expect(distance).toBeGreaterThanOrEqual(0)
        expect(energyDistance(y, x)).toBeCloseTo(distance, 10)
        const both = [x, y].map((tokens) => scaled(translated(rotated(tokens, seed), [1, 2, 3]), 4))
        expect(energyDistance(both[0]!, both[1]!)).toBeCloseTo(4 * distance, 8)
      }),
    )
  })
})

describe('gaussianity', () => {
  it('finds Gaussian tokens where their surrogate is, and others not', () => {
    const surrogate = gaussianSurrogate(400, 6, draws).multivariate!
    const ofGaussian = multivariateGaussianity(
      spectrumOf(stretched(gaussian(400, 6), [1, 2, 3, 4, 5, 6]))!,
      draws,
    )!
    const ofUniform = multivariateGaussianity(spectrumOf(uniform(400, 6))!, draws)!
    expect(Math.abs(ofGaussian.mardiaKurtosisRatio! - surrogate.mardiaKurtosisRatio!)).toBeLessThan(0.1)
    expect(ofUniform.mardiaKurtosisRatio).toBeLessThan(surrogate.mardiaKurtosisRatio! - 0.1)
    expect(Math.abs(ofGaussian.negentropy! - surrogate.negentropy!)).toBeLessThan(0.2)
    expect(ofUniform.negentropy).toBeGreaterThan(surrogate.negentropy! + 0.1)
    expect(ofGaussian.energyDistance! / surrogate.energyDistance!).toBeCloseTo(1, 0)
    expect(ofUniform.henzeZirkler).toBeGreaterThan(surrogate.henzeZirkler!)
  })

  it('has one surrogate for every covariance', () => {
    const tokens = gaussian(200, 5)
    const [plain, mapped] = [tokens, rotated(stretched(tokens, [1, 5, 0.2, 3, 40]))].map((x) =>
      multivariateGaussianity(spectrumOf(x)!, draws)!,
    )
    for (const name of ['mahalanobisVarianceRatio', 'mardiaSkewness', 'henzeZirkler', 'negentropy'] as const)
      expect(mapped![name]).toBeCloseTo(plain![name]!, 6)
  })

  it.each(Object.entries(degenerate))('gives numbers or null for %s', (_, x) => {
    const spectrum = spectrumOf(x)
    const found = spectrum && [multivariateGaussianity(spectrum, draws), slicedGaussianity(spectrum, draws)]
    expect(numbersIn([found, energyDistance(x, x)]).every(Number.isFinite)).toBe(true)
  })

  it('has no surrogate of too few tokens', () => {
    expect(gaussianSurrogate(3, 5, draws)).toEqual({ multivariate: null, sliced: null })
    expect(numbersIn(gaussianSurrogate(5, 0, draws)).every(Number.isFinite)).toBe(true)
  })
})
