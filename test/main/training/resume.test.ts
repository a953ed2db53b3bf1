/** Stop, kill, damage, resume: the end is that of an uninterrupted run, bit for bit. */
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uniformAt } from '../../../src/main/engine/random.ts'
import { readCheckpoint } from '../../../src/main/training/checkpoint.ts'
import type { TrainingTask } from '../../../src/main/training/messages.ts'
import { smallDataset, tinyConfiguration, type SmallDataset } from '../../support/dataset.ts'
import {
  checkpointFiles,
  finalState,
  newest,
  Record,
  taskOf,
  trainHere,
  trainInProcess,
} from '../../support/training.ts'

const configuration = {
  ...tinyConfiguration,
  ...{ steps: 30, evaluationInterval: 5, sampleInterval: 13, dropout: 0.1 },
}
let data: SmallDataset
/** What an uninterrupted run ends with, by attention. */
interface Whole extends Pick<Record, 'series' | 'samples'> {
  readonly state: Awaited<ReturnType<typeof finalState>>
}
const whole = new Map<string, Whole>()
const attentions = ['standard', 'laplacian', 'exponential-family']

beforeAll(async () => {
  data = await smallDataset()
  for (const attention of attentions) {
    const task = taskOf(data, `whole ${attention}`, { configuration, attention })
    const { outcome, record } = await trainHere(task)
    expect(outcome).toBe('finished')
    expect(record.samples.map(({ step }) => step)).toEqual([13, 26, 30])
    const { series, samples } = record
    whole.set(attention, { series, samples, state: await finalState(task) })
  }
})
afterAll(() => data.remove())

function pointOf([key, value]: [string, number]) {
  const [metric, step] = key.split('@') as [string, string]
  return { metric, step: Number(step), value }
}

async function expectWhole(task: TrainingTask, record: Record): Promise<void> {
  const { series, samples, state } = whole.get(task.attention)!
  expect(record.series).toEqual(series)
  expect(record.samples).toEqual(samples)
  const { tensors, ...content } = await finalState(task)
  const { tensors: expected, ...expectedContent } = state
  expect(content).toEqual(expectedContent)
  expect(Object.keys(tensors)).toEqual(Object.keys(expected))
  for (const [name, { numbers }] of Object.entries(tensors))
    expect(Buffer.from(numbers.buffer).equals(Buffer.from(expected[name]!.numbers.buffer)), name).toBe(true)
}

describe('a run that is stopped and resumed', () => {
  it.each(attentions.flatMap((attention) => [1, 5, 13].map((step) => [attention, step] as const)))(
    '%s, at step %i',
    async (attention, stopAt) => {
      const task = taskOf(data, `stop ${attention} ${stopAt}`, { configuration, attention })
      const { outcome, record } = await trainHere(task, { stopAt })
      expect([outcome, record.progress.step]).toEqual(['stopped', stopAt])
      expect((await finalState(task)).step).toBe(stopAt)
      expect((await trainHere(task, { record })).outcome).toBe('finished')
      await expectWhole(task, record)
    },
  )

  it('goes on from an older checkpoint where not everything before the newest was recorded', async () => {
    const task = taskOf(data, 'recorded', { configuration })
    const { record } = await trainHere(task, { stopAt: 7 })
    const heard = new Record(7)
    heard.take({
      points: [...record.series].map(pointOf),
      alerts: [],
      confusions: [],
      samples: [],
      measurements: [],
      probes: [],
      progress: {},
    })
    await trainHere(task, { record, stopAt: 12 }) // what it says of steps 8 to 12 is lost with its process
    expect((await trainHere(task, { record: heard })).outcome).toBe('finished')
    await expectWhole(task, heard)
    expect(heard.alerts).toEqual([])
  })

  it('goes on where it was, and counts the time of both', async () => {
    const task = taskOf(data, 'time', { configuration })
    const { record } = await trainHere(task, { stopAt: 20 })
    const { seconds, bestValidation } = record.progress
    const later = new Record(20)
    await trainHere(task, { record: later })
    const steps = later.series
      .filter(([key]) => key.startsWith('train/loss'))
      .map(([key]) => key.split('@')[1])
    expect(steps.map(Number).sort((a, b) => a - b)).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30])
    expect(later.progress.seconds).toBeGreaterThan(seconds!)
    expect(bestValidation!.loss).toBeGreaterThanOrEqual(later.progress.bestValidation!.loss)
  })

  it('forgets what was recorded after its checkpoint', async () => {
    const rare = {
      folder: path.join(data.folder, 'runs', 'rewind'),
      configuration: 'the hash',
      intervalMs: 1e9,
    }
    const task = taskOf(data, 'rewind', { configuration, checkpoints: rare })
    const { record } = await trainHere(task, { stopAt: 10 })
    await trainHere({ ...task, configuration: { ...configuration, clipNorm: 0 } }, { record, stopAt: 20 })
    fs.rmSync(newest(task)) // that of step 20, so that the run continues from step 10
    const reports = new Record(10)
    await trainHere(task, { record: reports, stopAt: 11 })
    expect([...reports.points.keys()].filter((key) => key.startsWith('train/loss'))).toEqual([
      'train/loss@11',
    ])
    await trainHere(task, { record })
    await expectWhole(task, record)
  })
})

