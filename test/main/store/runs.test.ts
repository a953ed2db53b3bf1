import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { attentionAxesSchema } from '../../../src/shared/attention.ts'
import { runSchema } from '../../../src/shared/experiment.ts'
import { openStore } from '../../../src/main/store/index.ts'
import type { Store } from '../../../src/main/store/index.ts'
import { aRun, anExperiment } from './records.ts'

let store: Store
beforeEach(() => {
  store = openStore(':memory:')
})
afterEach(() => store.close())

describe('experiments and runs', () => {
  it('come back as they went in, oldest first', () => {
    const first = anExperiment()
    const second = anExperiment({ id: 'experiment-2', name: 'Ёлки "quoted"; DROP TABLE run', seeds: [7] })
    const runs = [
      aRun({ id: 'run-b' }),
      aRun({
        id: 'run-a',
        seed: 1,
        state: 'failed',
        device: 'cpu',
        threads: 2,
        parameters: 804_096,
        step: 250,
        trainLoss: 2.5,
        bestValidation: { step: 200, loss: 2.4 },
        lastValidation: { step: 250, loss: 2.45 },
        tokensPerSecond: 12_000.5,
        seconds: 61.25,
        etaSeconds: 90,
        startedAt: '2026-11-22T06:00:01.000Z',
        endedAt: '2026-11-22T06:01:02.000Z',
        error: { code: 'trainer-failed', message: 'It ended.', hint: 'Run it again.' },
      }),
      aRun({
        id: 'run-image',
        seed: 2,
        attention: 'my-own',
        axes: attentionAxesSchema.parse({ normaliser: 'sinkhorn', block: { norm: 'rms', residual: false } }),
        bestValidation: { step: 200, loss: 0.2, accuracy: 0.96 },
        lastValidation: { step: 250, loss: 0.21, accuracy: 0.97 },
        imagesPerSecond: 812.5,
      }),
    ]
    store.insertExperiment(first, runs)
    store.insertExperiment(second, [aRun({ id: 'run-c', experiment: second.id, dataset: 'another' })])

    expect(store.experiments()).toEqual([first, second])
    expect(store.experiment('experiment-2')).toEqual(second)
    expect(store.experiment('experiment-3')).toBeUndefined()
    expect(store.runs().map((run) => run.id)).toEqual(['run-b', 'run-a', 'run-image', 'run-c'])
    expect(store.runs({ experiment: first.id })).toEqual(runs)
    expect(store.run('run-a')).toEqual(runs[1])
    expect(store.run('run-z')).toBeUndefined()
    for (const run of store.runs()) expect(runSchema.parse(run)).toEqual(run)
  })

  it('are filtered by experiment and dataset together', () => {
    store.insertExperiment(anExperiment(), [aRun({ id: 'a', dataset: 'x' }), aRun({ id: 'b', dataset: 'y' })])
    store.insertExperiment(anExperiment({ id: 'e2' }), [aRun({ id: 'c', experiment: 'e2', dataset: 'x' })])
    const ids = (filter: Parameters<Store['runs']>[0]) => store.runs(filter).map((run) => run.id)
    expect(ids({ dataset: 'x' })).toEqual(['a', 'c'])
    expect(ids({ dataset: 'x', experiment: 'e2' })).toEqual(['c'])
    expect(ids({ dataset: 'z' })).toEqual([])
    expect(ids({})).toEqual(['a', 'b', 'c'])
  })

  it('are stored together or not at all', () => {
    expect(() => store.insertExperiment(anExperiment(), [aRun(), aRun()])).toThrow(/UNIQUE/)
    expect(store.experiments()).toEqual([])
    expect(store.runs()).toEqual([])
  })

  it('refuse a run of an experiment that is not there', () => {
    expect(() => store.insertExperiment(anExperiment(), [aRun({ experiment: 'other' })])).toThrow(
      /FOREIGN KEY/,
    )
  })
})

describe('updateRun', () => {
  beforeEach(() => store.insertExperiment(anExperiment(), [aRun(), aRun({ id: 'run-2', seed: 1 })]))

  it('changes the values it is given, those of that run only, and returns the whole run', () => {
    const updated = store.updateRun('run-1', {
      state: 'running',
      step: 10,
      bestValidation: { step: 10, loss: 3 },
      versions: { node: '24.21.0' },
    })
    const expected = aRun({
      state: 'running',
      step: 10,
      bestValidation: { step: 10, loss: 3 },
      versions: { node: '24.21.0' },
    })
    expect(updated).toEqual(expected)
    expect(store.run('run-1')).toEqual(expected)
    expect(store.run('run-2')).toEqual(aRun({ id: 'run-2', seed: 1 }))
  })

  it('clears a value with null and leaves an undefined one alone', () => {
    store.updateRun('run-1', {
      error: { code: 'internal', message: 'm', hint: 'h' },
      etaSeconds: 3,
      threads: 2,
    })
    const updated = store.updateRun('run-1', { error: null, etaSeconds: null, threads: undefined } as object)
    expect(updated).toEqual(aRun({ threads: 2 }))
  })

  it('returns the run as it is when nothing changes', () => {
    expect(store.updateRun('run-1', {})).toEqual(aRun())
  })

  it('stores a measurement that is not a number as null', () => {
    const updated = store.updateRun('run-1', {
      trainLoss: NaN,
      tokensPerSecond: Infinity,
      imagesPerSecond: NaN,
      lastValidation: { step: 50, loss: NaN, accuracy: 0.1 },
    })
    expect(updated).toEqual(aRun())
  })

  it('leaves nothing of a measurement that another replaces', () => {
    store.updateRun('run-1', { lastValidation: { step: 50, loss: 1, accuracy: 0.5 } })
    const lastValidation = { step: 60, loss: 2 }
    expect(store.updateRun('run-1', { lastValidation })).toEqual(aRun({ lastValidation }))
    expect(store.updateRun('run-1', { lastValidation: null })).toEqual(aRun())
  })

  it('names the run that is not there', () => {
    expect(() => store.updateRun('run-9', { step: 1 })).toThrow(
      expect.objectContaining({ code: 'unknown-run', message: expect.stringContaining('run-9') }),
    )
  })
})
