/** Several processes at one database file, and a process that is killed while it writes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStore } from '../../../src/main/store/index.ts'
import { aRun, anExperiment } from './records.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-store-'))
  file = path.join(folder, 'workbench.db')
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

const writer = (run: string, batches: number) =>
  spawn(process.execPath, [path.join(import.meta.dirname, 'writer.ts'), file, run, String(batches)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

it('lets several processes open a new file at once and migrate it once', async () => {
  const openers = Array.from({ length: 4 }, () => writer('none', 0))
  const ends = await Promise.all(openers.map((opener) => once(opener, 'exit')))
  expect(ends.map(([code]) => code)).toEqual([0, 0, 0, 0])
  const store = openStore(file)
  expect(store.runs()).toEqual([])
  store.close()
})

it('lets two processes write while a third has the file open and reads', async () => {
  const store = openStore(file)
  store.insertExperiment(anExperiment(), [aRun({ id: 'a' }), aRun({ id: 'b', seed: 1 })])
  const writers = [writer('a', 50), writer('b', 50)]
  for (const { stdout } of writers) stdout.resume()
  const ends = Promise.all(writers.map((process) => once(process, 'exit')))
  let reads = 0
  let ended = false
  void ends.then(() => (ended = true))
  while (!ended) {
    // whatever is seen is whole batches
    expect((store.series('a')['train/loss'] ?? []).length % 10).toBe(0)
    reads++
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect((await ends).map(([code]) => code)).toEqual([0, 0])
  expect(reads).toBeGreaterThan(0)
  for (const run of ['a', 'b']) expect(store.series(run)['train/loss']).toHaveLength(500)
  store.close()
})

it('keeps every batch that was committed when its writer is killed', async () => {
  const before = openStore(file)
  before.insertExperiment(anExperiment(), [aRun()])
  before.close()

  const killed = writer('run-1', 1_000_000)
  let output = ''
  for await (const text of killed.stdout) {
    output += String(text)
    if (output.split('\n').length > 20) killed.kill('SIGKILL')
  }
  const committed = output.split('\n').length - 1

  const store = openStore(file)
  const steps = (store.series('run-1')['train/loss'] ?? []).map(([step]) => step)
  expect(steps.length).toBeGreaterThanOrEqual(committed * 10)
  expect(steps.length % 10).toBe(0)
  expect(steps).toEqual(steps.map((_, index) => index))
  store.close()
})
