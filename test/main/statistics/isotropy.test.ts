import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanCosine, partitionIsotropy } from '../../../src/main/statistics/isotropy.ts'
import { centred, innerProduct, matrixOf, zeros, type Matrix } from '../../../src/main/statistics/matrix.ts'
import { degenerate, gaussian, goldenX, numbersIn, repeated, rotated, scaled } from './arbitrary.ts'

/** The definition, pair by pair. */
function pairwiseCosine(x: Matrix): number {
  let sum = 0
  for (let i = 0; i < x.rows; i++)
    for (let j = 0; j < x.rows; j++)
      if (i !== j)
        sum += innerProduct(x, i, x, j) / Math.sqrt(innerProduct(x, i, x, i) * innerProduct(x, j, x, j))
  return sum / (x.rows * (x.rows - 1))
}

describe('isotropy', () => {
  it('has the golden mean cosine', () => {
    expect(meanCosine(goldenX)).toBeCloseTo(0.74610964, 7)
  })

  it('is 1 for identical tokens, −1/(n − 1) for a simplex, and near 0 for Gaussian ones', () => {
    expect(meanCosine(repeated([3, 1, -2], 6))).toBeCloseTo(1, 12)
    expect(meanCosine(centred(matrixOf([[1, 0, 0], [0, 1, 0], [0, 0, 1]])))).toBeCloseTo(-0.5, 12) // prettier-ignore
    const deviation = Math.sqrt(2 / 16) / 400
    expect(Math.abs(meanCosine(gaussian(400, 16))!)).toBeLessThan(4 * deviation)
  })

  it('leaves zero tokens out', () => {
    expect(meanCosine(matrixOf([[1, 0], [0, 0], [1, 1]]))).toBeCloseTo(Math.SQRT1_2, 12) // prettier-ignore
    expect(meanCosine(matrixOf([[1, 0], [0, 0]]))).toBeNull() // prettier-ignore
  })

  it('has a partition function that tells directions apart', () => {
    const cross = [[1, 0], [-1, 0], [0, 1], [0, -1]] // prettier-ignore
    expect(partitionIsotropy(matrixOf(cross))).toBeCloseTo(1, 12)
    // all tokens at (a, 0): Z is n e^a, n e^−a along it and n across
    expect(partitionIsotropy(repeated([0.7, 0], 5))).toBeCloseTo(Math.exp(-1.4), 12)
    expect(partitionIsotropy(zeros(5, 3))).toBe(1)
    expect(partitionIsotropy(scaled(gaussian(2000, 6), 0.5))).toBeGreaterThan(0.85)
    expect(partitionIsotropy(repeated([1e4, 0], 5))).toBe(0)
  })

  it('does not depend on rotation, nor the cosine on the length of tokens', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 2, max: 9 }), (seed, rows) => {
        const x = gaussian(rows, 4, seed)
        expect(meanCosine(x)).toBeCloseTo(pairwiseCosine(x), 10)
        expect(meanCosine(scaled(rotated(x, seed), 7))).toBeCloseTo(meanCosine(x)!, 10)
        expect(partitionIsotropy(rotated(x, seed))! / partitionIsotropy(x)!).toBeCloseTo(1, 6)
      }),
    )
  })

  it.each(Object.entries(degenerate))('gives numbers or null for %s', (_, x) => {
    const found = [meanCosine(x), meanCosine(centred(x)), partitionIsotropy(x)]
    expect(numbersIn(found).every(Number.isFinite)).toBe(true)
  })
})
