/** The composition root over the real store and library; the scheduler is one that the tests play by hand. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Store } from '../../src/main/store/index.ts'
import type { createScheduler } from '../../src/main/training/scheduler.ts'
import { createWorkbench, type Workbench } from '../../src/main/workbench.ts'
import { variants } from '../../src/shared/catalogue/variants.ts'
import { callNames, calls, type ExperimentRequest, type Source } from '../../src/shared/contract.ts'
import type { Run } from '../../src/shared/experiment.ts'

let home: string
let text: string
let open: Workbench[]
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-'))
  text = path.join(home, 'poem.txt')
  fs.writeFileSync(text, 'To be, or not to be, that is the question.\n'.repeat(50))
  open = []
})
afterEach(async () => {
  for (const workbench of open) await workbench.close()
  fs.rmSync(home, { recursive: true })
})

/** A workbench whose runs do nothing until the test tells them to. */
async function openWorkbench() {
  const enqueued: string[] = []
  let parts!: Parameters<typeof createScheduler>[0]
  const change = (id: string, changes: Parameters<Store['updateRun']>[1]): Run => {
    const run = parts.store.updateRun(id, changes)
    parts.onRunChanged(run)
    return run
  }
  const workbench = await createWorkbench({
    home,
    createScheduler: (given) => {
      parts = given
      return {
        enqueue: (ids) => void enqueued.push(...ids),
        stop: async (id) => change(id, { state: 'stopped', endedAt: new Date().toISOString() }),
        pause: async (id) => change(id, { state: 'paused', endedAt: new Date().toISOString() }),
        wake: () => undefined,
        close: async () => undefined,
      }
    },
  })
  open.push(workbench)
  return { workbench, api: workbench.api, enqueued, change, store: () => parts.store }
}

const request = (dataset: string, values: Partial<ExperimentRequest> = {}): ExperimentRequest => ({
  dataset,
  attentions: ['standard', 'laplacian'],
  seeds: [0],
  recipe: 'quick',
  overrides: {},
  device: 'auto',
  ...values,
})

describe('importDataset', () => {
  it('takes a path, and tells that the library changed', async () => {
    const { api } = await openWorkbench()
    const [changed, progress] = [vi.fn(), vi.fn()]
    api.subscribe('datasetsChanged', changed)
    api.subscribe('importProgress', progress)
    const dataset = await api.importDataset({ source: { kind: 'paths', paths: [text] } })
    expect(dataset.name).toBe('poem')
    expect(await api.listDatasets({})).toEqual([
      { ...dataset, tags: [], diskBytes: expect.any(Number) as number },
    ])
    expect(changed).toHaveBeenCalledOnce()
    expect(progress.mock.lastCall).toEqual([{ request: null, name: 'poem', bytes: 2150, total: 2150 }])
  })

  it('takes an upload, once, and keeps no copy of it', async () => {
    const { workbench, api } = await openWorkbench()
    const { upload } = await workbench.receiveUpload('Sonnets.txt', fs.createReadStream(text))
    const source: Source = { kind: 'uploads', uploads: [upload] }
    expect((await api.importDataset({ source })).name).toBe('Sonnets')
    await expect(api.importDataset({ source })).rejects.toMatchObject({ code: 'file-missing' })
    const left = fs.readdirSync(path.join(home, 'uploads'), { recursive: true, withFileTypes: true })
    expect(left.filter((entry) => entry.isFile())).toEqual([])
  })

  it('keeps no copy of an upload that is refused', async () => {
    const { workbench, api } = await openWorkbench()
    const { upload } = await workbench.receiveUpload(
      'x.txt',
      fs.createReadStream(process.execPath, { end: 4096 }),
    )
    await expect(api.importDataset({ source: { kind: 'uploads', uploads: [upload] } })).rejects.toMatchObject(
      {
        code: 'not-text',
        message: expect.not.stringContaining(home),
      },
    )
    expect(
      fs
        .readdirSync(path.join(home, 'uploads'))
        .flatMap((own) => fs.readdirSync(path.join(home, 'uploads', own))),
    ).toEqual([])
  })

  it('finds the built-in sample, and suggests one', async () => {
    const { api } = await openWorkbench()
    const dataset = await api.importDataset({ source: { kind: 'sample', sample: 'tinyshakespeare' } })
    expect(dataset).toMatchObject({
      name: 'tinyshakespeare',
      vocabulary: 65,
      train: 1_003_854,
      validation: 111_540,
    })
    await expect(
      api.importDataset({ source: { kind: 'sample', sample: 'tinyshakespear' } }),
    ).rejects.toMatchObject({
      code: 'unknown-dataset',
      hint: expect.stringContaining('tinyshakespeare') as string,
    })
  })
})

