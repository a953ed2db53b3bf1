import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { familyOf, type Family } from '../../../src/main/statistics/exponentialFamily.ts'
import { keyMixture, mixtureDivergence } from '../../../src/main/statistics/keyMixture.ts'
import {
  expansionRemainder,
  momentFit,
  neighbourhoodResidual,
  weightedMoments,
} from '../../../src/main/statistics/localGaussian.ts'
import { identity, matrixOf, zeros, type Matrix } from '../../../src/main/statistics/matrix.ts'
import { product } from '../../../src/main/statistics/products.ts'
import {
  degenerate,
  drawsOf,
  gaussian,
  numbersIn,
  repeated,
  rotated,
  scaled,
  translated,
} from './arbitrary.ts'

const family = (natural: Matrix, keys: Matrix, causal = false): Family => familyOf({ natural, keys, causal })!

/** η of a norm near the given one. */
const naturals = (count: number, d: number, norm: number, seed = 7) =>
  scaled(gaussian(count, d, seed, 'natural'), norm / Math.sqrt(d))

/** Two Gaussian clouds of keys, at −5 and 5 along the first channel. */
function clusters(count: number, d: number, seed = 0, centres = [-5, 5]): Matrix {
  const keys = gaussian(count, d, seed, 'clusters')
  for (let i = 0; i < count; i++) keys.numbers[i * d]! += centres[i % centres.length]!
  return keys
}

describe('the moment fit', () => {
  const keys = gaussian(800, 4, 1)

  it('is near 1 for Gaussian keys and short queries, and falls with the square of their length', () => {
    const missed = (norm: number) => 1 - momentFit(family(naturals(800, 4, norm), keys), keys)!
    expect(missed(0.8)).toBeLessThan(0.05)
    expect(missed(0.1) / missed(0.05)).toBeGreaterThan(3.6)
    expect(missed(0.1) / missed(0.05)).toBeLessThan(4.4)
  })

  it('is low for two clusters', () => {
    const two = clusters(400, 2)
    expect(momentFit(family(naturals(400, 2, 2), two), two)).toBeLessThan(0.3)
  })

  it('is what the definition says, causal or not', () => {
    const n = 6
    const [natural, some, values] = [
      naturals(n, 3, 1),
      translated(gaussian(n, 3, 2), [5, 0, -2]),
      gaussian(n, 2, 3),
    ]
    for (const causal of [false, true]) {
      const found = family(natural, some, causal)
      const readings = product(found.weights, values)
      let [residual, total] = [0, 0]
      for (let i = 0; i < n; i++) {
        const m = causal ? i + 1 : n
        const average = (x: Matrix, c: number) =>
          Array.from({ length: m }, (_, j) => x.numbers[j * x.columns + c]!).reduce((a, b) => a + b) / m
        for (let b = 0; b < 2; b++) {
          let predicted = average(values, b)
          for (let c = 0; c < 3; c++)
            for (let j = 0; j < m; j++)
              predicted +=
                ((values.numbers[2 * j + b]! - average(values, b)) *
                  (some.numbers[3 * j + c]! - average(some, c)) *
                  natural.numbers[3 * i + c]!) /
                m
          residual += (readings.numbers[2 * i + b]! - predicted) ** 2
          total += (readings.numbers[2 * i + b]! - average(values, b)) ** 2
        }
      }
      expect(momentFit(found, values)).toBeCloseTo(1 - residual / total, 8)
    }
  })

  it('is not defined where the mean is all there is', () => {
    expect(momentFit(family(zeros(5, 2), gaussian(5, 2)), gaussian(5, 2, 1))).toBeNull()
    expect(momentFit(family(naturals(5, 2, 1), gaussian(5, 2)), repeated([3, 0.1], 5))).toBeNull()
  })
})

