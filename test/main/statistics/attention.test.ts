import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  asymmetry,
  diagonalMass,
  headDiversity,
  hopfieldRegime,
  meanDistance,
  meanEntropy,
  meanKeysForNearlyAll,
  meanMaximumWeight,
  meanNormalisedEntropy,
  meanPerplexity,
  rowEntropies,
  sinkMass,
  stationaryEntropy,
  walkOf,
} from '../../../src/main/statistics/attention.ts'
import { identity, matrixOf, zeros, type Matrix } from '../../../src/main/statistics/matrix.ts'
import { attention, degenerate, gaussian, numbersIn, scaled, uniformGraph } from './arbitrary.ts'
import { goldenKeys, goldenQueries } from './goldenHead.ts'

const golden = attention(goldenQueries, goldenKeys)
const goldenCausal = attention(goldenQueries, goldenKeys, true)

const uniformCausal = (n: number): Matrix => attention(zeros(n, 1), zeros(n, 1), true)

/** A with rows and columns in another order. */
function permuted(a: Matrix, order: readonly number[]): Matrix {
  const result = zeros(a.rows, a.columns)
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < a.columns; j++)
      result.numbers[i * a.columns + j] = a.numbers[order[i]! * a.columns + order[j]!]!
  return result
}

const unordered = (a: Matrix) => [
  meanEntropy(a),
  meanNormalisedEntropy(a, false),
  meanPerplexity(a),
  meanMaximumWeight(a),
  diagonalMass(a),
  asymmetry(a),
  meanKeysForNearlyAll(a),
  hopfieldRegime(a, false),
  walkOf(a, false)?.gap,
  walkOf(a, true)?.gap,
]

