import { describe, expect, it } from 'vitest'
import type { Cloud } from '../../../src/main/derivation/cloud.ts'
import { principalFrame, randomPlane, scoresIn } from '../../../src/main/derivation/linear.ts'
import { rowProducts } from '../../../src/main/statistics/products.ts'

const cloudOf = (rows: readonly (readonly number[])[]): Cloud => ({
  count: rows.length,
  width: rows[0]!.length,
  values: Float32Array.from(rows.flat()),
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

it('random planes have two orthonormal directions, others for every index and seed', () => {
  const { axes } = randomPlane(12, 3, 0)
  const [aa, ab, , bb] = rowProducts(axes).numbers
  expect(aa).toBeCloseTo(1, 10)
  expect(ab).toBeCloseTo(0, 10)
  expect(bb).toBeCloseTo(1, 10)
  expect(randomPlane(12, 3, 0)).toEqual(randomPlane(12, 3, 0))
  for (const other of [randomPlane(12, 3, 1), randomPlane(12, 4, 0)])
    expect(other.axes.numbers[0]).not.toBe(axes.numbers[0])
})