describe('startExperiment', () => {
  it('stores and announces every run before the first is enqueued', async () => {
    const { api, enqueued, store } = await openWorkbench()
    const dataset = await api.importDataset({ source: { kind: 'paths', paths: [text] } })
    const heard: string[] = []
    api.subscribe('runChanged', (run) => heard.push(`${run.id} ${run.state} ${enqueued.length}`))
    const { experiment, runs } = await api.startExperiment(request(dataset.id, { seeds: [0, 1] }))
    expect(heard).toEqual(runs.map((run) => `${run.id} queued 0`))
    expect(enqueued).toEqual(runs.map((run) => run.id))
    expect(await api.listExperiments({})).toEqual([experiment])
    expect(store().runs({ experiment: experiment.id })).toEqual(runs)
    expect(runs[0]!.versions).toMatchObject({
      node: process.versions.node,
      tfjs: '4.22.0',
      onnxruntime: '1.30.0',
    })
  })

  it.each<[string, Partial<ExperimentRequest>, string]>([
    ['an unknown dataset', { dataset: 'nowhere' }, 'unknown-dataset'],
    ['an unknown variant', { attentions: ['nothing'] }, 'unknown-attention'],
    ['an unknown recipe', { recipe: 'nothing' }, 'unknown-recipe'],
    ['a prompt that is not of the text', { overrides: { samplePrompt: 'To % be' } }, 'invalid-request'],
    ['a context longer than the text', { overrides: { context: 4096 } }, 'text-too-short'],
    ['a seed named twice', { seeds: [2, 2] }, 'invalid-request'],
    ['a device that is not there', { device: 'tensorflow' }, 'device-unavailable'],
  ])('refuses %s before anything is written', async (_, values, code) => {
    const { api, enqueued } = await openWorkbench()
    const dataset = await api.importDataset({ source: { kind: 'paths', paths: [text] } })
    await expect(api.startExperiment(request(dataset.id, values))).rejects.toMatchObject({ code })
    expect(await api.listExperiments({})).toEqual([])
    expect(await api.listRuns({})).toEqual([])
    expect(enqueued).toEqual([])
  })
})

describe('variants of the person’s own', () => {
  const own = { id: 'mine', axes: { score: 'cosine', block: { norm: 'rms' } } } as const

  it('are saved, told of, listed and removed', async () => {
    const { api } = await openWorkbench()
    const changed = vi.fn()
    api.subscribe('catalogueChanged', changed)
    const variant = await api.saveVariant(own)
    expect(changed).toHaveBeenCalledOnce()
    expect(calls.saveVariant.output.parse(variant)).toEqual(variant)
    expect((await api.readCatalogue({})).variants).toEqual([...variants, variant])
    await api.removeVariant({ id: 'mine' })
    expect(changed).toHaveBeenCalledTimes(2)
    expect((await api.readCatalogue({})).variants).toEqual(variants)
  })

  it('train like any other, and their runs keep what they were', async () => {
    const { api } = await openWorkbench()
    const dataset = await api.importDataset({ source: { kind: 'paths', paths: [text] } })
    const { axes } = await api.saveVariant(own)
    const { runs } = await api.startExperiment(request(dataset.id, { attentions: ['standard', 'mine'] }))
    await api.saveVariant({ ...own, axes: { score: 'distance' } })
    await api.removeVariant({ id: 'mine' })
    const [standard, mine] = await Promise.all(runs.map(({ id }) => api.showRun({ id })))
    expect(mine).toMatchObject({ attention: 'mine', axes, configuration: { norm: 'rms' } })
    expect(standard!.configuration.norm).toBe('layer')
    await expect(api.startExperiment(request(dataset.id, { attentions: ['mine'] }))).rejects.toMatchObject({
      code: 'unknown-attention',
    })
  })

  it('are refused where they contradict themselves, or where a file of the folder is no variant', async () => {
    const { api } = await openWorkbench()
    await expect(api.saveVariant({ id: 'mine', axes: { keyAdaptation: 1 } })).rejects.toMatchObject({
      code: 'invalid-request',
    })
    fs.mkdirSync(path.join(home, 'variants'))
    fs.writeFileSync(path.join(home, 'variants', 'broken.json'), '{')
    const catalogue = await api.readCatalogue({})
    expect(catalogue.variants).toEqual(variants)
    expect(catalogue.problems).toEqual([expect.stringContaining('broken.json')])
  })
})

