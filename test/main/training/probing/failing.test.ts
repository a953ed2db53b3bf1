/** Statistics never take training down: a thread that fails ends the measuring, and the run says so. */
import { expect, it, vi } from 'vitest'
import { smallDataset, tinyConfiguration } from '../../../support/dataset.ts'
import { taskOf, trainHere } from '../../../support/training.ts'

vi.mock('../../../../src/main/training/probing/thread.ts', () => ({
  openThread: () => ({
    measure: () => Promise.reject(new Error('out of memory')),
    close: () => Promise.resolve(),
  }),
}))

it('a run whose measuring fails goes on to its end, with one alert', async () => {
  const data = await smallDataset()
  const configuration = { ...tinyConfiguration, statistics: 'light' }
  const { outcome, record } = await trainHere(taskOf(data, 'failing', { configuration }))
  expect(outcome).toBe('finished')
  expect(record.alerts).toEqual([
    {
      step: 0,
      code: 'statistics-failed',
      message: 'Hidden states could not be measured: out of memory',
    },
  ])
  expect(record.measurements).toEqual([])
  expect(record.points.get('validation/loss@20')).toBeGreaterThan(0)
  await data.remove()
})
