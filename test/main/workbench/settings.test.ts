/** Settings and the home over a real workbench; the scheduler is one that does nothing. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Store } from '../../../src/main/store/index.ts'
import { createWorkbench, type Workbench } from '../../../src/main/workbench.ts'
import { homeParts } from '../../../src/shared/contract.ts'
import { defaultSettings } from '../../../src/shared/settings.ts'

let home: string
let workbench: Workbench
let store: Store
const wake = vi.fn()
beforeEach(async () => {
  wake.mockClear()
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'settings-'))
  workbench = await createWorkbench({
    home,
    createScheduler(parts) {
      store = parts.store
      const never = () => Promise.reject(new Error('nothing trains here'))
      return { enqueue() {}, stop: never, pause: never, wake, close: async () => undefined }
    },
  })
})
afterEach(async () => {
  await workbench.close()
  fs.rmSync(home, { recursive: true })
})

describe('settings', () => {
  it('are the defaults where nothing was set, and what was set from then on', async () => {
    const { api } = workbench
    expect(await api.readSettings({})).toEqual(defaultSettings)
    const told = vi.fn()
    api.subscribe('settingsChanged', told)
    const changed = { ...defaultSettings, theme: 'dark' }
    expect(await api.changeSettings({ theme: 'dark' })).toEqual(changed)
    expect(await api.readSettings({})).toEqual(changed)
    expect(told).toHaveBeenCalledExactlyOnceWith(changed)
    expect(wake).not.toHaveBeenCalled()
  })

  it('agree with the queue about how many runs share the cores, whichever was asked', async () => {
    const { api } = workbench
    await api.changeSettings({ concurrency: 3 })
    expect(wake).toHaveBeenCalledOnce()
    expect(await api.readQueue({})).toMatchObject({ concurrency: 3 })
    await api.setConcurrency({ concurrency: null })
    expect(wake).toHaveBeenCalledTimes(2)
    expect(await api.readSettings({})).toMatchObject({ concurrency: null })
  })

  it.each(['dark', '"pink"', '{'])('fall back to the default where the file has %s', async (text) => {
    store.setSetting('theme', 'dark')
    await workbench.close()
    const { default: SQLite } = await import('better-sqlite3')
    const database = new SQLite(path.join(home, 'workbench.sqlite'))
    database.prepare(`UPDATE setting SET value = ? WHERE name = 'theme'`).run(text)
    database.close()
    workbench = await createWorkbench({ home })
    expect(await workbench.api.readSettings({})).toEqual(defaultSettings)
  })

  it.each([{ theme: 'pink' }, { concurrency: 0 }, { concurrency: 1.5 }, { notifications: 'yes' }])(
    'cannot be %o',
    async (changes) => {
      await expect(workbench.dispatch('changeSettings', changes)).rejects.toMatchObject({
        code: 'invalid-request',
      })
      expect(await workbench.api.readSettings({})).toEqual(defaultSettings)
    },
  )
})

it('measures what a home takes up, part by part', async () => {
  const { api } = workbench
  const before = await api.readHome({})
  expect(before.folder).toBe(home)
  expect(before.parts.map(({ part }) => part)).toEqual(homeParts)
  const text = path.join(home, 'uploads', 'poem.txt')
  fs.writeFileSync(text, 'To be, or not to be, that is the question.\n'.repeat(50))
  const { id } = await api.importDataset({ source: { kind: 'paths', paths: [text] } })
  fs.mkdirSync(path.join(home, 'runs', 'a', 'b'), { recursive: true })
  fs.writeFileSync(path.join(home, 'runs', 'a', 'b', 'weights'), Buffer.alloc(1000))
  fs.symlinkSync(text, path.join(home, 'runs', 'elsewhere'))
  const { experiment, runs } = await api.startExperiment({
    ...{ dataset: id, attentions: ['standard'], seeds: [0], recipe: 'quick', overrides: {}, device: 'cpu' },
  })
  expect(experiment.dataset).toBe(id)
  store.appendProbe(runs[0]!.id, { step: 0, bytes: new Uint8Array(5000) }, 10_000)
  const after = await api.readHome({})
  const bytes = Object.fromEntries(after.parts.map(({ part, bytes }) => [part, bytes]))
  const then = Object.fromEntries(before.parts.map(({ part, bytes }) => [part, bytes]))
  expect(bytes.datasets).toBeGreaterThan(then.datasets!)
  expect(bytes.checkpoints).toBe(1000)
  expect(bytes.statistics! - then.statistics!).toBe(5000)
  expect(bytes.other! - then.other!).toBeGreaterThanOrEqual(fs.statSync(text).size)
  expect(after.freeBytes).toBeGreaterThan(0)
  expect(after.versions).toMatchObject({ node: process.versions.node })
  expect(after.versions).not.toHaveProperty('electron')
})
