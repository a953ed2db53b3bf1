import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  agreement,
  linearityFrom,
  principalScores,
  smoothestVectors,
  stationaryTokens,
} from '../../../src/main/statistics/linearReduction.ts'
import { solve } from '../../../src/main/statistics/linearAlgebra.ts'
import { distinctRows } from '../../../src/main/statistics/neighbours.ts'
import { identity, matrixOf, selectRows, zeros, type Matrix } from '../../../src/main/statistics/matrix.ts'
import { gram, product, rowProducts } from '../../../src/main/statistics/products.ts'
import {
  attention,
  degenerate,
  drawsOf,
  gaussian,
  numbersIn,
  repeated,
  rotated,
  scaled,
  stretched,
  translated,
  uniformGraph,
} from './arbitrary.ts'

/** Uniform attention within each of the groups, none between them. */
function blocks(sizes: readonly number[]): Matrix {
  const groups = sizes.flatMap((size, group) => Array.from({ length: size }, () => group))
  return matrixOf(groups.map((group) => groups.map((other) => (other === group ? 1 / sizes[group]! : 0))))
}

describe('the linearity index', () => {
  const first = gaussian(60, 4, 1)
  const linearity = linearityFrom(first, drawsOf(0))

  it('is 1 for affine maps, however many channels they have', () => {
    expect(linearity(translated(product(first, gaussian(4, 4, 2)), [1, 2, 3, 4]))).toBeCloseTo(1, 10)
    expect(linearity(product(first, gaussian(4, 9, 2)))).toBeCloseTo(1, 10)
    expect(linearity(first)).toBeCloseTo(1, 10)
  })

  it('is not above 0 for independent tokens, and between for a bent map', () => {
    expect(linearity(gaussian(60, 4, 2))).toBeLessThan(0.2)
    const bent = linearity({ ...first, numbers: first.numbers.map((value) => value ** 3) })!
    expect(bent).toBeGreaterThan(0.2)
    expect(bent).toBeLessThan(0.95)
  })

  it('is measured on tokens that the map was not fitted to', () => {
    // a map of 25 rows fitted to 26 of them has next to no residual, on others it has
    const narrow = linearityFrom(gaussian(52, 24, 1), drawsOf(0))
    expect(narrow(gaussian(52, 24, 2))).toBeLessThan(0)
  })

  it('uses only the directions that there are', () => {
    const flat = product(first, gaussian(4, 12, 3)) // rank 4 in 12 channels
    expect(linearityFrom(flat, drawsOf(0))(first)).toBeCloseTo(1, 8)
  })

  it('is not defined for few tokens, or without spread', () => {
    expect(linearityFrom(gaussian(20, 12), drawsOf(0))(gaussian(20, 12))).toBeNull()
    expect(linearity(repeated([0.1, 3], 60))).toBeNull()
    expect(linearity(gaussian(59, 4))).toBeNull()
    expect(linearity({ ...first, numbers: first.numbers.with(3, NaN) })).toBeNull()
  })

  it('does not depend on invertible maps of either cloud', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const later = gaussian(60, 4, seed, 'later')
        for (let index = 0; index < 240; index++) later.numbers[index]! += first.numbers[index]! ** 2
        const moved = linearityFrom(scaled(translated(rotated(first, seed), [1, 5, -2, 3]), 0.1), drawsOf(0))
        expect(moved(scaled(rotated(later, seed), 4))).toBeCloseTo(linearity(later)!, 7)
      }),
      { numRuns: 30 },
    )
  })
})

