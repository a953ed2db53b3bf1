import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketsOf } from '../../../src/main/compare/buckets.ts'
import { debiasedMean } from '../../../src/main/compare/smoothing.ts'

type Series = readonly [step: number, value: number][]
const curve = (series: Series, buckets: number, smoothing = 0) =>
  bucketsOf(
    series,
    { points: series.length, first: series[0]?.[0] ?? 0, last: series.at(-1)?.[0] ?? 0 },
    { buckets, smoothing },
  )
const range = (minimum: number | null, maximum: number | null, last: number | null) => ({
  ...{ minimum, maximum, last },
})

describe('bucketsOf', () => {
  it('is empty without points', () => {
    expect(curve([], 10)).toEqual([])
  })

  it('gives every point when they fit, however unevenly they are spaced', () => {
    const series: Series = [[0, 4], [1, 3], [2, 5], [1000, 1]] // prettier-ignore
    expect(curve(series, 4).map(({ step, last }) => [step, last])).toEqual(series)
  })

  it('cuts the steps after the first into equal ranges and keeps the spike and the last value of each', () => {
    // steps 0 to 8 in 3 buckets: the first point, steps 1 to 4, steps 5 to 8
    const values = [4, 3, 9, 2, 2.5, 1, 0.5, 1.5, 1.25]
    expect(
      curve(
        values.map((value, step) => [step, value]),
        3,
      ),
    ).toEqual([
      { step: 0, ...range(4, 4, 4) },
      { step: 4, ...range(2, 9, 2.5) },
      { step: 8, ...range(0.5, 1.5, 1.25) },
    ])
  })

  it('smooths every point before, and keeps what was measured beside it', () => {
    const values = [4, 3, 9, 2, 2.5, 1, 0.5, 1.5, 1.25]
    const smooth = values.map(debiasedMean(0.5))
    const result = curve(
      values.map((value, step) => [step, value]),
      3,
      0.5,
    )
    expect(result[1]).toEqual({
      ...{ step: 4, ...range(2, 9, 2.5) },
      smoothed: range(Math.min(...smooth.slice(1, 5)), Math.max(...smooth.slice(1, 5)), smooth[4]!),
    })
    expect(result[2]!.smoothed!.last).toBe(smooth[8])
  })

  it('leaves a gap where nothing finite was recorded, and passes over a hole within a bucket', () => {
    const gap = range(null, null, null)
    expect(curve([[1, 2], [2, NaN], [3, Infinity], [5, 1]], 4)).toEqual([
      { step: 1, ...range(2, 2, 2) },
      { step: 2, ...gap },
      { step: 3, ...gap },
      { step: 5, ...range(1, 1, 1) },
    ]) // prettier-ignore
    // steps 1 to 2 and 3 to 4: a hole at 2, nothing at 3 and 4
    expect(curve([[0, 5], [1, 2], [2, NaN], [3, NaN], [4, NaN]], 3, 0.5)).toEqual([
      { step: 0, ...range(5, 5, 5), smoothed: range(5, 5, 5) },
      { step: 1, ...range(2, 2, 2), smoothed: range(3, 3, 3) },
      { step: 4, ...gap, smoothed: gap },
    ]) // prettier-ignore
  })

  it('never loses an extreme, and its last value is that of the last point, for any series', () => {
    const value = fc.oneof(fc.double({ noDefaultInfinity: true, noNaN: true }), fc.constant(NaN))
    const recorded = fc.uniqueArray(fc.tuple(fc.nat(10_000_000), value), {
      selector: ([step]) => step,
      minLength: 1,
      maxLength: 60,
    })
    fc.assert(
      fc.property(recorded, fc.integer({ min: 2, max: 40 }), (points, buckets) => {
        const series = points.toSorted(([a], [b]) => a - b)
        const result = curve(series, buckets)
        expect(result.length).toBeLessThanOrEqual(buckets)
        if (series.length <= buckets) expect(result).toHaveLength(series.length)
        const steps = result.map(({ step }) => step)
        expect(steps).toEqual(steps.toSorted((a, b) => a - b))

        const finite = series.filter(([, y]) => Number.isFinite(y))
        const drawn = result.filter(({ last }) => last !== null)
        // each bucket is exactly the finite points after the bucket before it, up to its own step
        let after = -1
        for (const bucket of drawn) {
          const inside = finite.filter(([step]) => step > after && step <= bucket.step).map(([, y]) => y)
          expect(bucket.minimum === Math.min(...inside)).toBe(true)
          expect(bucket.maximum === Math.max(...inside)).toBe(true)
          expect(bucket.last === inside.at(-1)).toBe(true)
          after = bucket.step
        }
        expect(drawn.at(-1)?.step).toBe(finite.at(-1)?.[0])
      }),
    )
  })
})
