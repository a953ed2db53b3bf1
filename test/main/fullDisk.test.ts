/** A home on a disk that is really full: it opens, what needs room is refused with the next step, and nothing half-done stays. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../src/main/store/index.ts'
import { createWorkbench, type Workbench } from '../../src/main/workbench.ts'
import { ownVariantSchema } from '../../src/shared/attention.ts'
import { mountSmallDisk, whyNoSmallDisk, type SmallDisk } from '../support/smallDisk.ts'
import { aRun, anExperiment } from './store/records.ts'

if (whyNoSmallDisk) console.log(`A home on a full disk: skipped, since ${whyNoSmallDisk}.`)

describe.skipIf(whyNoSmallDisk)('a home on a full disk', () => {
  let disk: SmallDisk
  let home: string
  const open: Workbench[] = []
  async function openHome(): Promise<Workbench> {
    const workbench = await createWorkbench({ home })
    open.push(workbench)
    return workbench
  }
  beforeEach(() => {
    disk = mountSmallDisk(4)
    home = path.join(disk.folder, 'home')
    const store = openStore(path.join(home, 'workbench.sqlite'))
    const experiment = anExperiment({ attentions: ['standard'], seeds: [0, 1] })
    store.insertExperiment(experiment, [
      aRun({ id: 'left', state: 'running', step: 12, etaSeconds: 9 }), // by a process that was killed
      aRun({ id: 'done', state: 'finished', seed: 1 }),
    ])
    store.appendPoints([{ run: 'done', metric: 'train/loss', step: 1, value: 2.5 }])
    store.close()
  })
  afterEach(async () => {
    for (const workbench of open.splice(0)) await workbench.close()
    disk.remove()
  })

  it('lets one look, refuses what needs room with what to do, and goes on when there is some', async () => {
    await (await openHome()).close()
    disk.fill()
    const { api, receiveUpload } = await openHome()
    const left = { id: 'left', state: 'interrupted', etaSeconds: null, error: { code: 'interrupted' } }
    expect(await api.listRuns({})).toMatchObject([left, { id: 'done', state: 'finished', error: null }])
    expect(await api.showRun({ id: 'left' })).toMatchObject(left)
    expect(await api.readSeries({ id: 'done' })).toEqual({ 'train/loss': [[1, 2.5]] })

    async function* bytes() {
      for (let piece = 0; piece < 4; piece++) yield Buffer.alloc(100_000)
    }
    const sample = { kind: 'sample', sample: 'tinyshakespeare' } as const
    const refused: Record<string, () => Promise<unknown>> = {
      'an upload': () => receiveUpload('long.txt', bytes()),
      'an import': () => api.importDataset({ source: sample }),
      'a label': () => api.labelRun({ id: 'done', notes: 'x'.repeat(100_000) }),
      'a variant': () => api.saveVariant(ownVariant),
    }
    for (const [what, call] of Object.entries(refused))
      await expect(call(), what).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringMatching(/^The disk has no room for \S+/) as unknown,
        hint: expect.stringMatching(/^Make room on it/) as unknown,
      })
    const files = fs.readdirSync(home, { recursive: true, withFileTypes: true }).filter((it) => it.isFile())
    const worked = files.filter(({ parentPath }) => /library|uploads|variants|runs/.test(parentPath))
    expect(worked.map(({ name }) => name)).toEqual([])

    disk.makeRoom()
    const shared = path.join(home, 'workbench.sqlite-shm')
    const sharedBytes = () => api.listRuns({}).then(() => fs.statSync(shared).size)
    await expect.poll(sharedBytes, { timeout: 10_000 }).toBeGreaterThan(10_000) // others may open it again
    expect(storedState('left')).toBe('interrupted')
    const { upload } = await receiveUpload('long.txt', bytes())
    expect(upload).toMatch(/./)
    expect((await api.labelRun({ id: 'done', notes: 'kept' })).notes).toBe('kept')
  })

  it('opens where there is not even room for what processes share of a database', async () => {
    disk.fill()
    fs.rmSync(path.join(home, 'sessions'), { recursive: true, force: true })
    expect(fs.readdirSync(home)).toEqual(['workbench.sqlite'])
    const { api } = await openHome()
    expect(await api.listRuns({})).toHaveLength(2)
  })

  it('says that a new home finds no room', async () => {
    home = path.join(disk.folder, 'another')
    disk.fill()
    await expect(createWorkbench({ home })).rejects.toMatchObject({
      code: 'disk-full',
      hint: 'Make room on it, or choose another home with --home.',
    })
  })

  it('lists runs on the command line', () => {
    disk.fill()
    const command = ['src/main/hosts/cli/index.ts', 'runs', '--json', '--home', home]
    expect(JSON.parse(execFileSync(process.execPath, command, { encoding: 'utf8' }))).toMatchObject([
      { id: 'left', state: 'interrupted' },
      { id: 'done', state: 'finished' },
    ])
  })

  const storedState = (id: string) => {
    const store = openStore(path.join(home, 'workbench.sqlite'))
    try {
      return store.run(id)!.state
    } finally {
      store.close()
    }
  }
})

const ownVariant = ownVariantSchema.parse({ id: 'mine', axes: { operator: 'laplacian' } })
