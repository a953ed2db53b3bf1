/** Runs when the database can grow no further: they wait, say so, and go on without a gap when there is room. */
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Database } from 'better-sqlite3'
import { openDatabase } from '../../../src/main/store/database.ts'
import { storeOver, type Store } from '../../../src/main/store/index.ts'
import { createScheduler, type Scheduler } from '../../../src/main/training/scheduler.ts'
import type { Report } from '../../../src/main/training/messages.ts'
import { train } from '../../../src/main/training/trainer.ts'
import { createWriting } from '../../../src/main/training/writing.ts'
import { presetAxes } from '../../../src/shared/catalogue/variants.ts'
import { WorkbenchError } from '../../../src/shared/errors.ts'
import { endedStates, type Run } from '../../../src/shared/experiment.ts'
import { smallDataset, tinyConfiguration, type SmallDataset } from '../../support/dataset.ts'
import { fillDisk, type FullDisk } from '../../support/fullDisk.ts'
import { checkpointFiles, finalState, Record, taskOf, trainHere } from '../../support/training.ts'
import { aRun, anExperiment } from '../store/records.ts'
import { repeatable } from '../../support/repeatable.ts'

let data: SmallDataset
let database: Database
let store: Store
let scheduler: Scheduler
let changed: (run: Run) => void
beforeEach(async () => {
  data = await smallDataset()
  database = openDatabase(path.join(data.folder, 'test.sqlite'))
  store = storeOver(database)
  scheduler = createScheduler({
    ...{ store, library: data.library, runsFolder: path.join(data.folder, 'runs') },
    onRunChanged: (run) => changed(run),
  })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await scheduler.close()
  store.close()
  await data.remove()
})

it('makes runs wait with a clear message, and lets them go on where they were', async () => {
  const configuration = { ...tinyConfiguration, steps: 1500, evaluationInterval: 500, sampleTokens: 0 }
  const experiment = anExperiment({ dataset: data.dataset.id, attentions: ['standard'], seeds: [0] })
  const ids = ['undisturbed', 'disturbed']
  store.insertExperiment(
    experiment,
    ids.map((id) =>
      aRun({
        ...{ id, experiment: experiment.id, dataset: data.dataset.id, axes: presetAxes('standard') },
        ...{ configuration, steps: 1500, threads: 1, device: 'cpu' },
      }),
    ),
  )
  const until = (holds: (run: Run) => boolean) =>
    new Promise<Run>((resolve) => (changed = (run) => holds(run) && resolve(run)))
  const trainedOnce = until(({ state }) => endedStates.has(state))
  scheduler.enqueue(['undisturbed'])
  expect(await trainedOnce).toMatchObject({ state: 'finished' })

  const waits = until(({ error }) => error !== null)
  const pages = database.pragma('page_count', { simple: true }) as number
  database.pragma(`max_page_count = ${pages + 3}`)
  scheduler.enqueue(['disturbed'])
  const held = await waits
  expect(held).toMatchObject({
    state: 'running',
    error: {
      code: 'disk-full',
      hint: 'Make room on it: what trains waits meanwhile and goes on by itself; anything else, try again.',
    },
    etaSeconds: null,
  })
  expect(store.run('disturbed')!.step).toBeLessThan(1500)

  const ends = until(({ state }) => endedStates.has(state))
  database.pragma('max_page_count = 1000000')
  expect(await ends).toMatchObject({ state: 'finished', step: 1500, error: null, alerts: [] })
  expect(store.log('disturbed').filter(({ message }) => message.includes('waited for room'))).toHaveLength(1)
  expect(repeatable(store.series('disturbed'))).toEqual(repeatable(store.series('undisturbed')))
})

describe('a checkpoint that finds no room', () => {
  const configuration = { ...tinyConfiguration, steps: 300, evaluationInterval: 100, sampleTokens: 0 }
  const task = (name: string) =>
    taskOf(data, name, {
      configuration,
      checkpoints: {
        ...{ folder: path.join(data.folder, 'runs', name), configuration: 'the hash' },
        ...{ intervalMs: 0, retryMs: 20 },
      },
    })
  /** Trains here on a full disk; `hears` is told of every report. */
  async function trainOnFullDisk(
    name: string,
    hears: (report: Report, record: Record, disk: FullDisk) => void,
  ) {
    const stopping = new AbortController()
    const record = new Record()
    const disk = await fillDisk()
    const reports: Report[] = []
    try {
      const outcome = await train(
        task(name),
        (report) => {
          record.take(report)
          reports.push(report)
          hears(report, record, disk)
          if (report.progress.error && name === 'stopped') stopping.abort()
        },
        stopping.signal,
      )
      return { outcome, record, reports, disk }
    } finally {
      disk.makeRoom()
    }
  }

  it('makes its run wait, and go on where it was when there is room', async () => {
    const whole = await trainHere(task('whole'))
    let stepsWhileFull: number | undefined
    const { outcome, record, reports, disk } = await trainOnFullDisk('held', ({ progress }, record, disk) => {
      if (!progress.error) return
      const { recordedStep } = record
      setTimeout(() => {
        stepsWhileFull = record.recordedStep - recordedStep
        disk.makeRoom()
      }, 200)
    })
    expect(outcome).toBe('finished')
    expect(disk.refused).toBeGreaterThan(1) // it tried again
    expect(stepsWhileFull).toBeLessThanOrEqual(1) // one was being done beside the write
    const errors = reports.map(({ progress }) => progress.error).filter((error) => error !== undefined)
    expect(errors).toEqual([
      {
        code: 'disk-full',
        message: expect.stringMatching(/checkpoint of step 0: ENOSPC/) as string,
        hint: 'Make room on it: the run waits meanwhile and goes on by itself.',
      },
      null,
    ])
    expect(record.alerts).toEqual([])
    expect(record.series).toEqual(whole.record.series)
    expect(await finalState(task('held'))).toEqual(await finalState(task('whole')))
  })

  it('does not keep a run from being stopped', async () => {
    const { outcome, record } = await trainOnFullDisk('stopped', () => undefined)
    expect(outcome).toBe('stopped')
    expect(record.alerts).toMatchObject([{ code: 'checkpoint-failed' }])
    expect(record.progress.error).toBeNull()
    expect(checkpointFiles(task('stopped'))).toEqual([])
  })
})

it('keeps writes in order while there is no room, and gives none up', () => {
  vi.useFakeTimers()
  try {
    const full = new WorkbenchError('disk-full', 'The disk is full.', 'Make room.')
    const heard: (string | null)[] = []
    const errors: unknown[] = []
    const done: number[] = []
    let room = 1
    const writing = createWriting(
      (error) => heard.push(error && error.code),
      (error) => errors.push(error),
    )
    const work = (number: number) => () => {
      if (room === 0) throw full
      room--
      if (number === 3) throw new Error('something else')
      done.push(number)
    }
    for (const number of [1, 2, 3, 4]) writing.write(work(number))
    expect([done, heard, writing.full]).toEqual([[1], ['disk-full'], full])
    room = 1
    vi.advanceTimersByTime(1000)
    expect([done, heard]).toEqual([[1, 2], ['disk-full']])
    room = 5
    vi.advanceTimersByTime(1000)
    expect([done, heard, errors, writing.full]).toEqual([
      [1, 2, 4],
      ['disk-full', null],
      [new Error('something else')],
      null,
    ])
    expect(() => writing.write(work(3))).toThrow('something else')
  } finally {
    vi.useRealTimers()
  }
})
