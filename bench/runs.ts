/**
 * Whole runs, as a person starts them: what everything around the steps costs, and whether runs that train at once get
 * in each other's way.
 *
 *     npm run bench:runs -- [--json] [--steps N]
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { createWorkbench } from '../src/main/workbench.ts'
import { train } from './wholeRun.ts'

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, steps: { type: 'string', default: '300' } },
})
const steps = Number(options.steps)

/** Statistics have a benchmark of their own: bench/statistics.ts. */
const overrides = {
  ...{ steps, evaluationInterval: steps, evaluationTokens: 16_384 },
  ...{ statistics: 'none', probeMegabytes: 0 },
}

const home = await mkdtemp(path.join(os.tmpdir(), 'attention-workbench-bench-'))
const workbench = await createWorkbench({ home })
try {
  const { id } = await workbench.api.importDataset({ source: { kind: 'sample', sample: 'tinyshakespeare' } })

  process.stderr.write('One run, instrumented\n')
  const file = path.join(home, 'instrument.json')
  process.env.ATTENTION_WORKBENCH_BENCH_FILE = file
  process.env.NODE_OPTIONS = `--import ${new URL('./instrument.ts', import.meta.url).href}`
  await train(workbench, id, [0], overrides)
  delete process.env.NODE_OPTIONS
  const { insideMs, totalMs } = JSON.parse(await readFile(file, 'utf8')) as {
    insideMs: number
    totalMs: number
  }

  process.stderr.write('Four runs one after the other, then four at once, twice\n')
  const apart: number[] = []
  const together: number[] = []
  for (let round = 0; round < 2; round++) {
    let sum = 0
    for (const seed of [1, 2, 3, 4]) sum += await train(workbench, id, [seed], overrides)
    apart.push(sum)
    together.push(await train(workbench, id, [1, 2, 3, 4], overrides))
  }
  const report = {
    cores: os.availableParallelism(),
    steps,
    aroundShare: 1 - insideMs / totalMs,
    apartSeconds: apart,
    togetherSeconds: together,
    togetherOverApart: Math.min(...together) / Math.min(...apart),
  }
  if (options.json) console.log(JSON.stringify(report, null, 2))
  else {
    console.log(`Everything around the steps: ${(100 * report.aroundShare).toFixed(2)} % of a run`)
    console.log(
      `Four runs at once take ${report.togetherOverApart.toFixed(2)} times the time of one after the other ` +
        `(${together.map((s) => s.toFixed(1)).join(', ')} s against ${apart.map((s) => s.toFixed(1)).join(', ')} s)`,
    )
  }
} finally {
  await workbench.close()
  await rm(home, { recursive: true, force: true })
}