describe('the smoothest vectors', () => {
  it('are the indicators of parts that do not see each other', () => {
    const sizes = [3, 4, 5]
    const { eigenvalues, vectors } = smoothestVectors(blocks(sizes), 3)!
    expect(eigenvalues[0]).toBeCloseTo(0, 10)
    expect(eigenvalues[1]).toBeCloseTo(0, 10)
    expect(eigenvalues[2]).toBeCloseTo(1, 10)
    const rounded = matrixOf(Array.from({ length: 12 }, (_, i) => [0, 1].map((c) => Number(vectors.numbers[3 * i + c]!.toFixed(9))))) // prettier-ignore
    expect(distinctRows(rounded)).toEqual([0, 3, 7])
  })

  it('are orthonormal, orthogonal to the constant, and eigenvectors', () => {
    const a = attention(gaussian(9, 3, 1), gaussian(9, 3, 2))
    const { eigenvalues, vectors } = smoothestVectors(a, 8)!
    gram(vectors).numbers.forEach((value, index) =>
      expect(value).toBeCloseTo(identity(8).numbers[index]!, 10),
    )
    const laplacian = zeros(9, 9)
    for (let i = 0; i < 9; i++)
      for (let j = 0; j < 9; j++) {
        const weight = (a.numbers[9 * i + j]! + a.numbers[9 * j + i]!) / 2
        laplacian.numbers[9 * i + j]! -= weight
        laplacian.numbers[10 * i]! += weight
      }
    const mapped = product(laplacian, vectors)
    mapped.numbers.forEach((value, index) =>
      expect(value).toBeCloseTo(vectors.numbers[index]! * eigenvalues[index % 8]!, 9),
    )
    expect([...eigenvalues]).toEqual([...eigenvalues].sort((x, y) => x - y))
    for (let c = 0; c < 8; c++)
      expect(
        Array.from({ length: 9 }, (_, i) => vectors.numbers[8 * i + c]!).reduce((x, y) => x + y),
      ).toBeCloseTo(0, 9)
  })

  it('stretched by theory C.3 are where its updates stand still', () => {
    const a = attention(gaussian(8, 3, 1), gaussian(8, 3, 2))
    const beta = 0.9
    const { eigenvalues, vectors } = smoothestVectors(a, 3)!
    const x = stationaryTokens({ eigenvalues, vectors }, beta)!
    expect(x.columns).toBe(3)
    const kernel = rowProducts(x)
    for (let i = 0; i < 8; i++) kernel.numbers[9 * i]! += beta
    const right = solve(kernel, x)! // (XXᵀ + βI)⁻¹X
    const left = stretched(x, [...eigenvalues]) // LX
    left.numbers.forEach((value, index) => expect(value).toBeCloseTo(right.numbers[index]!, 9))
    expect(stationaryTokens({ eigenvalues, vectors }, 1 / eigenvalues[1]! + 1e-9)!.columns).toBe(1)
    expect(stationaryTokens(smoothestVectors(blocks([2, 2]), 1)!, 0.5)).toBeNull()
  })

  it('are what tokens become that are averaged again and again', () => {
    const a = blocks([4, 4, 4])
    // leave the blocks a little, so that the constant is alone with eigenvalue 0
    const leaky: Matrix = { ...a, numbers: a.numbers.map((value) => 0.9 * value + 0.1 / 12) }
    let x: Matrix = gaussian(12, 5, 3)
    for (let step = 0; step < 40; step++) x = product(leaky, x)
    expect(agreement(x, smoothestVectors(leaky, 2)!.vectors).correlation).toBeCloseTo(1, 6)
    // held fixed without leaks, they collapse onto one point per block
    let y: Matrix = gaussian(12, 5, 3)
    for (let step = 0; step < 3; step++) y = product(a, y)
    expect(distinctRows({ ...y, numbers: y.numbers.map((value) => Number(value.toFixed(9))) })).toEqual([
      0, 4, 8,
    ])
  })
})

describe('agreement', () => {
  it('is whole with the own principal components, turned or not', () => {
    const x = stretched(gaussian(50, 4, 1), [4, 3, 2, 1])
    expect(agreement(rotated(x), principalScores(x, 2)!)).toEqual({
      correlation: expect.closeTo(1, 9) as number,
      largestAngle: expect.closeTo(0, 4) as number,
    })
  })

  it('has an angle of a quarter where a direction is missing', () => {
    const grid = matrixOf([[3, 2, 1], [3, -2, -1], [-3, 2, -1], [-3, -2, 1], [3, 2, -1], [3, -2, 1], [-3, 2, 1], [-3, -2, -1]]) // prettier-ignore
    const other = matrixOf([...Array(8).keys()].map((i) => [grid.numbers[3 * i]!, grid.numbers[3 * i + 2]!]))
    const found = agreement(grid, other)
    expect(found.correlation).toBeCloseTo(0.5, 7)
    expect(found.largestAngle).toBeCloseTo(Math.PI / 2, 7)
  })

  it('is not defined for tokens of fewer dimensions', () => {
    expect(agreement(repeated([1, 2, 3], 9), gaussian(9, 2))).toEqual({
      correlation: null,
      largestAngle: null,
    })
    expect(agreement(gaussian(9, 1), gaussian(9, 2)).correlation).toBeNull()
  })
})

it.each(Object.entries(degenerate))('linear reduction gives numbers or null for %s', (_, x) => {
  const found = [
    principalScores(x, 2),
    linearityFrom(x, drawsOf(0))(x),
    smoothestVectors(x, 2),
    smoothestVectors(rowProducts(x), 2),
    agreement(x, gaussian(x.rows, 2)),
    agreement(gaussian(x.rows, 3), x),
    smoothestVectors(selectRows(uniformGraph(2), [0]), 1),
  ]
  expect(numbersIn(found).every(Number.isFinite)).toBe(true)
})
