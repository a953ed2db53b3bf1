/**
 * The store at the size of a long project: 200 runs with 50 metrics of 20,000 steps each, 200 million points, in a home
 * of its own that is removed afterwards. It is written as the scheduler writes it, and read as a window reads it.
 *
 *     npm run bench:store -- [--json] [--share 0.1] [--home DIR]
 *
 * --share makes fewer metrics: runs and steps, which decide what a question costs, stay. --home keeps the home in a new
 * folder; where it is there already, it is asked and not written again. To be believed, run it where nothing else runs;
 * times are given with those of the processor, which others disturb less.
 */
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Run } from '../src/shared/experiment.ts'
import { matches, parseCondition } from '../src/shared/runFilter.ts'
import { uniformAt } from '../src/main/engine/random.ts'
import { openStore, type Store } from '../src/main/store/index.ts'
import { createWorkbench, type Workbench } from '../src/main/workbench.ts'
import { anExperiment, aRun } from '../test/main/store/records.ts'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    share: { type: 'string', default: '1' },
    home: { type: 'string' },
  },
})
const [runCount, steps, attentions, seeds] = [200, 20_000, ['standard', 'laplacian', 'rotary'], 10]
const metricCount = Math.max(2, Math.round(50 * Number(options.share)))
const metrics = [
  'train/loss',
  'validation/loss',
  ...Array.from({ length: metricCount - 2 }, (_, index) => `measured/${index}`),
]
/** Runs that train at once, and the steps that one of them does between two reports: a quarter of a second at 10 ms. */
const [atOnce, stepsPerReport] = [4, 25]
/** Runs of an experiment: a variant for each, over ten seeds. */
const perExperiment = attentions.length * seeds

interface Cost {
  /** Milliseconds: the median, and the first time, with nothing read before. */
  readonly median: number
  readonly first: number
  /** Of the processor, the median. */
  readonly processor: number
}

const log = (line: string) => process.stderr.write(`${line}\n`)

/** A loss that falls and jitters. */
const valueAt = (run: number, metric: number, step: number): number =>
  1.5 + 3 / (1 + step / 500) + 0.1 * uniformAt(run, 'dataOrder', metric, step)

function runOf(number: number): Run {
  return aRun({
    id: `run-${number}`,
    experiment: `experiment-${Math.floor(number / perExperiment)}`,
    attention: attentions[Math.floor((number % perExperiment) / seeds)]!,
    seed: number % seeds,
    state: 'running',
    steps,
  })
}

function plan(store: Store): void {
  for (let first = 0; first < runCount; first += perExperiment) {
    const its = Array.from({ length: Math.min(perExperiment, runCount - first) }, (_, index) =>
      runOf(first + index),
    )
    const experiment = anExperiment({
      id: its[0]!.experiment,
      attentions,
      seeds: Array.from({ length: seeds }, (_, seed) => seed),
    })
    store.insertExperiment(experiment, its)
  }
}

/** Every run to its last step, some at once, a report after the other. Returns what writing took, without making. */
function write(store: Store): { seconds: number; processorSeconds: number } {
  let milliseconds = 0
  let microseconds = 0
  for (let first = 0; first < runCount; first += atOnce) {
    const training = Array.from({ length: Math.min(atOnce, runCount - first) }, (_, index) => first + index)
    for (let step = 0; step < steps; step += stepsPerReport)
      for (const run of training) {
        const id = `run-${run}`
        const points = Array.from({ length: stepsPerReport }, (_, index) =>
          metrics.map((metric, place) => ({
            ...{ run: id, metric, step: step + index + 1 },
            value: valueAt(run, place, step + index),
          })),
        ).flat()
        const [start, processor] = [performance.now(), process.cpuUsage()]
        store.appendPoints(points)
        store.updateRun(id, { step: step + stepsPerReport, trainLoss: points[0]!.value, seconds: step / 100 })
        milliseconds += performance.now() - start
        const used = process.cpuUsage(processor)
        microseconds += used.user + used.system
      }
    for (const run of training) store.updateRun(`run-${run}`, { state: 'finished' })
    if ((first / atOnce) % 10 === 9) log(`${first + atOnce} of ${runCount} runs written`)
  }
  return { seconds: milliseconds / 1000, processorSeconds: microseconds / 1e6 }
}

