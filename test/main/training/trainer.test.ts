import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { timeMetric, type Alert } from '../../../src/shared/experiment.ts'
import type { MetricPoint, RunProgress, TrainingTask } from '../../../src/main/training/messages.ts'
import { train } from '../../../src/main/training/trainer.ts'
import { smallDataset, tinyConfiguration, type SmallDataset } from '../../support/dataset.ts'
import { taskOf } from '../../support/training.ts'

let data: SmallDataset
beforeAll(async () => {
  data = await smallDataset()
})
afterAll(() => data.remove())

let runs = 0
async function run(changes: Partial<TrainingTask> = {}, signal = new AbortController().signal) {
  const points: MetricPoint[] = []
  const times: MetricPoint[] = []
  const alerts: Alert[] = []
  let progress: RunProgress = {}
  const task = taskOf(data, String(++runs), changes)
  const outcome = await train(
    task,
    (report) => {
      points.push(...report.points.filter(({ metric }) => metric !== timeMetric))
      times.push(...report.points.filter(({ metric }) => metric === timeMetric))
      alerts.push(...report.alerts)
      progress = { ...progress, ...report.progress }
    },
    signal,
  ).catch((error: unknown) => error)
  const series = (metric: string) => points.filter((point) => point.metric === metric)
  return { outcome, points, times, alerts, progress, series }
}

describe('a run', () => {
  it('records every step and every evaluation, and the best and last of them', async () => {
    const { outcome, progress, series, times } = await run()
    expect(outcome).toBe('finished')
    expect(series('train/loss').map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(series('validation/loss').map(({ step }) => step)).toEqual([0, 10, 20])
    const losses = series('validation/loss').map(({ value }) => value)
    expect(losses[0]).toBeCloseTo(Math.log(data.dataset.vocabulary), 1)
    expect(losses[2]).toBeLessThan(losses[0]!)
    expect(progress.bestValidation!.loss).toBe(Math.min(...losses))
    expect(progress.lastValidation).toEqual({ step: 20, loss: losses[2] })
    expect(progress).toMatchObject({ state: 'running', step: 20, device: 'cpu', threads: 2, etaSeconds: 0 })
    expect(progress.parameters).toBe(
      data.dataset.vocabulary * 16 + 16 * 16 + (16 + 16 * 48 + 16 * 16 + 16 + 2 * 16 * 64) + 16,
    )
    expect(progress.tokensPerSecond).toBeGreaterThan(0)
    expect(progress.operations!.backward).toBeGreaterThan(progress.operations!.forward)
    // the clock: from before the first step to the last one, and never back
    expect([times[0]!.step, times.at(-1)!.step]).toEqual([0, 20])
    const seconds = times.map(({ value }) => value)
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b))
    expect(seconds.at(-1)).toBe(progress.seconds)
  })

  it('has told everything that is recorded before it begins what takes long: an evaluation, a sample', async () => {
    const reports: MetricPoint[][] = []
    await train(taskOf(data, 'told'), ({ points }) => reports.push([...points]), new AbortController().signal)
    for (const step of [10, 20]) {
      const evaluated = reports.findIndex((points) =>
        points.some((point) => point.metric === 'validation/loss' && point.step === step),
      )
      const before = reports.slice(0, evaluated).flat()
      expect(before.filter(({ metric }) => metric === 'train/loss')).toHaveLength(step)
    }
  })

  it('repeats bit for bit with the same seed and threads, and differs with another seed', async () => {
    const first = await run()
    const again = await run()
    const other = await run({ seed: 1 })
    expect(again.points).toEqual(first.points)
    expect(other.series('train/loss')[0]!.value).not.toBe(first.series('train/loss')[0]!.value)
  })

  it('starts every variant of a seed from the same weights and shows it the same batches', async () => {
    const standard = await run()
    const neutral = await run({ attention: 'exponential-family' }) // Σ = 0 and uniform π at the start
    expect(neutral.series('train/loss')[0]!.value).toBeCloseTo(standard.series('train/loss')[0]!.value, 6)
  })

  it('agrees with the reference device', async () => {
    const configuration = { ...tinyConfiguration, steps: 4, evaluationInterval: 2 }
    for (const attention of ['standard', 'laplacian', 'exponential-family']) {
      const compiled = await run({ attention, configuration })
      const eager = await run({ attention, configuration, device: 'reference' })
      expect(eager.points.length).toBe(compiled.points.length)
      eager.points.forEach(({ metric, step, value }, index) =>
        expect(compiled.points[index]!.value / value, `${attention} ${metric} ${step}`).toBeCloseTo(1, 4),
      )
    }
  })

  it('keeps what it has when it is stopped', async () => {
    const stopping = new AbortController()
    const configuration = { ...tinyConfiguration, steps: 100_000, evaluationInterval: 100_000 }
    const running = run({ configuration }, stopping.signal)
    setTimeout(() => stopping.abort(), 300)
    const { outcome, progress, series } = await running
    expect(outcome).toBe('stopped')
    expect(progress.step).toBeGreaterThan(0)
    expect(series('train/loss').at(-1)!.step).toBe(progress.step)
  })

  it('ends as diverged with the step named, and keeps the points before it', async () => {
    const configuration = {
      ...tinyConfiguration,
      learningRate: 10,
      warmupSteps: 0,
      clipNorm: 0,
      weightDecay: 10,
      steps: 500,
    }
    const { outcome, series } = await run({ configuration })
    expect(outcome).toMatchObject({ code: 'diverged', message: expect.stringMatching(/at step \d+/) })
    expect(series('train/loss').length).toBeGreaterThan(0)
    expect(series('train/loss').every(({ value }) => Number.isFinite(value))).toBe(true)
  })
})
