import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../../../src/main/store/index.ts'
import { resumableStates, runStates, type Alert } from '../../../src/shared/experiment.ts'
import { aRun, anExperiment } from './records.ts'

let store: Store
beforeEach(() => {
  store = openStore(':memory:')
  store.insertExperiment(anExperiment(), [aRun(), aRun({ id: 'run-2', seed: 1 })])
})
afterEach(() => store.close())

const spike = (step: number, message = `at "${step}"`): Alert => ({ step, code: 'loss-spike', message })

describe('alerts', () => {
  it('come with their run, steps ascending, however the run is read', () => {
    store.appendAlerts('run-1', [spike(300), spike(200)])
    store.appendAlerts('run-1', [{ step: 300, code: 'checkpoint-failed', message: 'disk full' }])
    const alerts = [spike(200), { step: 300, code: 'checkpoint-failed', message: 'disk full' }, spike(300)]
    expect(store.run('run-1')!.alerts).toEqual(alerts)
    expect(store.runs().map((run) => run.alerts)).toEqual([alerts, []])
    expect(store.updateRun('run-1', { step: 301 }).alerts).toEqual(alerts)
    expect(store.updateRun('run-1', {}).alerts).toEqual(alerts)
  })

  it('of a repeated step and code replace the earlier ones, as after a resume', () => {
    store.appendAlerts('run-1', [spike(200)])
    store.appendAlerts('run-1', [spike(200, 'again')])
    expect(store.run('run-1')!.alerts).toEqual([spike(200, 'again')])
  })

  it('need a run', () => {
    expect(() => store.appendAlerts('run-9', [spike(1)])).toThrow(/NOT NULL/)
  })
})

describe('rewindRun', () => {
  it('forgets what lies after a step, of that run only', () => {
    for (const run of ['run-1', 'run-2']) {
      store.appendPoints([1, 2, 3].map((step) => ({ run, metric: 'train/loss', step, value: step })))
      store.appendAlerts(run, [spike(2), spike(3)])
      store.updateRun(run, { step: 3 })
    }
    store.rewindRun('run-1', 2)
    expect(store.series('run-1')).toEqual({ 'train/loss': [[1, 1], [2, 2]] }) // prettier-ignore
    expect(store.run('run-1')).toMatchObject({ step: 2, alerts: [spike(2)] })
    expect(store.series('run-2')['train/loss']).toHaveLength(3)
    expect(store.run('run-2')).toMatchObject({ step: 3, alerts: [spike(2), spike(3)] })
    store.rewindRun('run-1', 9)
    expect(store.run('run-1')!.step).toBe(2)
  })
})

describe('requeueRun', () => {
  it.each(runStates)('of a run that is %s', (state) => {
    const error = { code: 'x', message: 'y', hint: 'z' }
    const before = store.updateRun('run-1', {
      state,
      step: 7,
      threads: 2,
      endedAt: '2026-11-22T07:00:00.000Z',
      error,
    })
    const after = store.requeueRun('run-1')
    if (!resumableStates.has(state)) expect([after, store.run('run-1')]).toEqual([undefined, before])
    else expect(after).toEqual({ ...before, state: 'queued', endedAt: null, error: null })
    expect(store.requeueRun('run-1')).toBeUndefined() // it is queued, or never was to be
  })
})
