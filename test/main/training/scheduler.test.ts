/** The queue with real trainer processes: what a run ends as, whatever happens to its process. */
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openStore, type Store } from '../../../src/main/store/index.ts'
import { createScheduler, type Scheduler } from '../../../src/main/training/scheduler.ts'
import { presetAxes } from '../../../src/shared/catalogue/variants.ts'
import { endedStates, type Run, type RunConfiguration } from '../../../src/shared/experiment.ts'
import { aRun, anExperiment } from '../store/records.ts'
import { smallDataset, tinyConfiguration, type SmallDataset } from '../../support/dataset.ts'
import { repeatable } from '../../support/repeatable.ts'

let data: SmallDataset
let store: Store
let scheduler: Scheduler
let changed: (run: Run) => void

beforeEach(async () => {
  data = await smallDataset()
  store = openStore(path.join(data.folder, 'test.sqlite'))
  changed = () => {}
  scheduler = createScheduler({
    store,
    library: data.library,
    runsFolder: path.join(data.folder, 'runs'),
    onRunChanged: (run) => changed(run),
  })
})
afterEach(async () => {
  await scheduler.close()
  store.close()
  await data.remove()
})

const endless = { ...tinyConfiguration, steps: 1_000_000, evaluationInterval: 1_000_000 }

function insert(attentions: readonly string[], configuration: RunConfiguration): string[] {
  const experiment = anExperiment({ dataset: data.dataset.id, attentions: [...attentions], seeds: [0] })
  const runs = attentions.map((attention, index) =>
    aRun({
      id: `run${index}`,
      experiment: experiment.id,
      dataset: data.dataset.id,
      attention,
      axes: presetAxes(attention),
      steps: configuration.steps,
      configuration,
    }),
  )
  store.insertExperiment(experiment, runs)
  return runs.map(({ id }) => id)
}

const when = (id: string, holds: (run: Run) => boolean): Promise<Run> =>
  new Promise((resolve) => {
    const earlier = changed
    changed = (run) => {
      earlier(run)
      if (run.id === id && holds(run)) resolve(run)
    }
  })
const ended = (id: string) => when(id, ({ state }) => endedStates.has(state))
const stepped = (id: string) => when(id, ({ step }) => step > 0)

