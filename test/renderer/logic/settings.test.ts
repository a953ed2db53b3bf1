import { expect, it } from 'vitest'
import { describeThreads } from '../../../src/renderer/logic/settings.ts'
import { threadsPerRun } from '../../../src/main/training/queue.ts'

it.each([
  [2, 4],
  [8, 1],
  [8, 3],
  [16, 16],
])('says of %i cores and %i runs what the queue does', (cores, runs) => {
  const threads = threadsPerRun(cores, runs, runs)
  expect(describeThreads(cores, runs)).toContain(`${threads} ${threads === 1 ? 'thread' : 'threads'}`)
})
