/**
 * Trainers, the workbench, or both are killed at random moments, over and over: nothing that was recorded is lost, the
 * database stays whole, and in the end every curve is that of runs that nobody disturbed, bit for bit.
 * A few kills here; fifty with `npm run test:long`.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import SQLite from 'better-sqlite3'
import { afterAll, expect, it } from 'vitest'
import { uniformAt } from '../../src/main/engine/random.ts'
import { openStore } from '../../src/main/store/index.ts'
import { repeatable } from '../support/repeatable.ts'

const isLong = import.meta.env.MODE === 'long'
const kills = isLong ? 50 : 3

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-kills-'))
const text = path.join(folder, 'fox.txt')
fs.writeFileSync(
  text,
  'the quick brown fox jumps over the lazy dog and sleeps under an old tree; '.repeat(60),
)
const children = new Set<ChildProcess>()
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

const script = path.join(import.meta.dirname, '../support/killable.ts')
function start(home: string, seeds: readonly number[]): ChildProcess {
  const child = spawn(process.execPath, [script, home, text, seeds.join(',')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  children.add(child)
  return child
}

const trainersOf = ({ pid }: ChildProcess): number[] => {
  try {
    const found = execFileSync('pgrep', ['-P', String(pid), '-f', 'training/worker'], { encoding: 'utf8' })
    return found.split('\n').filter(Boolean).map(Number)
  } catch {
    return [] // none
  }
}
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it ended by itself
  }
}

/** The database, where it was not killed before there was one. */
function openDatabase(home: string): SQLite.Database | undefined {
  const file = path.join(home, 'workbench.sqlite')
  return fs.existsSync(file) ? new SQLite(file, { readonly: true }) : undefined
}

/** Every recorded point, by run, metric and step. */
function recorded(home: string): Map<string, number | null> {
  const database = openDatabase(home)
  try {
    if (!database?.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'series'`).get()) return new Map()
    const rows = database
      .prepare<[], [string, string, number, number | null]>(`SELECT run, metric, step, value FROM series`)
      .raw()
      .all()
    return new Map(rows.map(([run, metric, step, value]) => [`${run} ${metric} ${step}`, value]))
  } finally {
    database?.close()
  }
}

/** The same when the host does nothing more: it is held still, so that no run takes up again what is after its checkpoint. */
async function recordedBy(host: ChildProcess, home: string): Promise<Map<string, number | null>> {
  for (;;) {
    host.kill('SIGSTOP')
    try {
      return recorded(home)
    } catch (error) {
      // it was stopped with the database in its hands
      if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error
      host.kill('SIGCONT')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

function checkIntegrity(home: string): void {
  const database = openDatabase(home)
  expect(database?.pragma('integrity_check', { simple: true }) ?? 'ok').toBe('ok')
  database?.close()
}

/** What runs recorded that does not depend on when, by variant and seed. */
function outcome(home: string) {
  const store = openStore(path.join(home, 'workbench.sqlite'))
  const runs = store.runs().map((run) => {
    const { state, step, bestValidation, lastValidation, trainLoss, threads } = run
    const rest = { samples: store.samples([run.id]).map(({ step, text }) => [step, text]) }
    return [
      `${run.attention} ${run.seed}`,
      { ...{ state, step, bestValidation, lastValidation, trainLoss, threads, ...rest },
        series: repeatable(store.series(run.id)), measurements: store.measurements(run.id) }, // prettier-ignore
    ] as const
  })
  store.close()
  return Object.fromEntries(runs)
}

it(
  `survives ${kills} kills, and ends as if there had been none`,
  { timeout: isLong ? 1_800_000 : 180_000 },
  async () => {
    const home = path.join(folder, 'killed')
    const seeds = [0]
    let host = start(home, seeds)
    let done = 0
    for (let round = 0; done < kills; round++) {
      const chance = (index: number) => uniformAt(7, 'probe', round, index)
      const ended = once(host, 'exit')
      const waitMs = 1000 + 3000 * chance(0)
      const isOver = await Promise.race([
        ended.then(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), waitMs)),
      ])
      if (isOver) {
        expect(host.exitCode, 'the workbench ended by itself').toBe(0)
        // all runs are finished: the next ones
        seeds.push(seeds.length)
        host = start(home, seeds)
        continue
      }
      const trainers = trainersOf(host)
      const victims = (['trainer', 'host', 'both'] as const)[Math.floor(3 * chance(1))]!
      if (victims !== 'host') trainers.filter((_, index) => victims === 'both' || index === 0).forEach(kill)
      if (victims !== 'trainer') {
        const before = await recordedBy(host, home)
        host.kill('SIGKILL')
        await ended
        const after = recorded(home)
        for (const [point, value] of before) expect(after.get(point), point).toBe(value)
        host = start(home, seeds)
      } else if (trainers.length === 0) continue
      checkIntegrity(home)
      done++
    }
    await once(host, 'exit')
    checkIntegrity(home)

    const undisturbed = path.join(folder, 'undisturbed')
    await once(start(undisturbed, seeds), 'exit')
    const [killed, whole] = [outcome(home), outcome(undisturbed)]
    expect(Object.keys(killed)).toHaveLength(3 * seeds.length)
    for (const run of Object.values(whole)) expect(run).toMatchObject({ state: 'finished', step: 600 })
    expect(killed).toEqual(whole)
  },
)