describe('the local expansion', () => {
  it('leaves little of Gaussian keys and much of two clusters', () => {
    const natural = naturals(300, 3, 0.7)
    const ofGaussian = expansionRemainder(family(natural, gaussian(300, 3, 2)))!
    expect(ofGaussian).toBeLessThan(0.15)
    const ofClusters = expansionRemainder(family(natural, clusters(300, 3)))!
    expect(ofClusters).toBeGreaterThan(2 * ofGaussian)
  })

  it('is the cumulants of two keys, by hand', () => {
    // keys ±1, η = ±h: δ = ±2h, log Z = log 2 cosh η
    const h = 0.4
    const [slope, curvature] = [Math.tanh(h), 1 - Math.tanh(h) ** 2]
    // from h to −h; log Z is the same at both ends
    const quadratic = (curvature * (2 * h) ** 2) / 2
    const expected = Math.abs(slope * 2 * h - quadratic) / quadratic
    const both = family(matrixOf([[h], [-h]]), matrixOf([[1], [-1]])) // prettier-ignore
    expect(expansionRemainder(both)).toBeCloseTo(expected, 10)
  })

  it('is not defined where queries or keys are all the same', () => {
    expect(expansionRemainder(family(repeated([1, 2], 6), gaussian(6, 2)))).toBeNull()
    expect(expansionRemainder(family(gaussian(6, 2), repeated([1, 2], 6)))).toBeNull()
  })
})

describe('the neighbourhood of a query', () => {
  it('is an affine hull', () => {
    const keys = matrixOf([[1, 0, 0], [0, 1, 0], [1, 1, 0], [0.5, 0.5, 0], [9, 9, 9]]) // prettier-ignore
    const queries = matrixOf([[0.6, 0.2, 2], [0.6, 0.2, 0], [0, 0, 0], [0.6, 0.2, 1], [0.5, 0.5, 3]]) // prettier-ignore
    const { nearest } = neighbourhoodResidual(queries, family(queries, keys), 4)
    // above the plane of the four near keys by the third channel; the zero query is left out
    const expected = [4 / 4.4, 0, 1 / 1.4, 9 / 9.5].reduce((a, b) => a + b) / 4
    expect(nearest).toBeCloseTo(expected, 10)
  })

  it('is nearer than attention, which has its weights on all keys', () => {
    const [queries, keys] = [gaussian(60, 4, 1), gaussian(60, 4, 2)]
    const both = neighbourhoodResidual(queries, family(scaled(queries, 0.5), keys), 4)
    expect(both.nearest).toBeLessThan(both.attention!)
    const retrieving = family(scaled(queries, 0), repeated([1, 0, 0, 0], 60))
    expect(neighbourhoodResidual(repeated([2, 0, 0, 0], 60), retrieving).attention).toBeCloseTo(0.25, 12)
  })

  it('needs as many keys as neighbours', () => {
    const [queries, keys] = [gaussian(9, 3, 1), gaussian(9, 3, 2)]
    expect(neighbourhoodResidual(queries, family(queries, keys, true), 10).nearest).toBeNull()
    const last = neighbourhoodResidual(queries, family(queries, keys, true), 9).nearest
    expect(last).toBeCloseTo(0, 12) // nine keys span three channels
  })
})

describe('weighted moments', () => {
  it('are those of the keys where all weights are equal', () => {
    const keys = gaussian(4000, 2, 5)
    const flat: Family = { ...family(zeros(1, 2), zeros(1, 2)), keys, weights: { rows: 1, columns: 4000, numbers: new Float64Array(4000).fill(1 / 4000) } } // prettier-ignore
    const moments = weightedMoments(flat, identity(2))
    expect(moments.skewness).toBeLessThan(0.12)
    expect(Math.abs(moments.kurtosis!)).toBeLessThan(0.25)
    // two keys of equal weight: kurtosis 1
    const two = weightedMoments(family(zeros(2, 1), matrixOf([[3], [8]])), identity(1)) // prettier-ignore
    expect(two.skewness).toBeCloseTo(0, 12)
    expect(two.kurtosis).toBeCloseTo(-2, 12)
    // weights (p, 1 − p): skewness (1 − 2p)/√(p(1 − p)), excess kurtosis (1 − 6p(1 − p))/(p(1 − p))
    const uneven = family(matrixOf([[Math.log(4)], [Math.log(4)]]), matrixOf([[0], [1]])) // prettier-ignore
    expect(weightedMoments(uneven, identity(1)).skewness).toBeCloseTo(0.6 / 0.4, 10)
    expect(weightedMoments(uneven, identity(1)).kurtosis).toBeCloseTo((1 - 6 * 0.16) / 0.16, 10)
  })
})

