/** Databases with bytes flipped, cut off or overwritten: what is found, what is kept, and what is saved. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import SQLite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { uniformAt } from '../../../src/main/engine/random.ts'
import { openStore, type Point } from '../../../src/main/store/index.ts'
import { migrations } from '../../../src/main/store/migrations/index.ts'
import { damageOf, markOf } from '../../../src/main/store/recovery/damage.ts'
import { openOrRecover } from '../../../src/main/store/recovery/index.ts'
import { aRun, anExperiment } from './records.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-recovery-'))
  file = path.join(folder, 'workbench.sqlite')
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

const runs = ['run-1', 'run-2', 'run-3']
const metrics = ['train/loss', 'validation/loss']
const steps = 2000
const valueOf = (run: string, metric: string, step: number) =>
  runs.indexOf(run) + metrics.indexOf(metric) / 10 + step / 7

/** A closed database of about 70 pages, nearly all of them points. */
function fill(): void {
  const store = openStore(file)
  store.insertExperiment(
    anExperiment(),
    runs.map((id, seed) => aRun({ id, seed })),
  )
  const points: Point[] = []
  for (const run of runs)
    for (const metric of metrics)
      for (let step = 0; step < steps; step++)
        points.push({ run, metric, step, value: valueOf(run, metric, step) })
  store.appendPoints(points)
  store.close()
}

const pageBytes = 4096
function overwrite(offset: number, bytes: Uint8Array): void {
  const handle = fs.openSync(file, 'r+')
  fs.writeSync(handle, bytes, 0, bytes.length, offset)
  fs.closeSync(handle)
}
const noise = (seed: number, length: number) =>
  Uint8Array.from({ length }, (_, index) => Math.floor(256 * uniformAt(seed, 'probe', 0, index)))

/** Recovers; every point that is left is one that was there. Returns how many are. */
function recovered(): { message: string; runs: number; points: number; kept: Buffer } {
  const { store, notices } = openOrRecover(file, true)
  try {
    expect(notices).toHaveLength(1)
    const { message, hint } = notices[0]!
    const kept = /kept: (.*)$/.exec(hint)![1]!
    let points = 0
    for (const { id } of store.runs())
      for (const [metric, its] of Object.entries(store.series(id)))
        for (const [step, value] of its) {
          expect(value).toBe(valueOf(id, metric, step))
          points++
        }
    const check = new SQLite(file)
    expect(check.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(check.pragma('foreign_key_check')).toEqual([])
    check.close()
    // and it is a store like any other
    const { length } = store.runs()
    store.appendPoints([{ run: store.runs()[0]?.id ?? newRun(store), metric: 'new', step: 1, value: 1 }])
    return { message, runs: length, points, kept: fs.readFileSync(kept) }
  } finally {
    store.close()
  }
}
function newRun(store: ReturnType<typeof openStore>): string {
  store.insertExperiment(anExperiment({ id: 'new' }), [aRun({ id: 'new', experiment: 'new' })])
  return 'new'
}
const all = runs.length * metrics.length * steps

describe('a database', () => {
  it('that is whole is opened as it is, with no notice', () => {
    fill()
    expect(damageOf(file)).toBeUndefined()
    const { store, notices } = openOrRecover(file, true)
    expect(notices).toEqual([])
    expect(store.runs()).toHaveLength(3)
    store.close()
    expect(fs.readdirSync(folder)).toEqual(['workbench.sqlite'])
  })

  it.each([1, 2, 3, 4, 5, 6])('with damaged pages keeps everything that is not on them (seed %i)', (seed) => {
    fill()
    const pages = fs.statSync(file).size / pageBytes
    const place = (index: number) => 20 + Math.floor((pages - 20) * uniformAt(seed, 'probe', 1, index))
    for (let index = 0; index < 3; index++)
      overwrite(place(index) * pageBytes, noise(seed + index, pageBytes))
    const damagedBytes = fs.readFileSync(file)
    const { runs: found, points, kept, message } = recovered()
    expect(found).toBe(3)
    expect(points).toBeGreaterThan(0.5 * all)
    expect(points).toBeLessThan(all)
    expect(message).toContain(`3 runs, ${points.toLocaleString('en-US')} points`)
    expect(kept.equals(damagedBytes)).toBe(true)
  })

  it('that was cut off gives what is left of it', () => {
    fill()
    fs.truncateSync(file, Math.floor(0.6 * fs.statSync(file).size))
    const { runs: found, points } = recovered()
    expect(found).toBe(3)
    expect(points).toBeGreaterThan(0)
  })

  it('whose first bytes are gone is read with those of a new one', () => {
    fill()
    overwrite(0, new Uint8Array(100))
    expect(recovered()).toMatchObject({ runs: 3, points: all })
  })

  it('that is something else is kept, and a new one begun', () => {
    fs.writeFileSync(file, 'To be, or not to be, that is the question.'.repeat(300))
    const { message, runs: found, kept } = recovered()
    expect(found).toBe(0)
    expect(message).toContain('0 experiments, 0 runs')
    expect(kept.toString()).toMatch(/^To be/)
  })

  it('of an earlier version is saved, and brought to the newest', () => {
    const old = new SQLite(file)
    for (const migration of migrations.slice(0, 4)) old.exec(migration)
    old.pragma('user_version = 4')
    old.exec(`INSERT INTO experiment VALUES (1, 'experiment-1', 'a name', 'd', 'quick', '[]', '[]', '')`)
    old.close()
    overwrite(0, new Uint8Array(40))
    const { store } = openOrRecover(file, true)
    expect(store.experiments()).toMatchObject([{ id: 'experiment-1', name: 'a name', tags: [] }])
    store.close()
  })

  it('that others have open is refused, and left as it is', () => {
    fill()
    overwrite(30 * pageBytes, noise(1, pageBytes))
    const before = fs.readFileSync(file)
    expect(() => openOrRecover(file, false)).toThrow(expect.objectContaining({ code: 'database-damaged' }))
    expect(fs.readFileSync(file).equals(before)).toBe(true)
  })

  it('that turns out to be damaged while it is open is marked for the next start', () => {
    fill()
    const { store } = openOrRecover(file, true)
    for (let page = 25; page < fs.statSync(file).size / pageBytes; page++)
      overwrite(page * pageBytes, new Uint8Array(pageBytes))
    expect(() => runs.forEach((run) => store.series(run))).toThrow(
      expect.objectContaining({ code: 'database-damaged' }),
    )
    expect(fs.existsSync(markOf(file))).toBe(true)
    store.close()
    expect(recovered().runs).toBe(3)
    expect(fs.existsSync(markOf(file))).toBe(false)
  })

  it('of a newer program is refused with the version that it needs', () => {
    fill()
    const newer = new SQLite(file)
    newer.exec(`UPDATE setting SET value = '"7.8.9"' WHERE name = 'app-version'`)
    newer.pragma(`user_version = ${migrations.length + 1}`)
    newer.close()
    const before = fs.readFileSync(file)
    expect(() => openOrRecover(file, true)).toThrow(
      expect.objectContaining({
        code: 'database-newer',
        hint: expect.stringContaining('Attention Workbench 7.8.9') as string,
      }),
    )
    expect(fs.readFileSync(file).equals(before)).toBe(true)
  })
})