describe('reading', () => {
  it('compares with the baselines of the dataset, and gives curves and series', async () => {
    const { api, change, store } = await openWorkbench()
    const dataset = await api.importDataset({ source: { kind: 'paths', paths: [text] } })
    const { experiment, runs } = await api.startExperiment(request(dataset.id))
    for (const [index, run] of runs.entries()) {
      store().appendPoints([{ run: run.id, metric: 'validation/loss', step: 10, value: 2 + index }])
      change(run.id, { state: 'finished', bestValidation: { step: 10, loss: 2 + index } })
    }
    const { comparison, baselines } = await api.compareExperiment({ id: experiment.id })
    expect(comparison.map((row) => [row.attention, row.bestValidation.mean])).toEqual([
      ['standard', 2],
      ['laplacian', 3],
    ])
    expect(comparison[1]!.differenceFromBaseline!.mean).toBe(1)
    expect(dataset).toMatchObject({ kind: 'text', baselines })
    const [first] = runs
    expect(await api.readSeries({ id: first!.id })).toEqual({ 'validation/loss': [[10, 2]] })
    expect(await api.readCurves({ runs: [first!.id], metric: 'validation/loss', buckets: 10 })).toEqual([
      {
        run: first!.id,
        metric: 'validation/loss',
        buckets: [{ step: 10, minimum: 2, maximum: 2, last: 2 }],
      },
    ])
  })

  it('gives the samples of several runs, and the confusion matrix of a step or the latest', async () => {
    const { api, store } = await openWorkbench()
    const dataset = await api.importDataset({ source: { kind: 'paths', paths: [text] } })
    const { runs } = await api.startExperiment(request(dataset.id))
    const [first, second] = runs.map(({ id }) => id) as [string, string]
    const sample = { step: 400, prompt: '\n', text: 'To be' }
    for (const run of [first, second]) store().appendSamples(run, [sample])
    expect(await api.readSamples({ runs: [second, first] })).toEqual([
      { run: second, ...sample },
      { run: first, ...sample },
    ])
    expect(await api.readConfusion({ run: first })).toBeNull()
    const counts = [
      [3, 1],
      [0, 4],
    ]
    for (const step of [10, 20]) store().appendConfusions(first, [{ step, counts }])
    const classNames = ['0', '1'] // the labels, where the dataset has no names
    expect(await api.readConfusion({ run: first })).toEqual({ step: 20, counts, classNames })
    expect(await api.readConfusion({ run: first, step: 10 })).toEqual({ step: 10, counts, classNames })
    for (const asked of [api.readSamples({ runs: ['nothing'] }), api.readConfusion({ run: 'nothing' })])
      await expect(asked).rejects.toMatchObject({ code: 'unknown-run' })
  })

  it('says which run or experiment is unknown', async () => {
    const { api } = await openWorkbench()
    for (const call of [api.showRun, api.stopRun, api.resumeRun, api.readSeries])
      await expect(call({ id: 'nothing' })).rejects.toMatchObject({ code: 'unknown-run' })
    await expect(api.compareExperiment({ id: 'nothing' })).rejects.toMatchObject({
      code: 'unknown-experiment',
    })
    await expect(
      api.readCurves({ runs: ['nothing'], metric: 'train/loss', buckets: 9 }),
    ).rejects.toMatchObject({ code: 'unknown-run' })
  })
})

