import { Matrix } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import type { Cloud } from '../../../src/main/derivation/cloud.ts'
import {
  linearityFrom,
  meanCanonicalCorrelation,
  principalFrame,
  scoresIn,
} from '../../../src/main/derivation/linear.ts'
import { normals } from '../../../src/main/engine/random.ts'

const cloudOf = (rows: readonly (readonly number[])[]): Cloud => ({
  count: rows.length,
  width: rows[0]!.length,
  values: Float32Array.from(rows.flat()),
})
const gaussian = (count: number, width: number, seed = 0): Cloud => ({
  count,
  width,
  values: normals(seed, 'derivation', 0, count * width, 1),
})
const mapped = ({ count, width, values }: Cloud, map: (row: number[]) => number[]): Cloud =>
  cloudOf(
    Array.from({ length: count }, (_, token) => map([...values.slice(token * width, (token + 1) * width)])),
  )

describe('principalFrame', () => {
  // an ellipse along (3, 4)/5 with half axes 10 and 1, around (1, 2)
  const ellipse = cloudOf(
    Array.from({ length: 36 }, (_, index) => {
      const [u, v] = [10 * Math.cos((index * Math.PI) / 18), Math.sin((index * Math.PI) / 18)]
      return [1 + 0.6 * u - 0.8 * v, 2 + 0.8 * u + 0.6 * v]
    }),
  )

  it('finds the centre and the axes of an ellipse, the longest first', () => {
    const { mean, axes } = principalFrame(ellipse, 2)
    expect([...mean].map((value) => Number(value.toFixed(5)))).toEqual([1, 2])
    const [first, second] = [axes.getColumn(0), axes.getColumn(1)]
    expect(first[0]).toBeCloseTo(0.6, 5)
    expect(first[1]).toBeCloseTo(0.8, 5) // the largest entry is positive
    expect(Math.abs(second[0]!)).toBeCloseTo(0.8, 5)
    expect(scoresIn({ mean, axes }, ellipse).get(0, 0)).toBeCloseTo(10, 4)
  })

  it('gives the same scores where there are fewer tokens than coordinates', () => {
    const wide = mapped(ellipse, ([x, y]) => [x!, y!, ...Array(60).fill(3)])
    const scores = (cloud: Cloud) => scoresIn(principalFrame(cloud, 2), cloud)
    const [narrowScores, wideScores] = [scores(ellipse), scores(wide)]
    const column = (matrix: Matrix, index: number) => matrix.getColumn(index).map(Math.abs)
    for (const index of [0, 1])
      column(wideScores, index).forEach((value, token) =>
        expect(value).toBeCloseTo(column(narrowScores, index)[token]!, 3),
      )
  })

  it('has no axis along which nothing varies', () => {
    expect(principalFrame(cloudOf([[0, 5], [1, 5], [3, 5]]), 2).axes.columns).toBe(1) // prettier-ignore
    expect(principalFrame(cloudOf([[2, 5], [2, 5], [2, 5]]), 2).axes.columns).toBe(0) // prettier-ignore
  })
})

describe('meanCanonicalCorrelation', () => {
  const columns = (rows: number[][]) => new Matrix(rows)
  const x = columns([[1, 0], [-1, 0], [0, 1], [0, -1]]) // prettier-ignore

  it('is 1 for an invertible map, and 0 without correlation', () => {
    expect(meanCanonicalCorrelation(x, x.mmul(columns([[2, 1], [0, 3]])))).toBeCloseTo(1, 12) // prettier-ignore
    const other = columns([[1, 1], [1, 1], [-1, 1], [-1, 1]].map(([a]) => [a!])) // prettier-ignore
    expect(meanCanonicalCorrelation(x.subMatrixColumn([0]), other)).toBeCloseTo(0, 12)
  })

  it('is the correlation of two columns', () => {
    const a = [1, 2, -3, 4, -4]
    const b = [2, 1, -1, 3, -5]
    const dot = (u: number[], v: number[]) => u.reduce((sum, value, index) => sum + value * v[index]!, 0)
    const expected = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
    expect(meanCanonicalCorrelation(Matrix.columnVector(a), Matrix.columnVector(b))).toBeCloseTo(expected, 12)
  })

  it('is nothing where one has lost a dimension', () => {
    expect(meanCanonicalCorrelation(x, x.subMatrixColumn([0]))).toBeNull()
  })
})

describe('linearityFrom', () => {
  const first = gaussian(200, 3)

  it('is 1 for an affine map, also one that loses a dimension', () => {
    const r2 = linearityFrom(first, 0)
    expect(r2(mapped(first, ([a, b, c]) => [1 + a! - 2 * b!, 3 * c!, b! + c!]))).toBeCloseTo(1, 6)
    expect(r2(mapped(first, ([a]) => [a!, a!, 4]))).toBeCloseTo(1, 6)
  })

  it('is near 0 for what no affine map can know, measured on other tokens than fitted', () => {
    const r2 = linearityFrom(first, 0)
    expect(Math.abs(r2(gaussian(200, 3, 1))!)).toBeLessThan(0.15)
    expect(Math.abs(r2(mapped(first, ([a, b, c]) => [a! * a!, b! * b!, c! * c!]))!)).toBeLessThan(0.2)
  })

  it('is nothing where half of the tokens cannot fit a map, or where all have become one', () => {
    expect(linearityFrom(gaussian(20, 12), 0)(gaussian(20, 12))).toBeNull()
    expect(linearityFrom(first, 0)(mapped(first, () => [1, 1, 1]))).toBeNull()
  })
})