describe('the mixture of keys', () => {
  it('has as many components as there are clusters', () => {
    expect(keyMixture(gaussian(300, 4, 3), drawsOf(0))!.order).toBe(1)
    const two = keyMixture(clusters(300, 3), drawsOf(0))!
    expect(two.order).toBe(2)
    expect(two.criteria.length).toBe(16)
    expect([...two.shares].map((share) => share.toFixed(2))).toEqual(['0.50', '0.50'])
    const first = [two.means.numbers[0]!, two.means.numbers[3]!].sort((a, b) => a - b)
    expect(first[0]).toBeCloseTo(-5, 0)
    expect(first[1]).toBeCloseTo(5, 0)
    expect(keyMixture(clusters(300, 2, 1, [-10, 0, 10, 20]), drawsOf(0))!.order).toBe(4)
  })

  it('has the likelihood of one Gaussian in closed form', () => {
    const [n, d] = [50, 3]
    const { criteria } = keyMixture(gaussian(n, d), drawsOf(0), { mostComponents: 1 })!
    const likelihood = (-n / 2) * d * (Math.log(2 * Math.PI) + 1) // whitened: C = I
    expect(criteria[0]).toBeCloseTo((d + (d * (d + 1)) / 2) * Math.log(n) - 2 * likelihood, 6)
  })

  it('gives attention what proposition 2 says where components are narrow or few', () => {
    const natural = naturals(300, 3, 0.5)
    const one = family(natural, gaussian(300, 3, 3))
    expect(mixtureDivergence(keyMixture(one.keys, drawsOf(0), { mostComponents: 1 })!, one)).toBeCloseTo(
      0,
      10,
    )
    const two = family(natural, clusters(300, 3))
    const mixture = keyMixture(two.keys, drawsOf(0))!
    expect(mixtureDivergence(mixture, two)).toBeLessThan(0.02)
    const wrong = { ...mixture, means: scaled(mixture.means, -1) }
    expect(mixtureDivergence(wrong, two)).toBeGreaterThan(0.5)
  })

  it('does not change under invertible maps of the keys', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const keys = clusters(60, 3, seed, [-4, 4, 12])
        const moved = translated(product(rotated(keys, seed), matrixOf([[2, 0, 0], [1, 1, 0], [0, 3, 5]])), [1, 2, 3]) // prettier-ignore
        const options = { mostComponents: 4, iterations: 20 }
        const [a, b] = [keys, moved].map((x) => keyMixture(x, drawsOf(seed), options)!)
        expect(a!.order).toBe(b!.order)
        a!.criteria.forEach((value, index) => expect(b!.criteria[index]! / value).toBeCloseTo(1, 4))
      }),
      { numRuns: 10 },
    )
  })

  it('stays finite on duplicates', () => {
    const keys = matrixOf(Array.from({ length: 40 }, (_, i) => [i % 2, 3 - (i % 2)]))
    const mixture = keyMixture(keys, drawsOf(0))!
    expect(mixture.order).toBe(2)
    expect(numbersIn(mixture).every(Number.isFinite)).toBe(true)
    expect(keyMixture(repeated([1, 2], 9), drawsOf(0))).toBeNull()
  })
})

describe.each(Object.entries(degenerate))('%s', (_, x) => {
  it.each([true, false])('gives numbers or null, causal %s', (causal) => {
    const any = familyOf({ natural: x, keys: x, causal })
    const mixture = keyMixture(x, drawsOf(0), { mostComponents: 3 })
    const found = any && [
      momentFit(any, x),
      expansionRemainder(any),
      neighbourhoodResidual(x, any),
      weightedMoments(any, identity(x.columns)),
      mixture && mixtureDivergence(mixture, any),
    ]
    expect(numbersIn([found, mixture]).every(Number.isFinite)).toBe(true)
  })
})
