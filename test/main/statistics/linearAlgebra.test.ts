import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  inverseOf,
  logDeterminant,
  principalDirections,
  singularDecomposition,
  solve,
  symmetricEigen,
} from '../../../src/main/statistics/linearAlgebra.ts'
import {
  centred,
  columnMeans,
  identity,
  matrixOf,
  medianInPlace,
  transposed,
  type Matrix,
} from '../../../src/main/statistics/matrix.ts'
import { covariance, gram, product, rowProducts } from '../../../src/main/statistics/products.ts'
import { gaussian, goldenX, repeated, rotation, stretched } from './arbitrary.ts'

const shape = fc.record({
  rows: fc.integer({ min: 1, max: 13 }),
  others: fc.integer({ min: 1, max: 13 }),
  columns: fc.integer({ min: 1, max: 9 }),
})

function expectClose(found: Matrix, expected: Matrix, digits = 10): void {
  expect([found.rows, found.columns]).toEqual([expected.rows, expected.columns])
  found.numbers.forEach((value, index) => expect(value).toBeCloseTo(expected.numbers[index]!, digits))
}

describe('matrix', () => {
  it('multiplies rows with rows in any shape, in float32 too', () => {
    fc.assert(
      fc.property(shape, ({ rows, others, columns }) => {
        const a = gaussian(rows, columns, 1)
        const b = gaussian(others, columns, 2)
        const found = rowProducts({ ...a, numbers: Float32Array.from(a.numbers) }, b)
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < others; j++) {
            let sum = 0
            for (let c = 0; c < columns; c++) sum += a.numbers[i * columns + c]! * b.numbers[j * columns + c]!
            expect(found.numbers[i * others + j]).toBeCloseTo(sum, 10)
          }
        expectClose(rowProducts(a), rowProducts(a, { ...a }), 12)
        expectClose(product(a, transposed(b)), found, 5)
      }),
    )
  })

  it('has the golden covariance', () => {
    expectClose(covariance(goldenX), matrixOf([[3.9375, 0.4375], [0.4375, 4.6875]])) // prettier-ignore
  })

  it('centres identical rows to zero, exactly', () => {
    const row = [0.1, 1 / 3, -1e8]
    expect([...columnMeans(repeated(row, 7))]).toEqual(row)
    expect(centred(repeated(row, 7)).numbers.every((value) => value === 0)).toBe(true)
  })

  it('has medians', () => {
    expect(medianInPlace(Float64Array.of(10, 9, 1))).toBe(9)
    expect(medianInPlace(Float64Array.of(10, 9, 1, 2))).toBe(5.5)
    expect(medianInPlace(Float64Array.of())).toBeNull()
  })
})

describe('linear algebra', () => {
  it('puts a symmetric matrix together again from its eigenpairs, the largest first', () => {
    fc.assert(
      fc.property(shape, ({ rows, columns }) => {
        const symmetric = gram(gaussian(rows, columns, 3))
        const { values, vectors } = symmetricEigen(symmetric)!
        expect([...values]).toEqual([...values].sort((a, b) => b - a))
        expectClose(rowProducts(vectors), identity(columns))
        const weighted = stretched(transposed(vectors), [...values])
        expectClose(product(weighted, vectors), symmetric)
      }),
    )
  })

  it('finds the directions of wide and of tall clouds, and no others', () => {
    const lowRank = product(gaussian(30, 3, 4), gaussian(3, 8, 5))
    for (const x of [lowRank, transposed(lowRank), gaussian(30, 8), gaussian(8, 30)]) {
      const { values, vectors } = principalDirections(x)!
      expectClose(rowProducts(vectors), identity(values.length), 8)
      const scores = gram(rowProducts(x, vectors)) // diag(values)
      values.forEach((value, i) => expect(scores.numbers[i * values.length + i]! / value).toBeCloseTo(1, 9))
    }
    expect(principalDirections(lowRank)!.values.length).toBe(3)
    expect(principalDirections(transposed(lowRank))!.values.length).toBe(3)
    expect(principalDirections(matrixOf([[0, 0]]))!.values.length).toBe(0)
  })

  it('points eigenvectors the same way every time', () => {
    const { vectors } = symmetricEigen(gram(gaussian(9, 5)))!
    for (let i = 0; i < 5; i++) {
      const row = [...vectors.numbers.subarray(i * 5, i * 5 + 5)]
      expect(Math.max(...row)).toBe(Math.max(...row.map(Math.abs)))
    }
  })

  it('puts any matrix together again from its singular triples', () => {
    for (const x of [gaussian(7, 3), gaussian(3, 7), gaussian(4, 4)]) {
      const { left, values, right } = singularDecomposition(x)!
      expect(values.length).toBe(Math.min(x.rows, x.columns))
      expectClose(rowProducts(stretched(left, [...values]), right), x)
    }
  })

  it('solves, by least squares too', () => {
    const a = gaussian(6, 6)
    const b = gaussian(6, 2, 1)
    expectClose(product(a, solve(a, b)!), b, 8)
    const tall = gaussian(9, 3)
    expectClose(solve(tall, product(tall, gaussian(3, 2, 1)))!, gaussian(3, 2, 1), 8)
    expect(solve(matrixOf([[1, 2], [2, 4]]), matrixOf([[1], [1]]))).toBeNull() // prettier-ignore
  })

  it('has the logarithms of determinants', () => {
    const turned = product(stretched(transposed(rotation(4)), [1, 2, 3, 4]), rotation(4))
    expect(logDeterminant(turned)).toBeCloseTo(Math.log(24), 10)
    expect(logDeterminant(matrixOf([[1, 2], [2, 1]]))).toBeNull() // prettier-ignore
  })

  it('inverts positive definite matrices, and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (size) => {
        const positive = gram(gaussian(size + 20, size))
        const found = inverseOf(positive)!
        expectClose(product(positive, found.inverse), identity(size), 8)
        const logarithms = symmetricEigen(positive)!.values.map(Math.log)
        expect(found.logDeterminant).toBeCloseTo(
          logarithms.reduce((sum, value) => sum + value, 0),
          8,
        )
      }),
      { numRuns: 15 },
    )
    expect(inverseOf(matrixOf([[1, 1], [1, 1]]))).toBeNull() // prettier-ignore
    expect(inverseOf(matrixOf([[1, 2], [2, 1]]))).toBeNull() // prettier-ignore
  })

  it('refuses numbers that are not finite', () => {
    for (const number of [NaN, Infinity]) {
      const broken = matrixOf([[1, 0], [0, number]]) // prettier-ignore
      expect(symmetricEigen(broken)).toBeNull()
      expect(principalDirections(broken)).toBeNull()
      expect(singularDecomposition(broken)).toBeNull()
      expect(solve(broken, broken)).toBeNull()
      expect(logDeterminant(broken)).toBeNull()
      expect(inverseOf(broken)).toBeNull()
    }
  })
})