describe('the scheduler', () => {
  it('trains runs in processes of their own and records what they report', async () => {
    const ids = insert(['standard', 'laplacian', 'exponential-family'], tinyConfiguration)
    const all = Promise.all(ids.map(ended))
    scheduler.enqueue(ids)
    for (const run of await all) {
      expect(run).toMatchObject({ state: 'finished', step: 20, error: null, device: 'cpu' })
      expect(run.startedAt! <= run.endedAt!).toBe(true)
      expect(store.series(run.id)['train/loss']).toHaveLength(20)
      expect(store.series(run.id)['validation/loss']!.map(([step]) => step)).toEqual([0, 10, 20])
      expect(store.samples([run.id])).toMatchObject([{ step: 10, prompt: 'the ' }, { step: 20 }])
      expect(store.log(run.id).map(({ kind }) => kind)).toEqual(['preparing', 'note', 'running', 'finished'])
    }
  })

  it('keeps the lines that a trainer process writes in the log of its run, up to a limit', async () => {
    vi.stubEnv('NODE_DEBUG', 'esm') // Node then tells of every module on stderr
    const [id] = insert(['standard'], { ...tinyConfiguration, steps: 1 })
    const done = ended(id!)
    scheduler.enqueue([id!])
    await done
    vi.unstubAllEnvs()
    const output = store.log(id!).filter(({ kind }) => kind === 'output')
    expect(output[0]!.message).toMatch(/^ESM \d+/)
    expect(output).toHaveLength(1001)
    expect(output.at(-1)!.message).toBe('What it writes from here on is not kept.')
  })

  it('writes down what is measured, and what is kept within its limit', async () => {
    const [id] = insert(['laplacian'], {
      ...tinyConfiguration,
      ...{ statistics: 'mean-norm,sink-mass', probeTokens: 64, probeMegabytes: 0.012 },
    })
    const end = ended(id!)
    scheduler.enqueue([id!])
    expect(await end).toMatchObject({ state: 'finished', alerts: [] })
    const norms = store.measurements(id!, { statistic: 'mean-norm', tap: 'hook_resid_post' })
    expect(norms.map(({ step, layer, head }) => [step, layer, head])).toEqual([
      [0, 0, null],
      [10, 0, null],
      [20, 0, null],
    ])
    expect(store.measurements(id!, { statistic: 'sink-mass', step: 20 }).map(({ head }) => head)).toEqual([
      0, 1,
    ])
    const kept = store.probes(id!)
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.length).toBeLessThan(3)
    expect(kept.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(12_000)
  })

  it('stops a running run after its step and a queued one at once', async () => {
    const [running] = insert(['standard'], endless)
    const started = stepped(running!)
    scheduler.enqueue([running!])
    await started
    const stopped = await scheduler.stop(running!)
    expect(stopped).toMatchObject({ state: 'stopped', error: null })
    expect(store.series(running!)['train/loss']!.at(-1)![0]).toBe(stopped.step)
    expect(await scheduler.stop(running!)).toEqual(stopped)
  })

  it.each([
    ['stop', 'stopped'],
    ['pause', 'paused'],
  ] as const)(
    'continues after a %s with the threads that it was queued with, to the same end',
    async (what, becomes) => {
      const long = { ...tinyConfiguration, steps: 1500, evaluationInterval: 250 }
      const ids = insert(['standard', 'standard'], long)
      const [whole, cut] = ids as [string, string]
      store.updateRun(cut, { threads: 1 })
      store.updateRun(whole, { threads: 1 })
      const started = stepped(cut)
      const wholeEnds = ended(whole)
      scheduler.enqueue(ids)
      await started
      const { state, step, error } = await scheduler[what](cut)
      expect([state, error]).toEqual([becomes, null])
      const recorded = store.series(cut)['train/loss']!
      expect(recorded.at(-1)![0]).toBe(step)
      store.requeueRun(cut)
      const end = ended(cut)
      scheduler.enqueue([cut])
      expect(await end).toMatchObject({ state: 'finished', step: 1500, threads: 1, alerts: [] })
      await wholeEnds
      expect(repeatable(store.series(cut))).toEqual(repeatable(store.series(whole)))
    },
  )

  it('says that a trainer was killed, and goes on with the others', async () => {
    const [victim, other] = insert(['standard', 'laplacian'], endless)
    const started = Promise.all([stepped(victim!), stepped(other!)])
    scheduler.enqueue([victim!, other!])
    await started
    const [pid] = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'training/worker'], {
      encoding: 'utf8',
    }).split('\n')
    const death = Promise.race([ended(victim!), ended(other!)])
    process.kill(Number(pid), 'SIGKILL')
    const dead = await death
    expect(dead).toMatchObject({ state: 'failed', error: { code: 'trainer-failed' } })
    expect(store.series(dead.id)['train/loss']!.length).toBeGreaterThan(0)
    const survivor = dead.id === victim ? other! : victim!
    expect(await scheduler.stop(survivor)).toMatchObject({ state: 'stopped' })
  })

  it('takes a queued run out of the queue to pause it, and lets the next one start when the person wants fewer', async () => {
    store.setSetting('concurrency', 1)
    const [first, second, third] = insert(['standard', 'laplacian', 'standard'], endless) as [
      string,
      string,
      string,
    ]
    const started = stepped(first)
    scheduler.enqueue([first, second, third])
    await started
    expect([second, third].map((id) => store.run(id)!.state)).toEqual(['queued', 'queued'])
    expect(await scheduler.pause(second)).toMatchObject({
      state: 'paused',
      endReason: 'It was paused on request.',
    })
    const next = stepped(third)
    expect(await scheduler.pause(first)).toMatchObject({ state: 'paused', error: null })
    await next
    expect(await scheduler.stop(first)).toMatchObject({ state: 'stopped' })
    store.setSetting('concurrency', 2)
    store.requeueRun(second)
    const again = stepped(second)
    scheduler.enqueue([second])
    await again
    expect(store.run(third)!.state).toBe('running')
  })

  it('interrupts what is running when it is closed', async () => {
    const ids = insert(['standard', 'laplacian', 'standard', 'standard', 'standard', 'standard'], endless)
    const started = stepped(ids[0]!)
    scheduler.enqueue(ids)
    await started
    await scheduler.close()
    for (const id of ids)
      expect(store.run(id)).toMatchObject({ state: 'interrupted', error: { code: 'interrupted' } })
  })

  it('fails a run whose dataset is gone, with the next step', async () => {
    const ids = insert(['standard'], tinyConfiguration)
    await data.library.remove(data.dataset.id)
    const end = ended(ids[0]!)
    scheduler.enqueue(ids)
    expect(await end).toMatchObject({ state: 'failed', error: { code: 'unknown-dataset' } })
  })
})
