import { describe, expect, it } from 'vitest'
import type { Cloud } from '../../../src/main/derivation/cloud.ts'
import {
  linearityFrom,
  principalCorrelationWith,
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
    const [first, second] = [axes.numbers.subarray(0, 2), axes.numbers.subarray(2)]
    expect(first[0]).toBeCloseTo(0.6, 5)
    expect(first[1]).toBeCloseTo(0.8, 5) // the largest entry is positive
    expect(Math.abs(second[0]!)).toBeCloseTo(0.8, 5)
    expect(scoresIn({ mean, axes }, ellipse).numbers[0]).toBeCloseTo(10, 4)
  })

  it('gives the same scores where there are fewer tokens than coordinates', () => {
    const wide = mapped(ellipse, ([x, y]) => [x!, y!, ...Array(60).fill(3)])
    const scores = (cloud: Cloud) => scoresIn(principalFrame(cloud, 2), cloud)
    const [narrowScores, wideScores] = [scores(ellipse), scores(wide)]
    wideScores.numbers.forEach((value, index) =>
      expect(Math.abs(value)).toBeCloseTo(Math.abs(narrowScores.numbers[index]!), 3),
    )
  })

  it('has no axis along which nothing varies', () => {
    expect(principalFrame(cloudOf([[0, 5], [1, 5], [3, 5]]), 2).axes.rows).toBe(1) // prettier-ignore
    expect(principalFrame(cloudOf([[2, 5], [2, 5], [2, 5]]), 2).axes.rows).toBe(0) // prettier-ignore
  })
})

describe('principalCorrelationWith', () => {
  const cross = cloudOf([[2, 0, 0], [-2, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 0.1], [0, 0, -0.1]]) // prettier-ignore

  it('is 1 where the plane is the same, however it is turned and stretched', () => {
    const measure = principalCorrelationWith(cross, 2)
    expect(measure(mapped(cross, ([x, y, z]) => [7 + y!, 3 * x! + y!, z!]))).toBeCloseTo(1, 6)
  })

  it('is the share of directions that are left', () => {
    const measure = principalCorrelationWith(cross, 2)
    // the third direction takes the place of the second
    expect(measure(mapped(cross, ([x, y, z]) => [x!, y! / 100, 10 * z!]))).toBeCloseTo(0.5, 6)
  })

  it('is nothing where one has lost a dimension', () => {
    expect(principalCorrelationWith(cross, 2)(mapped(cross, ([x]) => [x!, x!, 0]))).toBeNull()
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
