import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  betweenClassShare,
  betweenSequenceShare,
  neuralCollapse,
  varianceParts,
} from '../../../src/main/statistics/classGeometry.ts'
import { centred, identity, matrixOf, selectRows, sumOfSquares } from '../../../src/main/statistics/matrix.ts'
import { degenerate, gaussian, numbersIn, rotated, scaled, translated } from './arbitrary.ts'

const cyclic = (n: number, period: number) => Array.from({ length: n }, (_, i) => i % period)

describe('the analysis of variance', () => {
  it('splits by hand', () => {
    // class 0: sequence 0 has 0 and 2, sequence 1 has 4; class 1: sequence 0 has 10
    const x = matrixOf([[0], [2], [4], [10]]) // prettier-ignore
    const parts = varianceParts(x, [0, 0, 0, 1], [0, 0, 1, 0])!
    expect(parts).toEqual({ total: 56, betweenClasses: 48, betweenSequences: 6, withinSequences: 2 })
    expect(betweenClassShare(parts)).toBeCloseTo(48 / 56, 12)
    expect(betweenSequenceShare(parts)).toBeCloseTo(6 / 56, 12)
  })

  it('has parts that sum to the total, wherever the tokens lie and however they are turned', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        (seed, n, classes, sequences) => {
          const x = gaussian(n, 3, seed)
          const given = [cyclic(n, classes), cyclic(n, classes * sequences)] as const
          const parts = varianceParts(x, ...given)!
          const sum = parts.betweenClasses + parts.betweenSequences + parts.withinSequences
          expect(Math.abs(sum - parts.total)).toBeLessThan(1e-10)
          expect(parts.total).toBeCloseTo(sumOfSquares(centred(x)), 10)
          const moved = varianceParts(translated(rotated(x, seed), [100, -7, 3]), ...given)!
          expect(numbersIn(moved).map((value) => value.toFixed(7))).toEqual(
            numbersIn(parts).map((value) => value.toFixed(7)),
          )
        },
      ),
    )
  })

  it('is not defined for other numbers of labels, nor its shares for one token', () => {
    expect(varianceParts(gaussian(4, 2), [0, 1], [0, 0, 0, 0])).toBeNull()
    expect(betweenClassShare(varianceParts(gaussian(1, 2), [0], [0])!)).toBeNull()
  })
})

describe('neural collapse', () => {
  it('is complete for a simplex without spread', () => {
    for (const classes of [2, 3, 5]) {
      const simplex = centred(identity(classes))
      const labels = cyclic(4 * classes, classes)
      const found = neuralCollapse(translated(selectRows(simplex, labels), [3, 1, 4, 1, 5]), labels)
      expect(found.variability).toBeCloseTo(0, 12)
      expect(found.meanCosine).toBeCloseTo(-1 / (classes - 1), 12)
      expect(found.angleDeviation).toBeCloseTo(0, 12)
      expect(found.normVariation).toBeCloseTo(0, 7)
    }
  })

  it('has a within-class variance over the between-class one, by hand', () => {
    // means ±2, both with tokens 1 to the left and right: S_W = 1, S_B = 4, tr(S_W S_B⁺)/2 = 1/8
    const x = matrixOf([[1], [3], [-1], [-3]]) // prettier-ignore
    expect(neuralCollapse(x, [0, 0, 1, 1]).variability).toBeCloseTo(1 / 8, 12)
    // what lies across the means does not count
    const wide = matrixOf([[1, 7], [3, -7], [-1, 9], [-3, -9]]) // prettier-ignore
    expect(neuralCollapse(wide, [0, 0, 1, 1]).variability).toBeCloseTo(1 / 8, 12)
  })

  it('sees classes that are not equally far apart', () => {
    // means 0, 1 and 5: two of the three are on one side
    const x = matrixOf([[0, 0], [1, 0], [5, 0]]) // prettier-ignore
    const found = neuralCollapse(x, [0, 1, 2])
    expect(found.meanCosine).toBeCloseTo(-1 / 3, 12)
    expect(found.angleDeviation).toBeCloseTo((1.5 + 0.5 + 0.5) / 3, 12)
    expect(found.normVariation).toBeCloseTo(Math.sqrt(2 / 3) / 2, 12) // norms 2, 1 and 3
  })

  it('does not depend on rotation, translation, scale or the names of classes', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 2, max: 4 }), (seed, classes) => {
        const x = gaussian(6 * classes, 5, seed)
        const labels = cyclic(6 * classes, classes)
        const found = neuralCollapse(x, labels)
        const moved = translated(scaled(rotated(x, seed), 3), [4, 3, 2, 1, 0])
        const other = neuralCollapse(moved, labels.map((label) => 90 - 7 * label)) // prettier-ignore
        numbersIn(found).forEach((value, index) => expect(numbersIn(other)[index]).toBeCloseTo(value, 6))
        expect(numbersIn(found).length).toBe(4)
      }),
      { numRuns: 40 },
    )
  })

  it('is not defined for one class', () => {
    const nothing = { variability: null, meanCosine: null, angleDeviation: null, normVariation: null }
    expect(neuralCollapse(gaussian(5, 2), [1, 1, 1, 1, 1])).toEqual(nothing)
    expect(neuralCollapse(gaussian(5, 2), [1, 1])).toEqual(nothing)
  })
})

it.each(Object.entries(degenerate))('class geometry gives numbers or null for %s', (_, x) => {
  for (const labels of [cyclic(x.rows, 2), cyclic(x.rows, 1), cyclic(x.rows, 100)]) {
    const parts = varianceParts(x, labels, cyclic(x.rows, 3))
    const found = [parts, parts && betweenClassShare(parts), parts && betweenSequenceShare(parts)]
    expect(numbersIn([found, neuralCollapse(x, labels)]).every(Number.isFinite)).toBe(true)
  }
})
