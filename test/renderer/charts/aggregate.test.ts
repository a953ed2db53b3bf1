import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aggregateSeeds, hasBand, bestIndex, nearestIndex } from '../../../src/renderer/charts/aggregate.ts'

const curve = (...points: [step: number, value: number][]) =>
  points.map(([step, last]) => ({ step, minimum: last, maximum: last, last }))

describe('aggregateSeeds', () => {
  it('gives mean, range and count of seeds measured at the same steps', () => {
    expect(aggregateSeeds([curve([0, 4], [10, 2]), curve([0, 4], [10, 3])])).toEqual({
      steps: [0, 10],
      mean: [4, 2.5],
      lower: [4, 2],
      upper: [4, 3],
      count: [2, 2],
    })
  })

  it('averages only the seeds that reach a step', () => {
    const { mean, count } = aggregateSeeds([curve([0, 4], [10, 2], [20, 1]), curve([0, 2])])
    expect(mean).toEqual([3, 2, 1])
    expect(count).toEqual([2, 1, 1])
  })

  it('interpolates a seed between its points, never beyond them', () => {
    const { steps, mean, count } = aggregateSeeds([curve([0, 0], [10, 10]), curve([5, 1], [20, 1])])
    expect(steps).toEqual([0, 5, 10, 20])
    expect(mean).toEqual([0, 3, 5.5, 1])
    expect(count).toEqual([1, 2, 2, 1])
  })

  it('carries the range within a bucket', () => {
    const { lower, upper } = aggregateSeeds([[{ step: 5, minimum: 1, maximum: 3, last: 2 }], curve([5, 2.5])])
    expect([lower, upper]).toEqual([[1], [3]])
  })

  it('leaves gaps: a seed counts neither in its own nor next to them, and where no seed counts there is no line', () => {
    const gap = (step: number) => ({ step, minimum: null, maximum: null, last: null })
    const holed = [...curve([0, 4], [10, 2]), gap(20), ...curve([30, 1])]
    expect(aggregateSeeds([holed])).toEqual({
      steps: [0, 10, 20, 30],
      mean: [4, 2, NaN, 1],
      lower: [4, 2, NaN, 1],
      upper: [4, 2, NaN, 1],
      count: [1, 1, 0, 1],
    })
    const whole = curve([0, 2], [15, 5], [25, 5], [30, 3])
    expect(aggregateSeeds([holed, whole])).toMatchObject({
      steps: [0, 10, 15, 20, 25, 30],
      mean: [3, 3, 5, 5, 5, 2],
      count: [2, 2, 1, 1, 1, 2],
    })
  })

  it('is empty for no points', () => {
    expect(aggregateSeeds([]).steps).toEqual([])
    expect(aggregateSeeds([[], []]).mean).toEqual([])
  })

  it('keeps every mean within its band, for any curves', () => {
    const points = fc
      .dictionary(fc.nat(50).map(String), fc.double({ min: 0, max: 10, noNaN: true }))
      .map((record) =>
        curve(
          ...Object.entries(record)
            .map(([step, value]): [number, number] => [Number(step), value])
            .sort(([a], [b]) => a - b),
        ),
      )
    fc.assert(
      fc.property(fc.array(points, { maxLength: 5 }), (curves) => {
        const { mean, lower, upper, count } = aggregateSeeds(curves)
        mean.forEach((value, index) => {
          expect(count[index]).toBeGreaterThan(0)
          expect(value).toBeGreaterThanOrEqual(lower[index]! - 1e-9)
          expect(value).toBeLessThanOrEqual(upper[index]! + 1e-9)
        })
      }),
    )
  })

  it('has a band only where values differ', () => {
    expect(hasBand(aggregateSeeds([curve([0, 1])]))).toBe(false)
    expect(hasBand(aggregateSeeds([curve([0, 1]), curve([0, 2])]))).toBe(true)
  })
})

describe('finding points', () => {
  it('finds the nearest step', () => {
    expect([-5, 0, 14, 16, 99].map((step) => nearestIndex([0, 10, 20], step))).toEqual([0, 0, 1, 2, 2])
    expect(nearestIndex([], 3)).toBe(-1)
  })
  it('finds the best mean, the first of several, and passes over what is no number', () => {
    expect(bestIndex(aggregateSeeds([curve([0, 3], [1, 1], [2, 2])]), 'lower')).toBe(1)
    expect(bestIndex(aggregateSeeds([curve([0, 3], [1, 1], [2, 3])]), 'higher')).toBe(0)
    expect(bestIndex(aggregateSeeds([curve([0, NaN], [1, 4])]), 'lower')).toBe(1)
    expect(bestIndex(aggregateSeeds([]), 'lower')).toBe(-1)
  })
})
