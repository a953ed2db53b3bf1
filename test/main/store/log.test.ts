import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../../../src/main/store/index.ts'
import { aRun, anExperiment } from './records.ts'

let store: Store
beforeEach(() => {
  store = openStore(':memory:')
  store.insertExperiment(anExperiment(), [aRun(), aRun({ id: 'run-2', seed: 1 })])
})
afterEach(() => store.close())

const said = (run: string) => store.log(run).map(({ step, kind, message }) => [step, kind, message])

describe('the log of a run', () => {
  it('has every change of state with its reason, and nothing where a state stays', () => {
    store.updateRun('run-1', { state: 'preparing' })
    store.updateRun('run-1', { state: 'running', step: 3 })
    store.updateRun('run-1', { state: 'running', step: 7 })
    store.updateRun('run-1', { state: 'paused', endReason: 'It was paused on request.' })
    store.requeueRun('run-1')
    expect(said('run-1')).toEqual([
      [0, 'preparing', ''],
      [3, 'running', ''],
      [7, 'paused', 'It was paused on request.'],
      [7, 'queued', ''],
    ])
    expect(said('run-2')).toEqual([])
  })

  it('keeps what is added in its place, and stays when the run goes back', () => {
    store.updateRun('run-1', { state: 'running', step: 9 })
    store.appendLog('run-1', [
      { step: 9, kind: 'warning', message: 'The loss rose.' },
      { step: 9, kind: 'output', message: 'a line', at: '2026-11-22T06:00:00.000Z' },
    ])
    store.rewindRun('run-1', 2)
    expect(said('run-1')).toEqual([
      [9, 'running', ''],
      [9, 'warning', 'The loss rose.'],
      [9, 'output', 'a line'],
    ])
    const times = store.log('run-1').map(({ at }) => at)
    expect(times[2]).toBe('2026-11-22T06:00:00.000Z')
    for (const at of times) expect(new Date(at).toISOString()).toBe(at)
  })

  it('needs a run', () => {
    expect(() => store.appendLog('run-9', [{ step: 0, kind: 'note', message: '' }])).toThrow(/NOT NULL/)
  })
})
