/** What models make of a prompt and of images, as the store keeps it: samples and confusion matrices. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../../../src/main/store/index.ts'
import { aRun, anExperiment } from './records.ts'

let store: Store
beforeEach(() => {
  store = openStore(':memory:')
  store.insertExperiment(anExperiment(), [aRun(), aRun({ id: 'run-2', seed: 1 })])
})
afterEach(() => store.close())

const sample = (step: number, text = `text of ${step}\n"…"`) => ({ step, prompt: '\n', text })
const confusion = (step: number) => ({
  step,
  counts: [
    [step, 1],
    [0, 9],
  ],
})

describe('samples', () => {
  it('come by run in the order asked for, steps ascending', () => {
    store.appendSamples('run-1', [sample(20), sample(10)])
    store.appendSamples('run-2', [sample(10, 'other')])
    expect(store.samples(['run-2', 'run-1'])).toEqual([
      { run: 'run-2', ...sample(10, 'other') },
      { run: 'run-1', ...sample(10) },
      { run: 'run-1', ...sample(20) },
    ])
    expect(store.samples(['nowhere'])).toEqual([])
  })

  it('of a repeated step replace the earlier ones, as after a resume', () => {
    store.appendSamples('run-1', [sample(10), sample(10, 'again')])
    expect(store.samples(['run-1'])).toEqual([{ run: 'run-1', ...sample(10, 'again') }])
  })
})

describe('confusion matrices', () => {
  it('are those of a step, or of the latest', () => {
    store.appendConfusions('run-1', [confusion(20), confusion(10)])
    expect(store.confusion('run-1')).toEqual(confusion(20))
    expect(store.confusion('run-1', 10)).toEqual(confusion(10))
    expect(store.confusion('run-1', 15)).toBeUndefined()
    expect(store.confusion('run-2')).toBeUndefined()
  })

  it('of a repeated step replace the earlier ones', () => {
    store.appendConfusions('run-1', [confusion(10)])
    store.appendConfusions('run-1', [{ step: 10, counts: [[7]] }])
    expect(store.confusion('run-1')).toEqual({ step: 10, counts: [[7]] })
  })
})

it('both need a run', () => {
  expect(() => store.appendSamples('run-9', [sample(1)])).toThrow(/NOT NULL/)
  expect(() => store.appendConfusions('run-9', [confusion(1)])).toThrow(/NOT NULL/)
})

it('both are forgotten after the step from which a run continues, of that run only', () => {
  for (const run of ['run-1', 'run-2']) {
    store.appendSamples(
      run,
      [1, 2, 3].map((step) => sample(step)),
    )
    store.appendConfusions(run, [1, 2, 3].map(confusion))
  }
  store.rewindRun('run-1', 2)
  expect(store.samples(['run-1']).map(({ step }) => step)).toEqual([1, 2])
  expect(store.confusion('run-1')).toEqual(confusion(2))
  expect(store.samples(['run-2'])).toHaveLength(3)
  expect(store.confusion('run-2')).toEqual(confusion(3))
})
