import { describe, expect, it } from 'vitest'
import { moments, standardised, type Cloud } from '../../../src/main/derivation/cloud.ts'
import { insideHull, mostPairs, pairRatios, somePairs } from '../../../src/main/derivation/geometry.ts'
import { labelPurity, silhouette, type Position } from '../../../src/main/derivation/labels.ts'
import { pointCloud } from '../../../src/main/derivation/points.ts'
import { cloudShapes } from '../../../src/shared/derivation.ts'

const cloudOf = (...points: Position[]): Cloud => ({
  count: points.length,
  width: 2,
  values: Float32Array.from(points.flat()),
})

describe('moments and standardised', () => {
  it('by hand', () => {
    const cloud = cloudOf([0, 1], [2, 1], [4, 7])
    expect(moments(cloud)).toEqual({ mean: Float64Array.of(2, 3), totalVariance: (8 + 24) / 3 })
    const again = moments(standardised(cloud, 3))
    expect([...again.mean].every((value) => Math.abs(value) < 1e-6)).toBe(true)
    expect(again.totalVariance).toBeCloseTo(2 * 3 ** 2, 5)
    expect([...standardised(cloudOf([5, 5], [5, 5]), 1).values]).toEqual([0, 0, 0, 0])
  })
})

describe('pairs', () => {
  it('are all where they are few, and as many drawn ones of different tokens where they are many', () => {
    expect(somePairs(3, 0)).toEqual([[0, 1], [0, 2], [1, 2]]) // prettier-ignore
    const drawn = somePairs(1000, 0)
    expect(drawn).toHaveLength(mostPairs)
    expect(drawn.every(([a, b]) => a !== b && a < 1000 && b < 1000)).toBe(true)
    expect(new Set(drawn.flat()).size).toBe(1000)
  })

  it('have the median and the smallest of their ratios, without those that were one token', () => {
    const before = cloudOf([0, 0], [1, 0], [0, 2], [0, 0])
    const after = cloudOf([0, 0], [3, 0], [0, 1], [9, 9])
    const three = [[0, 1], [0, 2], [0, 3]] as const // prettier-ignore
    expect(pairRatios(before, after, three)).toEqual({ median: 1.75, smallest: 0.5 })
    expect(pairRatios(before, after, [[0, 3]])).toBeNull()
  })
})

it('insideHull counts tokens that no coordinate takes outside', () => {
  const before = cloudOf([0, 0], [1, 1], [0, 1], [1, 0])
  expect(insideHull(before, before)).toBe(1)
  expect(insideHull(before, cloudOf([0.5, 0.5], [1.1, 0.5], [0.5, -0.1], [1, 1]))).toBe(0.5)
})

describe('labels', () => {
  const row = (...xs: number[]): Position[] => xs.map((x) => [x, 0])

  it('are pure where every neighbour has the same', () => {
    const left = Array.from({ length: 11 }, (_, index) => index)
    const right = left.map((x) => 100 + x)
    expect(labelPurity(row(...left, ...right), [...left.map(() => 0), ...right.map(() => 1)])).toBe(1)
  })

  it('share the last places among tokens at the same distance', () => {
    // all at one point: whoever is asked, 5 of the other 11 have the same label
    const same = row(...Array<number>(12).fill(3))
    const labels = same.map((_, index) => index % 2)
    expect(labelPurity(same, labels)).toBeCloseTo(5 / 11, 12)
  })

  it('have the silhouette of the formula', () => {
    // 0 and 1 of one label, 5 of another, which is alone
    const expected = ((5 - 1) / 5 + (4 - 1) / 4 + 0) / 3
    expect(silhouette(row(0, 1, 5), [0, 0, 1])).toBeCloseTo(expected, 12)
    expect(silhouette(row(0, 1, 5), [2, 2, 2])).toBeNull()
    expect(silhouette(row(4, 4, 4), [0, 0, 1])).toBe(0)
  })
})

describe.each(cloudShapes)('points in %s', (shape) => {
  it('depend on their seed alone', () => {
    const cloud = pointCloud(shape, 100, 7)
    expect(cloud).toMatchObject({ count: 100, width: 2 })
    expect(cloud.values).toHaveLength(200)
    expect(pointCloud(shape, 100, 7)).toEqual(cloud)
    if (shape !== 'grid') expect(pointCloud(shape, 100, 8).values).not.toEqual(cloud.values)
    expect(cloud.labels?.length ?? null).toBe(shape === 'clusters' || shape === 'moons' ? 100 : null)
  })
})
