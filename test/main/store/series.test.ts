import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../../src/main/store/index.ts'
import type { Store } from '../../../src/main/store/index.ts'
import { aRun, anExperiment } from './records.ts'

let store: Store
beforeEach(() => {
  store = openStore(':memory:')
  store.insertExperiment(anExperiment(), [aRun(), aRun({ id: 'run-2', seed: 1 })])
})
afterEach(() => store.close())

const points = (values: [number, number][], metric = 'train/loss', run = 'run-1') =>
  values.map(([step, value]) => ({ run, metric, step, value }))

describe('points', () => {
  it('come back by metric with ascending steps, whatever the order of arrival', () => {
    store.appendPoints([
      ...points([[20, 2.5]]),
      ...points([[10, 3]]),
      ...points([[0, 4.17]], 'validation/loss'),
    ])
    store.appendPoints([...points([[30, 2.25]]), ...points([[5, 1]], 'train/loss', 'run-2')])
    expect(store.series('run-1')).toEqual({
      'train/loss': [
        [10, 3],
        [20, 2.5],
        [30, 2.25],
      ],
      'validation/loss': [[0, 4.17]],
    })
    expect(store.series('run-2')).toEqual({ 'train/loss': [[5, 1]] })
    expect(store.series('run-9')).toEqual({})
  })

  it('of a repeated step replace the earlier ones', () => {
    store.appendPoints(points([[10, 3], [20, 2]])) // prettier-ignore
    store.appendPoints(points([[20, 1.5]]))
    expect(store.series('run-1')).toEqual({ 'train/loss': [[10, 3], [20, 1.5]] }) // prettier-ignore
  })

  it('are written together or not at all', () => {
    const batch = [...points([[1, 1]], 'a new metric'), ...points([[1, 1]], 'train/loss', 'run-9')]
    expect(() => store.appendPoints(batch)).toThrow(expect.objectContaining({ code: 'unknown-run' }))
    expect(store.series('run-1')).toEqual({})
    store.appendPoints(points([[1, 1]], 'a new metric')) // the metric was rolled back too, and is begun afresh
    expect(store.series('run-1')).toEqual({ 'a new metric': [[1, 1]] })
  })

  it('that are not finite keep their step as NaN, and curves pass over them', () => {
    store.appendPoints(points([[1, 2], [2, NaN], [3, Infinity], [4, -Infinity], [5, 1]])) // prettier-ignore
    expect(store.series('run-1')['train/loss']).toEqual([[1, 2], [2, NaN], [3, NaN], [4, NaN], [5, 1]]) // prettier-ignore
    expect(store.curve('run-1', 'train/loss', 2)).toEqual([
      { step: 1, minimum: 2, maximum: 2, last: 2 },
      { step: 5, minimum: 1, maximum: 1, last: 1 },
    ])
  })

  it('have whole steps', () => {
    expect(() => store.appendPoints(points([[1.5, 1]]))).toThrow(/INTEGER/)
  })
})

describe('curve', () => {
  it('is empty for a run or a metric without points', () => {
    expect(store.curve('run-1', 'train/loss', 10)).toEqual([])
    expect(store.curve('run-9', 'train/loss', 10)).toEqual([])
  })

  it('gives every point when they fit, however unevenly they are spaced', () => {
    store.appendPoints(points([[0, 4], [1, 3], [2, 5], [1000, 1]])) // prettier-ignore
    expect(store.curve('run-1', 'train/loss', 4).map(({ step, last }) => [step, last])).toEqual([
      [0, 4],
      [1, 3],
      [2, 5],
      [1000, 1],
    ])
  })

  it('cuts the steps after the first into equal ranges and keeps the spike and the last value of each', () => {
    // steps 0 to 8 in 3 buckets: the first point, steps 1 to 4, steps 5 to 8
    const values = [4, 3, 9, 2, 2.5, 1, 0.5, 1.5, 1.25]
    store.appendPoints(points(values.map((value, step) => [step, value])))
    expect(store.curve('run-1', 'train/loss', 3)).toEqual([
      { step: 0, minimum: 4, maximum: 4, last: 4 },
      { step: 4, minimum: 2, maximum: 9, last: 2.5 },
      { step: 8, minimum: 0.5, maximum: 1.5, last: 1.25 },
    ])
  })

  it('preserves minimum, maximum, first and last of any series', () => {
    const value = fc.double({ noDefaultInfinity: true, noNaN: true })
    const series = fc.uniqueArray(fc.tuple(fc.nat(10_000_000), value), {
      selector: ([step]) => step,
      minLength: 1,
      maxLength: 60,
    })
    let trial = 0
    fc.assert(
      fc.property(series, fc.integer({ min: 2, max: 40 }), (recorded, buckets) => {
        const metric = `trial ${trial++}`
        store.appendPoints(points(recorded, metric))
        const curve = store.curve('run-1', metric, buckets)
        const ascending = recorded.toSorted(([a], [b]) => a - b)
        const at = new Map(ascending)

        expect(curve.length).toBeLessThanOrEqual(buckets)
        expect(curve.map((bucket) => bucket.step)).toEqual(
          curve.map((bucket) => bucket.step).toSorted((a, b) => a - b),
        )
        // each bucket is exactly the points after the bucket before it, up to its own step
        let after = -1
        for (const bucket of curve) {
          const inside = ascending.filter(([step]) => step > after && step <= bucket.step).map(([, y]) => y)
          expect(inside.length).toBeGreaterThan(0)
          expect(bucket.minimum === Math.min(...inside)).toBe(true)
          expect(bucket.maximum === Math.max(...inside)).toBe(true)
          expect(bucket.last === at.get(bucket.step)).toBe(true)
          after = bucket.step
        }
        expect(after).toBe(ascending.at(-1)![0])
        expect(curve[0]!.step).toBe(ascending[0]![0])
        if (recorded.length <= buckets) expect(curve).toHaveLength(recorded.length)
      }),
    )
  })
})
