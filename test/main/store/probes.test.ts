import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../../../src/main/store/index.ts'
import { thin } from '../../../src/main/store/probes.ts'
import { aRun, anExperiment } from './records.ts'

let store: Store
beforeEach(() => {
  store = openStore(':memory:')
  store.insertExperiment(anExperiment(), [aRun(), aRun({ id: 'run-2', seed: 1 })])
})
afterEach(() => store.close())

/** Ten bytes that say the step. */
const probe = (step: number, bytes = 10) => ({ step, bytes: new Uint8Array(bytes).fill(step % 256) })
const steps = (run = 'run-1') => store.probes(run).map(({ step }) => step)
const unlimited = 1e9

describe('probes', () => {
  it('are those of a step, or of the latest', () => {
    for (const step of [20, 0, 10]) store.appendProbe('run-1', probe(step), unlimited)
    expect(store.probes('run-1')).toEqual([0, 10, 20].map((step) => ({ step, bytes: 10 })))
    const latest = store.probe('run-1')!
    expect([latest.step, [...latest.bytes]]).toEqual([20, [...probe(20).bytes]])
    expect([...store.probe('run-1', 10)!.bytes]).toEqual([...probe(10).bytes])
    expect(store.probe('run-1', 15)).toBeUndefined()
    expect(store.probe('run-2')).toBeUndefined()
    expect(store.probes('run-2')).toEqual([])
  })

  it('of a repeated step replace the earlier ones', () => {
    for (const bytes of [30, 40]) store.appendProbe('run-1', probe(10, bytes), 45)
    expect(store.probes('run-1')).toEqual([{ step: 10, bytes: 40 }])
    expect(store.probe('run-1')!.bytes).toHaveLength(40)
  })

  it('need a run', () =>
    expect(() => store.appendProbe('run-9', probe(1), unlimited)).toThrow(
      expect.objectContaining({ code: 'unknown-run' }),
    ))

  it('are forgotten after the step from which a run continues, of that run only', () => {
    for (const run of ['run-1', 'run-2'])
      for (const step of [0, 10, 20]) store.appendProbe(run, probe(step), unlimited)
    store.rewindRun('run-1', 10)
    expect(steps('run-1')).toEqual([0, 10])
    expect(steps('run-2')).toEqual([0, 10, 20])
  })

  it('are thinned from the oldest on where they are too many; the first and the last stay', () => {
    const after: number[][] = []
    for (let step = 0; step <= 8; step++) {
      store.appendProbe('run-1', probe(step), 50)
      after.push(steps())
    }
    expect(after.slice(4)).toEqual([
      [0, 1, 2, 3, 4],
      [0, 2, 3, 4, 5],
      [0, 2, 4, 5, 6],
      [0, 2, 4, 6, 7],
      [0, 2, 4, 6, 8],
    ])
    for (let step = 9; step <= 16; step++) store.appendProbe('run-1', probe(step), 50)
    expect(steps()).toEqual([0, 4, 8, 12, 16])
  })

  it('are not kept where none would fit, and the earlier ones stay', () => {
    store.appendProbe('run-1', probe(0), 20)
    store.appendProbe('run-1', probe(1, 21), 20)
    expect(steps()).toEqual([0])
    store.appendProbe('run-2', probe(0), 0)
    expect(steps('run-2')).toEqual([])
    store.appendProbe('run-1', probe(2, 15), 20) // the two do not fit together
    expect(steps()).toEqual([2])
  })
})

describe('thin', () => {
  it('keeps within the limit, drops no more than it must, and never the first or the last of two that fit', () => {
    const sizes = fc.uniqueArray(fc.record({ step: fc.nat(1000), bytes: fc.integer({ min: 1, max: 100 }) }), {
      selector: ({ step }) => step,
      minLength: 1,
      maxLength: 30,
    })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 2000 }), (unordered, limit) => {
        const probes = unordered.toSorted((a, b) => a.step - b.step)
        const kept = thin(probes, limit)
        const total = (some: typeof probes) => some.reduce((sum, { bytes }) => sum + bytes, 0)
        expect(total(kept)).toBeLessThanOrEqual(limit)
        expect(probes.filter((one) => kept.includes(one))).toEqual(kept)
        if (total(probes) <= limit) expect(kept).toEqual(probes)
        const [first, last] = [probes[0]!, probes.at(-1)!]
        if (last.bytes <= limit) expect(kept.at(-1)).toBe(last)
        if (total([first, last]) <= limit && probes.length > 1) expect(kept[0]).toBe(first)
      }),
    )
  })
})
