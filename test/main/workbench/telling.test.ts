/** What waits for room on the disk says so, in its own process and in others on the same home. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Store } from '../../../src/main/store/index.ts'
import { createWorkbench, type Workbench } from '../../../src/main/workbench.ts'
import type { Run } from '../../../src/shared/experiment.ts'

let home: string
let open: Workbench[]
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'telling-'))
  open = []
})
afterEach(async () => {
  for (const workbench of open) await workbench.close()
  fs.rmSync(home, { recursive: true })
})

/** Its scheduler does nothing by itself. */
async function openWorkbench() {
  let store!: Store
  let announce!: (run: Run) => void
  const nothing = async (id: string) => store.run(id)!
  const workbench = await createWorkbench({
    home,
    createScheduler(parts) {
      store = parts.store
      announce = parts.onRunChanged
      return {
        enqueue: () => undefined,
        stop: nothing,
        pause: nothing,
        wake: () => undefined,
        close: async () => undefined,
      }
    },
  })
  open.push(workbench)
  return { api: workbench.api, store, announce }
}

it('is told of runs wherever they are listed or shown, until there is room again', async () => {
  const text = path.join(home, 'poem.txt')
  fs.writeFileSync(text, 'To be, or not to be, that is the question.\n'.repeat(50))
  const owner = await openWorkbench()
  const other = await openWorkbench()
  const { id: dataset } = await owner.api.importDataset({ source: { kind: 'paths', paths: [text] } })
  const { runs } = await owner.api.startExperiment({
    ...{ dataset, attentions: ['standard', 'laplacian'], seeds: [0], recipe: 'quick' },
    ...{ overrides: { context: 16 }, device: 'cpu' },
  })
  const [trains, waitsItsTurn] = runs.map(({ id }) => id) as [string, string]
  const running = owner.store.updateRun(trains, { state: 'running', etaSeconds: 60 })
  owner.announce(running)
  const told = async ({ api }: typeof owner) => [
    (await api.showRun({ id: trains })).error?.code ?? null,
    ...(await api.listRuns({})).map(({ error, etaSeconds }) => error?.code ?? etaSeconds),
    ...(await api.compareExperiment({ id: running.experiment })).runs.map(({ error }) => error?.code ?? null),
  ]
  const goes = [null, 60, null, null, null]
  const waits = ['disk-full', 'disk-full', null, 'disk-full', null]
  expect([await told(owner), await told(other)]).toEqual([goes, goes])

  owner.announce({ ...running, error: { code: 'disk-full', message: 'Full.', hint: 'Make room.' } })
  expect(owner.store.run(trains)!.error).toBeNull() // there is no room to write it down
  expect([await told(owner), await told(other)]).toEqual([waits, waits])
  expect((await owner.api.showRun({ id: trains })).error!.message).toBe('Full.')
  expect((await other.api.showRun({ id: trains })).error!.hint).toContain('goes on by itself')
  expect((await other.api.showRun({ id: waitsItsTurn })).state).toBe('queued')

  owner.announce(running)
  expect([await told(owner), await told(other)]).toEqual([goes, goes])
})