describe('an attention matrix', () => {
  it('has the golden entropies', () => {
    const expected = [1.05820965, 0.83135154, 0.66064267]
    rowEntropies(golden)!.forEach((entropy, i) => expect(entropy).toBeCloseTo(expected[i]!, 7))
    const causal = [0, 0.53301842, 0.66064267]
    rowEntropies(goldenCausal)!.forEach((entropy, i) => expect(entropy).toBeCloseTo(causal[i]!, 7))
    expect(meanMaximumWeight(golden)).toBeCloseTo((0.45552749 + 0.68453735 + 0.72707689) / 3, 7)
    expect(diagonalMass(golden)).toBeCloseTo((0.31986617 + 0.68453735 + 0.72707689) / 3, 7)
    expect(sinkMass(golden)).toBeCloseTo((0.31986617 + 0.1986027 + 0.25173377) / 3, 7)
  })

  it('looks everywhere where weights are equal', () => {
    const n = 8
    const causal = uniformCausal(n)
    rowEntropies(causal)!.forEach((entropy, i) => expect(entropy).toBeCloseTo(Math.log(i + 1), 12))
    expect(meanNormalisedEntropy(causal, true)).toBeCloseTo(1, 12)
    expect(meanPerplexity(causal)).toBeCloseTo((n + 1) / 2, 12)
    const harmonic = Array.from({ length: n }, (_, i) => 1 / (i + 1)).reduce((a, b) => a + b)
    expect(sinkMass(causal)).toBeCloseTo(harmonic / n, 12)
    expect(diagonalMass(causal)).toBeCloseTo(harmonic / n, 12)
    expect(meanDistance(causal)).toBeCloseTo((n - 1) / 4, 12) // the mean of i/2
    for (const size of [1, 7, 10, 25])
      expect(meanKeysForNearlyAll(uniformGraph(size))).toBe(Math.ceil(0.9 * size - 1e-9))
    expect(hopfieldRegime(uniformGraph(10), false)).toBeCloseTo(0.9, 12)
  })

  it('looks nowhere else where it is the identity', () => {
    const a = identity(6)
    expect(meanEntropy(a)).toBe(0)
    expect(meanNormalisedEntropy(a, true)).toBe(0)
    expect(meanPerplexity(a)).toBe(1)
    expect(meanMaximumWeight(a)).toBe(1)
    expect(diagonalMass(a)).toBe(1)
    expect(meanDistance(a)).toBe(0)
    expect(asymmetry(a)).toBe(0)
    expect(meanKeysForNearlyAll(a)).toBe(1)
    expect(walkOf(a, false)).toEqual({ gap: 0, stationary: null })
    expect(walkOf(a, true)!.gap).toBeCloseTo(0, 12)
    expect(walkOf(a, true)!.stationary).toBeNull()
  })

  it('takes the shares of rows that do not sum to 1', () => {
    expect(meanEntropy(scaled(golden, 0.4))).toBeCloseTo(meanEntropy(golden)!, 12)
    expect(meanDistance(scaled(golden, 0.4))).toBeCloseTo(meanDistance(golden)!, 12)
    expect(meanKeysForNearlyAll(scaled(golden, 0.4))).toBe(meanKeysForNearlyAll(golden))
    const emptyRow = matrixOf([[0, 0], [0.5, 0.5]]) // prettier-ignore
    expect(meanEntropy(emptyRow)).toBeCloseTo(Math.LN2, 12)
  })

  it('is as asymmetric as can be where no token is looked back at', () => {
    expect(asymmetry(matrixOf([[0, 1, 0], [0, 0, 1], [1, 0, 0]]))).toBeCloseTo(Math.SQRT2, 12) // prettier-ignore
  })

  it('has the eigenvalues and the stationary vectors that one writes down', () => {
    // P = [[1 − p, p], [q, 1 − q]]: λ = 1 − p − q, π = (q, p)/(p + q)
    const [p, q] = [0.3, 0.1]
    const walk = walkOf(matrixOf([[1 - p, p], [q, 1 - q]]), false)! // prettier-ignore
    expect(walk.gap).toBeCloseTo(p + q, 8)
    expect(walk.stationary![0]).toBeCloseTo(q / (p + q), 10)
    expect(stationaryEntropy(walk)).toBeCloseTo(-(0.25 * Math.log2(0.25) + 0.75 * Math.log2(0.75)), 10)
    expect(walkOf(uniformGraph(9), false)!.gap).toBeCloseTo(1, 7)
    expect(stationaryEntropy(walkOf(uniformGraph(9), false)!)).toBeCloseTo(1, 10)
    // a circle that is gone round: |λ| = 1 though π is unique
    const circle = walkOf(matrixOf([[0, 1, 0], [0, 0, 1], [1, 0, 0]]), false)! // prettier-ignore
    expect(circle.gap).toBeCloseTo(0, 8)
    circle.stationary!.forEach((mass) => expect(mass).toBeCloseTo(1 / 3, 10))
    // a lazy one: λ = 1/2 + e^{2πi/3}/2, of modulus 1/2
    const lazy = matrixOf([[0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5]]) // prettier-ignore
    expect(walkOf(lazy, false)!.gap).toBeCloseTo(0.5, 8)
    // the causal matrix itself ends at token 0 and has its diagonal as eigenvalues
    const causal = walkOf(goldenCausal, false)!
    expect(causal.stationary![0]).toBeCloseTo(1, 10)
    expect(causal.gap).toBeCloseTo(1 - 0.77511755, 7)
  })

  it('symmetrises a causal matrix: two tokens by hand', () => {
    // A = [[1, 0], [½, ½]]: W = [[1, ¼], [¼, ½]], D = (5/4, 3/4), λ_2 = tr D⁻¹W − 1 = 4/5 + 2/3 − 1
    const walk = walkOf(uniformCausal(2), true)!
    expect(walk.gap).toBeCloseTo(1 - (4 / 5 + 2 / 3 - 1), 12)
    expect([...walk.stationary!].map((mass) => mass.toFixed(12))).toEqual([
      '0.625000000000',
      '0.375000000000',
    ])
  })

  it('tells heads apart', () => {
    const other = attention(gaussian(6, 3, 1), gaussian(6, 3, 2))
    expect(headDiversity([other, other, other])).toBeCloseTo(0, 12)
    const toTheNext = zeros(6, 6)
    for (let i = 0; i < 6; i++) toTheNext.numbers[i * 6 + ((i + 1) % 6)] = 1
    expect(headDiversity([identity(6), toTheNext])).toBeCloseTo(Math.LN2, 12)
    expect(headDiversity([other, identity(6)])).toBeGreaterThan(0.01)
    expect(headDiversity([other])).toBeNull()
    expect(headDiversity([other, identity(5)])).toBeNull()
  })

  it('is the same for tokens in another order, where positions do not count', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 2, max: 9 }), (seed, n) => {
        const a = attention(gaussian(n, 4, seed, 'queries'), gaussian(n, 4, seed, 'keys'))
        const order = Array.from({ length: n }, (_, i) => (i + 1 + (seed % n)) % n)
        const found = unordered(permuted(a, order))
        unordered(a).forEach((value, index) => expect(found[index]).toBeCloseTo(value!, 7))
        const walk = walkOf(a, false)!
        walk.stationary!.forEach((mass, j) => {
          const after = walk.stationary!.reduce((sum, from, i) => sum + from * a.numbers[i * n + j]!, 0)
          expect(after).toBeCloseTo(mass, 10)
        })
      }),
      { numRuns: 40 },
    )
  })

  it('is not defined with negative weights', () => {
    const laplacian = matrixOf([[-0.5, 0.5], [0.2, -0.2]]) // prettier-ignore
    for (const value of unordered(laplacian)) expect(value ?? null).toBeNull()
    expect(headDiversity([laplacian, laplacian])).toBeNull()
  })

  it.each(Object.entries(degenerate))('gives numbers or null for %s', (_, x) => {
    const found = [
      unordered(x),
      sinkMass(x),
      meanDistance(x),
      headDiversity([x, x]),
      walkOf(x, true),
      walkOf(x, false),
    ]
    expect(numbersIn(found).every(Number.isFinite)).toBe(true)
  })
})
