import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../../../src/main/store/index.ts'
import type { Measurement } from '../../../src/shared/statistics.ts'
import { aRun, anExperiment } from './records.ts'

let store: Store
beforeEach(() => {
  store = openStore(':memory:')
  store.insertExperiment(anExperiment(), [aRun(), aRun({ id: 'run-2', seed: 1 })])
})
afterEach(() => store.close())

const measurement = (changes: Partial<Measurement> = {}): Measurement => ({
  step: 0,
  layer: 0,
  tap: 'hook_resid_post',
  head: null,
  statistic: 'mean-norm',
  value: 1.5,
  ...changes,
})

describe('measurements', () => {
  it('come back as they went in: by step, layer, tap, head and statistic, none before the first', () => {
    const entropy = { tap: 'attn.hook_pattern', statistic: 'entropy' }
    const ordered = [
      measurement({ layer: null, tap: 'hook_embed' }),
      measurement({ tap: 'attn.hook_pattern', head: null, statistic: 'entropy' }),
      measurement({ ...entropy, head: 0, value: 0.25 }),
      measurement({ ...entropy, head: 1, value: null }),
      measurement({ value: -7e-30 }),
      measurement({ statistic: 'participation-ratio' }),
      measurement({ layer: 1 }),
      measurement({ step: 10, layer: null, tap: 'hook_embed' }),
    ]
    store.appendMeasurements('run-1', ordered.toReversed())
    expect(store.measurements('run-1')).toEqual(ordered)
    expect(store.measurements('run-2')).toEqual([])
    expect(store.measurements('nowhere')).toEqual([])
  })

  it('are filtered by every part of their place, and by no layer or head', () => {
    const all = [null, 0, 1].flatMap((layer) =>
      [null, 0, 1].flatMap((head) =>
        ['a', 'b'].flatMap((tap) =>
          ['x', 'y'].flatMap((statistic) =>
            [0, 5].map((step) => measurement({ step, layer, head, tap, statistic })),
          ),
        ),
      ),
    )
    store.appendMeasurements('run-1', all)
    store.appendMeasurements('run-2', [measurement({ tap: 'a', statistic: 'x' })])
    const found = (filter: Parameters<Store['measurements']>[1]) => store.measurements('run-1', filter)
    expect(found({})).toHaveLength(72)
    expect(found({ statistic: 'x', tap: 'b', layer: 1, head: 0, step: 5 })).toEqual([
      measurement({ statistic: 'x', tap: 'b', layer: 1, head: 0, step: 5 }),
    ])
    for (const [filter, count] of [
      [{ statistic: 'x' }, 36],
      [{ tap: 'a' }, 36],
      [{ layer: 1 }, 24],
      [{ layer: null }, 24],
      [{ head: null, step: 0 }, 12],
      [{ statistic: 'z' }, 0],
    ] as const) {
      const chosen = found(filter)
      expect(chosen).toHaveLength(count)
      for (const one of chosen) expect(one).toMatchObject(filter)
    }
  })

  it('of a repeated place and step replace the earlier ones, as after a resume', () => {
    store.appendMeasurements('run-1', [measurement(), measurement({ layer: null })])
    store.appendMeasurements('run-1', [measurement({ value: 2 }), measurement({ layer: null, value: null })])
    expect(store.measurements('run-1').map(({ value }) => value)).toEqual([null, 2])
  })

  it('that are no numbers are undefined', () => {
    store.appendMeasurements('run-1', [
      measurement({ value: NaN }),
      measurement({ layer: 1, value: -Infinity }),
    ])
    expect(store.measurements('run-1').map(({ value }) => value)).toEqual([null, null])
  })

  it('are written together or not at all, and need a run', () => {
    const halves = [measurement({ tap: 'new' }), measurement({ step: 1.5 })]
    expect(() => store.appendMeasurements('run-1', halves)).toThrow(/INTEGER/)
    expect(store.measurements('run-1')).toEqual([])
    store.appendMeasurements('run-1', [measurement({ tap: 'new' })]) // its name was rolled back too
    expect(store.measurements('run-1', { tap: 'new' })).toHaveLength(1)
    expect(() => store.appendMeasurements('run-9', [])).toThrow(
      expect.objectContaining({ code: 'unknown-run' }),
    )
  })

  it('say where and when some runs were measured, each place once', () => {
    store.appendMeasurements(
      'run-1',
      [0, 10].map((step) => measurement({ step })),
    )
    store.appendMeasurements('run-2', [
      measurement({ step: 20 }),
      measurement({ step: 20, layer: null, head: 3, tap: 'attn' }),
    ])
    const place = ({ statistic, tap, layer, head }: Measurement) => ({ statistic, tap, layer, head })
    const [shared, alone] = [measurement(), measurement({ layer: null, head: 3, tap: 'attn' })].map(place)
    expect(store.measuredPlaces(['run-1', 'run-2'])).toEqual([alone, shared])
    expect(store.measuredPlaces(['run-1'])).toEqual([shared])
    expect(store.measuredSteps(['run-1', 'run-2'])).toEqual([0, 10, 20])
    expect(store.measuredPlaces([])).toEqual([])
    expect(store.measuredSteps(['nowhere'])).toEqual([])
  })

  it('are forgotten after the step from which a run continues, of that run only', () => {
    for (const run of ['run-1', 'run-2'])
      store.appendMeasurements(
        run,
        [0, 10, 20].map((step) => measurement({ step })),
      )
    store.rewindRun('run-1', 10)
    expect(store.measuredSteps(['run-1'])).toEqual([0, 10])
    expect(store.measuredSteps(['run-2'])).toEqual([0, 10, 20])
  })

  it('come in one transaction of a hundred thousand', () => {
    const many = Array.from({ length: 100_000 }, (_, index) =>
      measurement({
        step: 250 * (index % 40),
        layer: Math.floor(index / 40) % 10,
        head: Math.floor(index / 400) % 10,
        tap: `tap ${Math.floor(index / 4000) % 5}`,
        statistic: `statistic ${Math.floor(index / 20_000)}`,
        value: index / 7,
      }),
    )
    store.appendMeasurements('run-1', many)
    const back = store.measurements('run-1')
    expect(back).toHaveLength(many.length)
    const keyOf = ({ value: _, ...place }: Measurement) => JSON.stringify(place)
    const values = new Map(back.map((one) => [keyOf(one), one.value]))
    expect(many.every((one) => values.get(keyOf(one)) === one.value)).toBe(true)
    expect(
      store.measurements('run-1', { statistic: 'statistic 3', tap: 'tap 1', layer: 4, head: 2 }),
    ).toHaveLength(40)
    expect(store.measuredPlaces(['run-1'])).toHaveLength(2500)
  })
})
