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

  it('that are not finite keep their step as NaN', () => {
    store.appendPoints(points([[1, 2], [2, NaN], [3, Infinity], [4, -Infinity], [5, 1]])) // prettier-ignore
    const recorded = [[1, 2], [2, NaN], [3, NaN], [4, NaN], [5, 1]] // prettier-ignore
    expect(store.series('run-1')['train/loss']).toEqual(recorded)
    expect(store.pointsAfter('run-1', 'train/loss', -1, 10)).toEqual(recorded)
    expect(store.pointsAfter('run-1', 'train/loss', 1, 2)).toEqual(recorded.slice(1, 3))
    expect(store.points('run-1', 'train/loss')).toEqual([[1, 2], [5, 1]]) // prettier-ignore
  })

  it('have whole steps', () => {
    expect(() => store.appendPoints(points([[1.5, 1]]))).toThrow(/INTEGER/)
  })
})

describe('lastStep', () => {
  it('is that of the last point, and of nothing where there is none', () => {
    store.appendPoints(points([[20, 1], [5, NaN], [7, 2]])) // prettier-ignore
    expect(store.lastStep('run-1', 'train/loss')).toBe(20)
    expect(store.lastStep('run-2', 'train/loss')).toBeUndefined()
    expect(store.lastStep('run-1', 'validation/loss')).toBeUndefined()
  })
})
