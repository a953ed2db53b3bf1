import { describe, expect, it } from 'vitest'
import { openStore } from '../../../src/main/store/index.ts'
import { createCurves, timed } from '../../../src/main/workbench/curves.ts'
import { aRun, anExperiment } from '../store/records.ts'

const at = (step: number) => ({ step, minimum: 1, maximum: 1, last: 1 })
const secondsOf = (steps: number[], times: [number, number][]) =>
  timed(steps.map(at), times).map(({ seconds }) => seconds)

describe('timed', () => {
  it('gives the recorded seconds, and between them the interpolated ones', () => {
    expect(secondsOf([0, 5, 10, 14, 20], [[0, 1], [10, 3], [20, 13]])).toEqual([1, 2, 3, 7, 13]) // prettier-ignore
  })

  it('gives none before the first and after the last recorded time, and none where nothing was recorded', () => {
    expect(secondsOf([1, 2, 3, 4], [[2, 5], [3, 6]])).toEqual([undefined, 5, 6, undefined]) // prettier-ignore
    expect(secondsOf([1], [])).toEqual([undefined])
  })
})

describe('readCurves', () => {
  it('reads more points than fit into a page, with nothing lost between pages', async () => {
    const store = openStore(':memory:')
    const run = aRun()
    store.insertExperiment(anExperiment(), [run])
    const count = 120_000
    const values = Array.from({ length: count }, (_, step) => ((step * 7919) % 10_007) / 1000)
    store.appendPoints(
      values.map((value, step) => ({ run: run.id, metric: 'train/loss', step: step + 1, value })),
    )
    store.appendPoints([
      { run: run.id, metric: 'time/seconds', step: 1, value: 0 },
      { run: run.id, metric: 'time/seconds', step: count, value: count - 1 },
    ])
    const { readCurves } = createCurves({ store, requireRun: () => run })
    const [curve] = await readCurves({ runs: [run.id], metric: 'train/loss', buckets: 100, time: true })
    store.close()
    const { buckets } = curve!
    expect(buckets).toHaveLength(100)
    expect(Math.min(...buckets.map(({ minimum }) => minimum!))).toBe(Math.min(...values))
    expect(Math.max(...buckets.map(({ maximum }) => maximum!))).toBe(Math.max(...values))
    expect(buckets.at(-1)).toMatchObject({ step: count, last: values.at(-1) })
    for (const { step, seconds } of buckets) expect(seconds).toBeCloseTo(step - 1, 6)
  })
})
