import { expect, it } from 'vitest'
import { createRunNews } from '../../../src/renderer/logic/runNews.ts'
import type { Run, RunState } from '../../../src/shared/experiment.ts'

const run = (id: string, state: RunState, experiment = 'e') => ({ id, experiment, state }) as Run
const ended = (finished: number, failed: number, experiment = 'e') => ({
  ...{ kind: 'ended', experiment, finished, failed },
})

it('tells that an experiment has ended when its last run has, and counts', () => {
  const hear = createRunNews()
  for (const id of ['a', 'b']) expect(hear(run(id, 'queued'))).toEqual([])
  expect(hear(run('c', 'running', 'other'))).toEqual([])
  expect(hear(run('a', 'running'))).toEqual([])
  expect(hear(run('a', 'finished'))).toEqual([])
  expect(hear(run('b', 'finished'))).toEqual([ended(2, 0)])
  expect(hear(run('c', 'finished', 'other'))).toEqual([ended(1, 0, 'other')])
})

it('tells of each failure at once, and not twice of one that was alone', () => {
  const hear = createRunNews()
  for (const id of ['a', 'b', 'c']) hear(run(id, 'queued'))
  const failure = run('a', 'failed')
  expect(hear(failure)).toEqual([{ kind: 'failed', run: failure }])
  expect(hear(run('b', 'finished'))).toEqual([])
  const divergence = run('c', 'diverged')
  expect(hear(divergence)).toEqual([{ kind: 'failed', run: divergence }, ended(1, 2)])
  hear(run('d', 'running'))
  expect(hear(run('d', 'failed')).map(({ kind }) => kind)).toEqual(['failed'])
})

it('says nothing of what the person did, nor of a run that is only named anew', () => {
  const hear = createRunNews()
  hear(run('a', 'running'))
  expect(hear(run('a', 'stopped'))).toEqual([])
  hear(run('b', 'running'))
  expect(hear(run('b', 'paused'))).toEqual([])
  expect(hear(run('old', 'finished'))).toEqual([])
  expect(hear(run('old', 'failed'))).toEqual([])
})

it('tells again of a run that was resumed', () => {
  const hear = createRunNews()
  hear(run('a', 'running'))
  hear(run('a', 'paused'))
  hear(run('a', 'queued'))
  expect(hear(run('a', 'finished'))).toEqual([ended(1, 0)])
})
