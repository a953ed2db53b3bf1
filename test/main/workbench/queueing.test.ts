/** The queue, labels, copies and estimates over the real store; the scheduler is one that does nothing by itself. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Store } from '../../../src/main/store/index.ts'
import { createEstimates } from '../../../src/main/workbench/estimates.ts'
import { removeLongDeleted } from '../../../src/main/workbench/organising.ts'
import { secondsAlone, together } from '../../../src/main/training/timing.ts'
import { workloadHash } from '../../../src/main/training/identity.ts'
import { createWorkbench, type Workbench } from '../../../src/main/workbench.ts'
import type { ExperimentRequest } from '../../../src/shared/contract.ts'
import { tinyConfiguration } from '../../support/dataset.ts'

let home: string
let workbench: Workbench
let store: Store
let enqueued: string[]
let dataset: string
beforeEach(async () => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'queueing-'))
  await open()
  const text = path.join(home, 'poem.txt')
  fs.writeFileSync(text, 'To be, or not to be, that is the question.\n'.repeat(50))
  dataset = (await workbench.api.importDataset({ source: { kind: 'paths', paths: [text] } })).id
})
afterEach(async () => {
  await workbench.close()
  fs.rmSync(home, { recursive: true })
})
async function open(): Promise<void> {
  enqueued = []
  workbench = await createWorkbench({
    home,
    createScheduler(parts) {
      store = parts.store
      const end = async (id: string, state: 'stopped' | 'paused') => {
        const run = store.updateRun(id, { state })
        parts.onRunChanged(run)
        return run
      }
      return {
        enqueue: (ids) => void enqueued.push(...ids),
        stop: (id) => end(id, 'stopped'),
        pause: (id) => end(id, 'paused'),
        wake: () => undefined,
        close: async () => undefined,
      }
    },
  })
}
const start = (values: Partial<ExperimentRequest> = {}) =>
  workbench.api.startExperiment({
    ...{ dataset, attentions: ['standard', 'laplacian', 'l2'], seeds: [0], recipe: 'quick' },
    ...{ overrides: { context: 16 }, device: 'cpu' },
    ...values,
  })
const order = async () => (await workbench.api.readQueue({})).runs.map(({ attention }) => attention)

describe('the queue', () => {
  it('has the order of creation, then of moves and priorities', async () => {
    const { runs } = await start()
    const [standard, laplacian, l2] = runs.map(({ id }) => id) as [string, string, string]
    expect(await order()).toEqual(['standard', 'laplacian', 'l2'])
    await workbench.api.moveRun({ id: l2, position: 0 })
    expect(await order()).toEqual(['l2', 'standard', 'laplacian'])
    await workbench.api.moveRun({ id: l2, position: 99 })
    expect(await order()).toEqual(['standard', 'laplacian', 'l2'])
    await workbench.api.setPriority({ id: laplacian, priority: 5 })
    expect(await order()).toEqual(['laplacian', 'standard', 'l2'])
    // it takes on the priority of the place where it is put
    const moved = await workbench.api.moveRun({ id: l2, position: 0 })
    expect(moved.runs.map((run) => [run.attention, run.priority])).toEqual([
      ['l2', 5],
      ['laplacian', 5],
      ['standard', 0],
    ])
    store.updateRun(standard, { state: 'running' })
    await expect(workbench.api.moveRun({ id: standard, position: 0 })).rejects.toMatchObject({
      code: 'not-queued',
    })
  })

  it('is offered again when the workbench was killed, and paused runs stay paused', async () => {
    const { runs } = await start()
    await workbench.api.pauseRun({ id: runs[1]!.id })
    await workbench.api.setPriority({ id: runs[2]!.id, priority: 1 })
    await workbench.close()
    await open()
    const { runs: queued, interrupted } = await workbench.api.readQueue({})
    expect(queued).toEqual([])
    expect(interrupted.map(({ attention }) => attention)).toEqual(['l2', 'standard'])
    expect(interrupted[0]!.endReason).toContain('while this run waited in the queue')
    expect(await workbench.api.showRun({ id: runs[1]!.id })).toMatchObject({ state: 'paused', error: null })
    for (const { id } of interrupted) await workbench.api.resumeRun({ id })
    expect(enqueued).toEqual([runs[2]!.id, runs[0]!.id])
    expect(await order()).toEqual(['l2', 'standard'])
    expect(await workbench.api.resumeRun({ id: runs[1]!.id })).toMatchObject({
      state: 'queued',
      endReason: null,
    })
  })

  it('keeps how many runs share the cores', async () => {
    expect(await workbench.api.setConcurrency({ concurrency: 3 })).toMatchObject({ concurrency: 3 })
    await workbench.close()
    await open()
    expect(await workbench.api.readQueue({})).toMatchObject({ concurrency: 3 })
    expect(await workbench.api.setConcurrency({ concurrency: null })).toMatchObject({ concurrency: null })
  })

  it('begins a run anew where that is asked for, with nothing left of before', async () => {
    const { runs } = await start()
    const { id } = runs[0]!
    store.appendPoints([{ run: id, metric: 'train/loss', step: 5, value: 1 }])
    store.updateRun(id, { state: 'diverged', step: 5, bestValidation: { step: 0, loss: 3 } })
    const checkpoint = path.join(home, 'runs', id, 'best.safetensors')
    fs.mkdirSync(path.dirname(checkpoint), { recursive: true })
    fs.writeFileSync(checkpoint, '')
    await expect(workbench.api.resumeRun({ id })).rejects.toMatchObject({ code: 'not-resumable' })
    const anew = await workbench.api.resumeRun({ id, fromStart: true })
    expect(anew).toMatchObject({ state: 'queued', step: 0, bestValidation: null })
    expect(store.series(id)).toEqual({})
    expect(fs.existsSync(checkpoint)).toBe(false)
  })
})

describe('planning', () => {
  it('points out what is the same as an earlier run', async () => {
    const { runs } = await start()
    store.updateRun(runs[1]!.id, { state: 'finished' })
    const plan = await workbench.api.planExperiment({
      ...{ dataset, attentions: ['laplacian', 'cosine'], seeds: [0, 1], recipe: 'quick' },
      ...{ overrides: { context: 16 }, device: 'cpu', measure: false },
    })
    expect(plan.runs).toHaveLength(4)
    expect(plan.duplicates).toEqual([
      {
        attention: 'laplacian',
        seed: 0,
        run: runs[1]!.id,
        experiment: runs[1]!.experiment,
        state: 'finished',
      },
    ])
    expect(plan.estimate).toMatchObject({ variants: [], missing: ['laplacian', 'cosine'], seconds: null })
    expect(plan.estimate.devices).toEqual([])
    const [laplacian, cosine] = plan.parameters.map(({ count }) => count)
    const { layers, heads } = plan.runs[0]!.configuration
    expect(plan.parameters.map(({ attention }) => attention)).toEqual(['laplacian', 'cosine'])
    expect(cosine! - laplacian!).toBe(layers * heads) // τ per head
    expect(store.experiments()).toHaveLength(1)
  })

  it('copies a run with other values, and nothing else', async () => {
    const { runs } = await start({ overrides: { context: 16, learningRate: 0.003 } })
    const copy = await workbench.api.cloneRun({ id: runs[1]!.id, overrides: { width: 32 }, seed: 7 })
    expect(copy.runs).toHaveLength(1)
    expect(copy.runs[0]).toMatchObject({
      attention: 'laplacian',
      seed: 7,
      requestedDevice: 'cpu',
      recipe: 'quick',
    })
    expect(copy.runs[0]!.configuration).toEqual({ ...runs[1]!.configuration, width: 32 })
    expect(copy.experiment.id).not.toBe(runs[1]!.experiment)
    const same = await workbench.api.cloneRun({ id: runs[1]!.id })
    expect(same.runs[0]!.configurationHash).toBe(runs[1]!.configurationHash)
  })
})

describe('labels', () => {
  it('are kept, each tag once, and what is not named stays', async () => {
    const { experiment, runs } = await start()
    await workbench.api.labelRun({ id: runs[0]!.id, name: 'first', tags: ['a', 'b', 'a'] })
    expect(await workbench.api.labelRun({ id: runs[0]!.id, notes: 'hm', colour: '#ff0000' })).toMatchObject({
      ...{ name: 'first', tags: ['a', 'b'], notes: 'hm', colour: '#ff0000' },
    })
    const changed = vi.fn()
    workbench.api.subscribe('experimentsChanged', changed)
    await workbench.api.labelExperiment({ id: experiment.id, name: 'mine', tags: ['c'] })
    expect(await workbench.api.listExperiments({})).toMatchObject([{ name: 'mine', tags: ['c'], notes: '' }])
    expect(changed).toHaveBeenCalledOnce()
  })
})

describe('deleting an experiment', () => {
  it('is refused while it trains, hides it with its runs, and can be undone', async () => {
    const { experiment, runs } = await start()
    const { id } = experiment
    await expect(workbench.api.deleteExperiment({ id })).rejects.toMatchObject({ code: 'experiment-active' })
    for (const run of runs) await workbench.api.stopRun({ id: run.id })
    await workbench.api.deleteExperiment({ id })
    expect(await workbench.api.listExperiments({})).toEqual([])
    expect(await workbench.api.listRuns({})).toEqual([])
    await expect(workbench.api.showRun({ id: runs[0]!.id })).rejects.toMatchObject({ code: 'unknown-run' })
    expect(await workbench.api.listDeletedExperiments({})).toMatchObject([{ experiment: { id } }])
    expect(await workbench.api.restoreExperiment({ id })).toEqual(experiment)
    expect(await workbench.api.listRuns({})).toHaveLength(3)
    await expect(workbench.api.restoreExperiment({ id })).rejects.toMatchObject({
      code: 'unknown-experiment',
    })
  })

  it('is for good after thirty days, checkpoints and all', async () => {
    const { experiment, runs } = await start()
    for (const run of runs) await workbench.api.stopRun({ id: run.id })
    const runsFolder = path.join(home, 'runs')
    const its = path.join(runsFolder, runs[0]!.id)
    fs.mkdirSync(its, { recursive: true })
    await workbench.api.deleteExperiment({ id: experiment.id })
    await removeLongDeleted(store, runsFolder, Date.now() + 29 * 86_400_000)
    expect(fs.existsSync(its)).toBe(true)
    await removeLongDeleted(store, runsFolder, Date.now() + 31 * 86_400_000)
    expect(fs.existsSync(its)).toBe(false)
    expect(await workbench.api.listDeletedExperiments({})).toEqual([])
  })
})

describe('estimates', () => {
  it('are from what is known of the same work, and otherwise from a trial, once', async () => {
    const { runs } = await start({ attentions: ['standard', 'laplacian'], seeds: [0, 1] })
    const known = (await workbench.api.listDatasets({}))[0]!
    store.writeTiming({
      ...{ workload: workloadHash({ ...runs[0]!, dataset: known }), device: 'cpu', threads: 1 },
      ...{ stepMs: 10, evaluationMs: 100, peakBytes: 3e8, source: 'run' },
      measuredAt: '2026-11-22T06:00:00.000Z',
    })
    const ask = vi.fn(async () => {
      return { device: 'cpu', threads: 1, stepMs: 20, evaluationMs: 0, peakBytes: 2e8 }
    })
    const library = { folder: () => home } as unknown as Parameters<typeof createEstimates>[0]['library']
    const estimates = createEstimates({ store, library, ask, cores: 2 })
    expect(await estimates.of(runs, known, false)).toMatchObject({ missing: ['laplacian'], seconds: null })
    const estimate = await estimates.of(runs, known, true)
    expect(estimate.variants.map(({ attention, source }) => [attention, source])).toEqual([
      ['standard', 'run'],
      ['laplacian', 'trial'],
    ])
    expect(estimate.seconds).toBeGreaterThan(0)
    expect(estimate.peakBytes).toBe(2 * 3e8 + 2 * 2e8)
    await estimates.of(runs, known, true)
    expect(ask).toHaveBeenCalledOnce()
    estimates.close()
  })

  it('add up by what runs share', () => {
    const run = (device: string, seconds: number, source: 'run' | 'trial' = 'trial', threads = 1) => {
      return { device, threads, seconds, peakBytes: 100, source }
    }
    // four runs of one thread on two cores are half as fast each
    expect(
      together(
        Array.from({ length: 4 }, () => run('cpu', 10)),
        4,
        2,
      ),
    ).toEqual({ seconds: 20, peakBytes: 400 })
    // what was measured beside others is not slowed down again
    expect(
      together(
        Array.from({ length: 4 }, () => run('cpu', 10, 'run')),
        4,
        2,
      ).seconds,
    ).toBe(10)
    // on a graphics processor one after the other, beside the cores
    expect(together([run('webgpu', 7), run('webgpu', 7), run('cpu', 10)], 4, 2)).toEqual({
      seconds: 14,
      peakBytes: 200,
    })
    expect(together([], 4, 2)).toEqual({ seconds: 0, peakBytes: 0 })
    const configuration = { ...tinyConfiguration, steps: 1000, evaluationInterval: 300 }
    expect(secondsAlone(configuration, { stepMs: 10, evaluationMs: 100 })).toBeCloseTo(10.5) // at 0, 300, 600, 900, 1000
  })
})