describe('removeDataset', () => {
  it('waits for the runs that use it, and keeps their records', async () => {
    const { api, change } = await openWorkbench()
    const dataset = await api.importDataset({ source: { kind: 'paths', paths: [text] } })
    const { experiment, runs } = await api.startExperiment(request(dataset.id))
    await expect(api.removeDataset({ id: dataset.id })).rejects.toMatchObject({
      code: 'dataset-in-use',
      message: expect.stringContaining(runs[0]!.id) as string,
    })
    for (const run of runs) change(run.id, { state: 'finished' })
    await api.removeDataset({ id: dataset.id })
    expect(await api.listDatasets({})).toEqual([])
    expect(await api.listRuns({})).toHaveLength(2)
    expect(await api.compareExperiment({ id: experiment.id })).toMatchObject({ baselines: null })
  })
})

describe('resumeRun', () => {
  /** A run of the first of two workbenches, stopped; `good` puts a checkpoint into its folder. */
  async function stoppedRun(state: Run['state'] = 'stopped') {
    const parts = await openWorkbench()
    const dataset = await parts.api.importDataset({ source: { kind: 'paths', paths: [text] } })
    const { runs } = await parts.api.startExperiment(request(dataset.id))
    const run = parts.change(runs[0]!.id, {
      state,
      step: 7,
      threads: 3,
      device: 'cpu',
      error: { code: 'interrupted', message: 'm', hint: 'h' },
      endedAt: new Date().toISOString(),
    })
    return { ...parts, dataset, run }
  }

  it('queues the run again, as it was, and announces it', async () => {
    const { api, run, enqueued } = await stoppedRun('interrupted')
    const heard: Run[] = []
    api.subscribe('runChanged', (changed) => heard.push(changed))
    const expected = { ...run, state: 'queued', error: null, endedAt: null }
    expect(await api.resumeRun({ id: run.id })).toEqual(expected)
    expect(heard).toEqual([expected])
    expect(enqueued.at(-1)).toBe(run.id)
  })

  it.each(['finished', 'running', 'queued'] as const)('refuses a run that is %s', async (state) => {
    const { api, run, change } = await stoppedRun()
    change(run.id, { state })
    await expect(api.resumeRun({ id: run.id })).rejects.toMatchObject({
      code: 'not-resumable',
      message: expect.stringContaining(state) as string,
    })
  })

  it('refuses a run that diverged before its first checkpoint, and takes it up with one', async () => {
    const { api, run } = await stoppedRun('diverged')
    await expect(api.resumeRun({ id: run.id })).rejects.toMatchObject({ code: 'not-resumable' })
    fs.mkdirSync(path.join(home, 'runs', run.id), { recursive: true })
    fs.writeFileSync(path.join(home, 'runs', run.id, 'step-000000005.safetensors'), '')
    expect(await api.resumeRun({ id: run.id })).toMatchObject({ state: 'queued' })
  })

  it('refuses a run whose dataset is gone', async () => {
    const { api, run, dataset, change } = await stoppedRun()
    for (const { id } of await api.listRuns({})) change(id, { state: 'stopped' })
    await api.removeDataset({ id: dataset.id })
    await expect(api.resumeRun({ id: run.id })).rejects.toMatchObject({ code: 'unknown-dataset' })
  })

  it('hands the run to the process that resumes it: its first owner may close, and only one of two gets it', async () => {
    const first = await stoppedRun()
    const [second, third] = [await openWorkbench(), await openWorkbench()]
    const { id } = first.run
    const attempts = await Promise.allSettled([second.api.resumeRun({ id }), third.api.resumeRun({ id })])
    expect(attempts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await first.workbench.close()
    expect(await second.api.showRun({ id })).toMatchObject({ state: 'queued' })
    const [owner, other] = second.enqueued.includes(id) ? [second, third] : [third, second]
    await other.workbench.close()
    expect(await owner.api.showRun({ id })).toMatchObject({ state: 'queued' })
    expect(await owner.api.stopRun({ id })).toMatchObject({ state: 'stopped' })
  })
})

describe('several workbenches on one home', () => {
  it('interrupts what is left when one closes, not what others own', async () => {
    const first = await openWorkbench()
    const dataset = await first.api.importDataset({ source: { kind: 'paths', paths: [text] } })
    const { runs } = await first.api.startExperiment(request(dataset.id))
    first.change(runs[0]!.id, { state: 'running', step: 5 })

    const second = await openWorkbench()
    expect((await second.api.listRuns({})).map((run) => run.state)).toEqual(['running', 'queued'])
    await first.workbench.close()
    expect(await second.api.listRuns({})).toMatchObject([
      { state: 'interrupted', step: 5, error: { code: 'interrupted' } },
      { state: 'interrupted' },
    ])
  })

  it('interrupts at the start what nobody owns', async () => {
    const { api, workbench, store } = await openWorkbench()
    const dataset = await api.importDataset({ source: { kind: 'paths', paths: [text] } })
    const { runs } = await api.startExperiment(request(dataset.id))
    const orphan = { ...runs[0]!, id: 'orphan', state: 'preparing' as const }
    store().insertExperiment({ ...(await api.listExperiments({}))[0]!, id: 'killed' }, [
      { ...orphan, experiment: 'killed' },
      { ...orphan, id: 'ended', experiment: 'killed', state: 'finished' },
    ])
    const later = await openWorkbench()
    const states = Object.fromEntries((await later.api.listRuns({})).map((run) => [run.id, run.state]))
    expect(states).toEqual({
      [runs[0]!.id]: 'queued',
      [runs[1]!.id]: 'queued',
      orphan: 'interrupted',
      ended: 'finished',
    })
    await workbench.close()
  })

  it('asks the owner to stop a run, and returns what became of it', async () => {
    const owner = await openWorkbench()
    const dataset = await owner.api.importDataset({ source: { kind: 'paths', paths: [text] } })
    const { runs } = await owner.api.startExperiment(request(dataset.id))
    owner.change(runs[0]!.id, { state: 'running' })
    const asker = await openWorkbench()
    expect(await asker.api.stopRun({ id: runs[0]!.id })).toMatchObject({ state: 'stopped' })
    expect(await asker.api.stopRun({ id: runs[0]!.id })).toMatchObject({ state: 'stopped' })
    expect((await asker.api.showRun({ id: runs[1]!.id })).state).toBe('queued')
  })
})

describe('dispatch', () => {
  it('parses the input, calls, and returns what the contract promises', async () => {
    const { workbench } = await openWorkbench()
    for (const name of [
      'readCatalogue',
      'listDevices',
      'listDatasets',
      'listRuns',
      'listExperiments',
    ] as const)
      expect(calls[name].output.safeParse(await workbench.dispatch(name, {})).error).toBeUndefined()
    const dataset = await workbench.dispatch('importDataset', {
      source: { kind: 'paths', paths: [text] },
      extra: 1,
    })
    expect(calls.importDataset.output.parse(dataset)).toEqual(dataset)
  })

  it.each([
    ['a name that is no call', 'deleteEverything', {}],
    ['a name of every object', 'toString', {}],
    ['subscribe, which is no call', 'subscribe', {}],
    ['no input', 'showRun', undefined],
    ['an input of the wrong type', 'showRun', { id: 7 }],
    ['a source of no kind', 'importDataset', { source: { path: '/etc/passwd' } }],
    ['an override that no recipe has', 'startExperiment', { ...request('d'), overrides: { wings: 2 } }],
  ])('refuses %s', async (_, name, input) => {
    const { workbench } = await openWorkbench()
    await expect(workbench.dispatch(name, input)).rejects.toMatchObject({ code: 'invalid-request' })
  })

  it('has every call of the contract', async () => {
    const { api } = await openWorkbench()
    expect(Object.keys(api).sort()).toEqual([...callNames, 'subscribe'].sort())
  })
})

describe('createWorkbench', () => {
  it('refuses a home that cannot be a folder', async () => {
    await expect(createWorkbench({ home: path.join(text, 'below') })).rejects.toMatchObject({
      code: 'home-unwritable',
    })
  })

  it('leaves no session behind, and closes twice without harm', async () => {
    const { workbench } = await openWorkbench()
    await workbench.close()
    await workbench.close()
    expect(fs.readdirSync(path.join(home, 'sessions'))).toEqual(['starting.lock'])
  })
})