async function measure(times: number, ask: (turn: number) => unknown): Promise<Cost> {
  const costs: { time: number; processor: number }[] = []
  for (let turn = 0; turn < times; turn++) {
    const [start, processor] = [performance.now(), process.cpuUsage()]
    await ask(turn)
    const used = process.cpuUsage(processor)
    costs.push({ time: performance.now() - start, processor: (used.user + used.system) / 1000 })
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!
  return {
    first: costs[0]!.time,
    median: median(costs.map(({ time }) => time)),
    processor: median(costs.map(({ processor }) => processor)),
  }
}

/** What a window asks, of another run or experiment at every turn. */
async function read({
  api,
}: Workbench): Promise<Record<'opening' | 'bucketQuery' | 'smoothed' | 'listing' | 'filtering', Cost>> {
  const experiments = Math.floor(runCount / perExperiment)
  const curve = (runs: string[], metric: 'train/loss' | 'validation/loss', smoothing = 0) =>
    api.readCurves({ runs, metric, buckets: 2048, smoothing })
  return {
    opening: await measure(experiments, async (turn) => {
      const { runs } = await api.compareExperiment({ id: `experiment-${turn}` })
      await curve(runs.map(({ id }) => id), 'validation/loss') // prettier-ignore
    }),
    bucketQuery: await measure(50, (turn) => curve([`run-${(turn * 37) % runCount}`], 'train/loss')),
    smoothed: await measure(50, (turn) => curve([`run-${(turn * 41) % runCount}`], 'train/loss', 0.99)),
    listing: await measure(20, () => api.listRuns({})),
    filtering: await measure(20, async () => {
      const query = { search: 'run', conditions: [parseCondition('attention=laplacian')!] }
      return (await api.listRuns({})).filter((run) => matches(run, query))
    }),
  }
}

/** A new home with all runs; what writing them took. */
async function make(home: string) {
  const points = runCount * metricCount * steps
  const { bavail, bsize } = await fs.statfs(home)
  const needed = points * 30
  if (bavail * bsize < needed)
    throw new Error(`This needs ${(needed / 1e9).toFixed(1)} GB in ${home}: choose a smaller --share.`)
  const store = openStore(path.join(home, databaseName))
  plan(store)
  const written = write(store)
  store.close()
  return {
    pointsPerSecond: points / written.seconds,
    processorMicrosecondsPerPoint: (1e6 * written.processorSeconds) / points,
  }
}

const databaseName = 'workbench.sqlite'
const home = options.home ?? (await fs.mkdtemp(path.join(os.tmpdir(), 'attention-workbench-bench-')))
try {
  await fs.mkdir(home, { recursive: true })
  const isThere = (await fs.readdir(home)).includes(databaseName)
  const writing = isThere ? null : await make(home)
  const { size } = await fs.stat(path.join(home, databaseName))
  const workbench = await createWorkbench({ home })
  workbench.warmUp() // as the host of a window does
  await new Promise((resolve) => setTimeout(resolve, 2000))
  const costs = await read(workbench)
  await workbench.close()
  const report = {
    ...{ cores: os.availableParallelism(), runs: runCount, steps, bytes: size },
    ...(writing && { metrics: metricCount, points: runCount * metricCount * steps, writing }),
    milliseconds: costs,
  }
  const count = (value: number) => Math.round(value).toLocaleString('en')
  const line = (what: string, { median, first, processor }: Cost) =>
    `${what}: ${median.toFixed(1)} ms (the first time ${first.toFixed(1)}; ${processor.toFixed(1)} of the processor)`
  if (options.json) console.log(JSON.stringify(report, null, 2))
  else
    console.log(
      [
        `${runCount} runs of ${count(steps)} steps, ${(size / 1e9).toFixed(1)} GB`,
        ...(writing
          ? [
              `${metricCount} of 50 metrics, ${count(runCount * metricCount * steps)} points`,
              `writing: ${count(writing.pointsPerSecond)} points a second, ${writing.processorMicrosecondsPerPoint.toFixed(2)} µs of the processor each`,
            ]
          : []),
        line(`opening the comparison of ${perExperiment} runs`, costs.opening),
        line('one curve in 2,048 buckets', costs.bucketQuery),
        line('the same, smoothed', costs.smoothed),
        line(`listing ${runCount} runs`, costs.listing),
        line('listing and filtering them', costs.filtering),
      ].join('\n'),
    )
} finally {
  if (options.home === undefined) await fs.rm(home, { recursive: true, force: true })
}