describe('a trainer that is killed', () => {
  it('at random moments, several times, ends as if nothing had happened', async () => {
    const longer = { ...configuration, steps: 2000, evaluationInterval: 100 }
    const uninterrupted = taskOf(data, 'not killed', { configuration: longer })
    const { record: expected } = await trainHere(uninterrupted)
    const task = taskOf(data, 'killed', { configuration: longer })
    const record = new Record()
    let kills = 0
    for (let attempt = 0; attempt < 4; attempt++) {
      const moment = 200 * uniformAt(Date.now(), 'dataOrder', attempt, 0)
      if ((await trainInProcess(task, record, moment)) === 'killed') kills++
    }
    expect(kills).toBeGreaterThan(1)
    expect(await trainInProcess(task, record)).toMatchObject({ kind: 'ended', state: 'finished' })
    expect(record.series).toEqual(expected.series)
    expect(await finalState(task)).toEqual(await finalState(uninterrupted))
    expect(checkpointFiles(task).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('a damaged checkpoint', () => {
  const damages: { [name: string]: (file: string) => void } = {
    truncated: (file) => fs.truncateSync(file, fs.statSync(file).size - 1),
    'with a flipped bit in the numbers': (file) => flip(file, fs.statSync(file).size - 100),
    'with a flipped bit in the header': (file) => flip(file, fs.readFileSync(file).indexOf('"step"') + 9),
    'with a flipped bit in the length': (file) => flip(file, 2),
    empty: (file) => fs.truncateSync(file, 0),
    'full of something else': (file) => fs.writeFileSync(file, 'To be, or not to be. '.repeat(200)),
  }
  function flip(file: string, position: number): void {
    const bytes = fs.readFileSync(file)
    bytes[position]! ^= 1
    fs.writeFileSync(file, bytes)
  }

  it.each(Object.keys(damages))('%s: the one before it is used, and said to be', async (name) => {
    const task = taskOf(data, `damaged ${name}`, { configuration })
    const { record } = await trainHere(task, { stopAt: 12 })
    await trainHere(task, { record, stopAt: 17 })
    const file = newest(task)
    const [before] = checkpointFiles(task).filter((other) => other.startsWith('step-'))
    const step = Number(/\d+/.exec(before!)![0])
    expect(step).toBeGreaterThanOrEqual(12)
    damages[name]!(file)
    const { outcome } = await trainHere(task, { record })
    expect(outcome).toBe('finished')
    expect(record.alerts).toEqual([
      {
        step,
        code: 'checkpoint-damaged',
        message: expect.stringContaining(`${path.basename(file)} could not be used: it`) as string,
      },
    ])
    await expectWhole(task, record)
    // the damaged one did not take the place of a good one
    expect(checkpointFiles(task).filter((other) => other.startsWith('step-'))).toHaveLength(2)
  })

  it('without another one lets the run start anew', async () => {
    const task = taskOf(data, 'none left', { configuration })
    const { record } = await trainHere(task, { stopAt: 9 })
    for (const name of checkpointFiles(task)) fs.truncateSync(path.join(task.checkpoints.folder, name), 50)
    expect((await trainHere(task, { record })).outcome).toBe('finished')
    expect(record.alerts).toMatchObject([{ step: 0, code: 'checkpoint-damaged' }])
    await expectWhole(task, record)
  })

  it('of another configuration is not used', async () => {
    const task = taskOf(data, 'another', { configuration })
    await trainHere(task, { stopAt: 9 })
    const other = { ...task, checkpoints: { ...task.checkpoints, configuration: 'another hash' } }
    const { record } = await trainHere(other, { record: new Record(9) })
    expect(record.alerts[0]!.message).toMatch(/it belongs to another run/)
    expect(record.series).toEqual(whole.get('standard')!.series)
  })

  it('half-written by a killed process is removed', async () => {
    const task = taskOf(data, 'leftover', { configuration })
    const leftover = path.join(task.checkpoints.folder, 'step-000000005.safetensors.4711.tmp')
    fs.mkdirSync(task.checkpoints.folder, { recursive: true })
    fs.writeFileSync(leftover, 'half')
    const { record } = await trainHere(task)
    expect(fs.existsSync(leftover)).toBe(false)
    await expectWhole(task, record)
  })
})

describe('checkpoints', () => {
  it('are the last two and the best, whose weights are those of its step', async () => {
    const task = taskOf(data, 'kept', { configuration: { ...configuration, steps: 500 } })
    const { record } = await trainHere(task)
    const [best, ...regular] = checkpointFiles(task)
    expect(best).toBe('best.safetensors')
    expect(regular).toHaveLength(2)
    expect(regular[1]).toBe('step-000000500.safetensors')
    const file = path.join(task.checkpoints.folder, best!)
    const { tensors, bestValidation, step } = await readCheckpoint(file)
    expect(bestValidation).toEqual(record.progress.bestValidation)
    expect(step).toBe(bestValidation!.step)
    expect(Object.keys(tensors).some((name) => name.includes('moment'))).toBe(false)
    expect(Object.keys(tensors)).toContain('tokenEmbedding')
  })

  it('that cannot be written are an alert, once, and the run goes on', async () => {
    const task = taskOf(data, 'unwritable', { configuration })
    fs.mkdirSync(path.dirname(task.checkpoints.folder), { recursive: true })
    fs.writeFileSync(task.checkpoints.folder, 'a file where the folder should be')
    const { outcome, record } = await trainHere(task)
    expect(outcome).toBe('finished')
    expect(record.series).toEqual(whole.get('standard')!.series)
    expect(record.alerts).toMatchObject([
      { code: 'checkpoint-failed', message: expect.stringMatching(/was not written: E\w+/) as string },
    ])
  })

  it('survive a divergence: the last good one stays', async () => {
    const wild = {
      ...configuration,
      ...{
        learningRate: 10,
        warmupSteps: 0,
        clipNorm: 0,
        weightDecay: 10,
        steps: 500,
        evaluationInterval: 500,
      },
    }
    const task = taskOf(data, 'diverged', { configuration: wild })
    const { record } = await trainHere(task, { stopAt: 3 })
    const { outcome } = await trainHere(task, { record })
    expect(outcome).toMatchObject({
      code: 'diverged',
      message: expect.stringMatching(/at step \d+/) as string,
    })
    const { step, tensors } = await finalState(task)
    expect(step).toBeGreaterThanOrEqual(3)
    expect(step).toBeLessThanOrEqual(record.progress.step!)
    for (const { numbers } of Object.values(tensors)) expect(numbers.every(Number.isFinite)).toBe(true)
  })
})
