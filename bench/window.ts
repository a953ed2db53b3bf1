/**
 * The window at the size of a long project: 200 runs in experiments of 30, in a real headless Chromium over the web host.
 * How long until the first chart after launch, until a comparison of 30 runs is there, what a move of the pointer over a
 * chart costs, whether the table of runs scrolls, and the memory of the page after an hour of live updates, played fast.
 *
 *     npm run bench:window -- [--json] [--minutes 60]
 *
 * --minutes is the length of the simulated training. To be believed, run it where nothing else runs. The window has to be
 * built: npm run build.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { CDPSession, Page } from 'playwright-core'
import { uniformAt } from '../src/main/engine/random.ts'
import { serveWeb } from '../src/main/hosts/web/index.ts'
import { packageRoot, rendererFolder } from '../src/main/paths.ts'
import { openStore } from '../src/main/store/index.ts'
import type { SchedulerOptions } from '../src/main/training/scheduler.ts'
import { createWorkbench } from '../src/main/workbench.ts'
import type { Run } from '../src/shared/experiment.ts'
import { findChromium, launchChromium } from '../test/support/chromium.ts'
import { requireBuild } from '../test/support/hosts.ts'
import { anExperiment, aRun } from '../test/main/store/records.ts'

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, minutes: { type: 'string', default: '60' } },
})
const [runCount, steps, evaluationInterval, seeds] = [200, 20_000, 50, 10]
const attentions = ['standard', 'laplacian', 'exponential-family']
const perExperiment = attentions.length * seeds
/** What a trainer reports: four times a second, of steps of 35 ms. */
const [reportsPerSecond, stepsPerReport] = [4, 7]

const log = (line: string) => process.stderr.write(`${line}\n`)
const lossAt = (run: number, step: number) =>
  1.5 + 3 / (1 + step / 500) + 0.05 * uniformAt(run, 'dataOrder', 0, step)
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

/** 200 finished runs and, in an experiment of their own, two that are training. */
async function fill(home: string): Promise<void> {
  const workbench = await createWorkbench({ home })
  const dataset = await workbench.api.importDataset({ source: { kind: 'sample', sample: 'tinyshakespeare' } })
  await workbench.close()
  const store = openStore(path.join(home, 'workbench.sqlite'))
  const seedsOf = (count: number) => Array.from({ length: count }, (_, seed) => seed)
  for (let first = 0; first < runCount; first += perExperiment) {
    const number = first / perExperiment
    const runs = Array.from({ length: Math.min(perExperiment, runCount - first) }, (_, index) => {
      const last = { step: steps, loss: lossAt(first + index, steps) }
      return aRun({
        ...{ id: `run-${first + index}`, experiment: `experiment-${number}`, dataset: dataset.id },
        ...{ attention: attentions[Math.floor(index / seeds)]!, seed: index % seeds, steps, step: steps },
        ...{ state: 'finished', bestValidation: last, lastValidation: last, trainLoss: last.loss },
        ...{ parameters: 804_096, tokensPerSecond: 22_000, seconds: 700 },
        createdAt: new Date(Date.UTC(2026, 0, 1, number)).toISOString(),
      })
    })
    store.insertExperiment(
      anExperiment({
        ...{ id: `experiment-${number}`, name: `Experiment ${number}`, dataset: dataset.id },
        ...{ attentions, seeds: seedsOf(seeds), createdAt: runs[0]!.createdAt },
      }),
      runs,
    )
    for (const [index, { id }] of runs.entries()) {
      const points = Array.from({ length: steps }, (_, step) => ({
        ...{ run: id, metric: 'train/loss', step: step + 1 },
        value: lossAt(first + index, step),
      }))
      const evaluations = points.filter(({ step }) => step % evaluationInterval === 0)
      store.appendPoints([
        ...points,
        ...evaluations.map((point) => ({ ...point, metric: 'validation/loss', value: point.value + 0.1 })),
      ])
    }
  }
  const training = [0, 1].map((seed) =>
    aRun({ id: `live-${seed}`, experiment: 'live', dataset: dataset.id, seed, steps: 200_000 }),
  )
  store.insertExperiment(
    anExperiment({
      ...{ id: 'live', name: 'Live', dataset: dataset.id, attentions: ['standard'], seeds: seedsOf(2) },
      createdAt: new Date(Date.UTC(2026, 0, 2)).toISOString(),
    }),
    training,
  )
  store.close()
}

/**
 * Milliseconds until the experiment of that name is drawn: its heading, something on the canvas of its chart, and as many
 * rows in its comparison; and the frame after that.
 */
const untilDrawn = (page: Page, name: string, rows: number): Promise<number> =>
  page.evaluate(
    ([heading, count]) =>
      new Promise<number>((resolve) => {
        const start = performance.now()
        const isDrawn = (canvas: HTMLCanvasElement) => {
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
          return data.some((value, index) => index % 4 === 3 && value > 0)
        }
        const look = () => {
          const canvas = document.querySelector<HTMLCanvasElement>('[aria-label="Validation loss"] canvas')
          const isThere =
            document.querySelector('h1')?.textContent.trim() === heading &&
            document.querySelectorAll('table[aria-labelledby="comparison-title"] tbody tr').length >= count &&
            canvas !== null &&
            isDrawn(canvas)
          if (isThere) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)))
          else requestAnimationFrame(look)
        }
        look()
      }),
    [name, rows] as const,
  )

/** Seconds that the page's main thread was busy, and its heap in bytes. */
async function metricsOf(session: CDPSession): Promise<{ busy: number; heap: number }> {
  const { metrics } = await session.send('Performance.getMetrics')
  const of = (name: string) => metrics.find((metric) => metric.name === name)!.value
  return { busy: of('TaskDuration'), heap: of('JSHeapUsedSize') }
}

/**
 * Memory that the page's process has for itself, as the browser's own task manager counts it (without the program, which
 * all its processes share); null where the system does not say it in this way.
 */
async function privateBytes(session: CDPSession): Promise<number | null> {
  try {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    const sizes = await Promise.all(
      processInfo
        .filter(({ type }) => type === 'renderer')
        .map(async ({ id }) => {
          const status = await fs.readFile(`/proc/${id}/status`, 'utf8')
          return 1024 * Number(/RssAnon:\s+(\d+) kB/.exec(status)![1])
        }),
    )
    return Math.max(...sizes)
  } catch {
    return null
  }
}

/** The longest pause between two frames while `act` runs, and the share of frames later than 1.5 of their time, in ms. */
async function frames(page: Page, act: () => Promise<void>): Promise<{ longest: number; late: number }> {
  await page.evaluate(() => {
    const times: number[] = []
    Object.assign(window, { frameTimes: times, watchesFrames: true })
    const look = (time: number) => {
      times.push(time)
      if ((window as unknown as { watchesFrames: boolean }).watchesFrames) requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  await act()
  const times = await page.evaluate(() => {
    const page = window as unknown as { watchesFrames: boolean; frameTimes: number[] }
    page.watchesFrames = false
    return page.frameTimes
  })
  const pauses = times.slice(1).map((time, index) => time - times[index]!)
  return { longest: Math.max(...pauses), late: pauses.filter((pause) => pause > 25).length / pauses.length }
}

/** Milliseconds from starting the program, with the browser beside it, to the first chart. */
async function launch(home: string, open: () => Promise<Page>): Promise<{ whole: number; page: number }> {
  const start = performance.now()
  const words = ['start', '--web', '--no-open', '--home', home]
  const program = spawn(process.execPath, [path.join(packageRoot, 'out', 'main', 'cli.js'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [page, address] = await Promise.all([
      open(),
      new Promise<string>((resolve) => {
        let said = ''
        program.stdout.on('data', (text: Buffer) => {
          const found = /http:\/\/\S+/.exec((said += String(text)))
          if (found) resolve(found[0])
        })
      }),
    ])
    const asked = performance.now()
    await page.goto(address)
    await page.evaluate(() => (location.hash = '#/experiment/experiment-0'))
    await untilDrawn(page, 'Experiment 0', attentions.length)
    await page.close()
    return { whole: performance.now() - start, page: performance.now() - asked }
  } finally {
    program.kill('SIGINT')
    await once(program, 'exit')
  }
}

requireBuild()
const found = await findChromium()
if ('missing' in found) throw new Error(`There is no browser: ${found.missing}`)
const home = await fs.mkdtemp(path.join(os.tmpdir(), 'attention-workbench-bench-'))
log(`Writing ${runCount} runs`)
await fill(home)
const browser = await launchChromium(found)
const size = { viewport: { width: 1280, height: 800 } }
try {
  log('Launching')
  const launches: { whole: number; page: number }[] = []
  for (let turn = 0; turn < 3; turn++)
    launches.push(await launch(home, async () => (await browser.newContext(size)).newPage()))

  let parts!: SchedulerOptions
  const workbench = await createWorkbench({
    home,
    createScheduler(given) {
      parts = given
      const idle = () => Promise.reject(new Error('Nothing trains here.'))
      return { enqueue() {}, stop: idle, pause: idle, wake() {}, close: () => Promise.resolve() }
    },
  })
  const host = await serveWeb({ workbench, rendererFolder })
  const page = await (await browser.newContext(size)).newPage()
  const session = await page.context().newCDPSession(page)
  const ofBrowser = await browser.newBrowserCDPSession()
  await session.send('Performance.enable')
  await page.goto(host.address)
  await page.getByRole('heading').first().waitFor()

  log('Opening comparisons')
  const openings: number[] = []
  for (let number = 0; number < Math.floor(runCount / perExperiment); number++) {
    await page.evaluate(() => (location.hash = '#/'))
    await page.waitForFunction(() => document.querySelector('canvas') === null)
    await page.evaluate((id) => (location.hash = `#/experiment/${id}`), `experiment-${number}`)
    openings.push(await untilDrawn(page, `Experiment ${number}`, attentions.length))
    await page.waitForTimeout(500)
  }

  log('Moving over the chart')
  const box = (await page.locator('[aria-label="Validation loss"] canvas').first().boundingBox())!
  const moves = 120
  const before = await metricsOf(session)
  const hovering = await frames(page, async () => {
    for (let move = 0; move < moves; move++)
      await page.mouse.move(box.x + (box.width * (move + 0.5)) / moves, box.y + box.height / 2)
  })
  const perMove = (1000 * ((await metricsOf(session)).busy - before.busy)) / moves

  log('Scrolling the table of runs')
  await page.evaluate(() => (location.hash = '#/runs'))
  await page.getByRole('row').nth(5).waitFor()
  await page.waitForTimeout(500)
  await page.mouse.move(700, 500)
  const scrolling = await frames(page, async () => {
    for (let turn = 0; turn < 60; turn++) {
      await page.mouse.wheel(0, turn < 40 ? 160 : -320)
      await page.waitForTimeout(16)
    }
  })

  const minutes = Number(options.minutes)
  log(`Playing ${minutes} minutes of two runs that train`)
  await page.evaluate(() => (location.hash = '#/experiment/live'))
  await page.getByRole('heading', { name: 'Live' }).waitFor()
  const started = performance.now()
  const reports = minutes * 60 * reportsPerSecond
  const liveBefore = await metricsOf(session)
  for (let report = 1; report <= reports; report++) {
    for (const seed of [0, 1]) {
      const id = `live-${seed}`
      const step = report * stepsPerReport
      const points = Array.from({ length: stepsPerReport }, (_, index) => step - stepsPerReport + index + 1)
      const evaluated = points.filter((place) => place % evaluationInterval === 0)
      parts.store.appendPoints([
        ...points.map((place) => ({
          run: id,
          metric: 'train/loss',
          step: place,
          value: lossAt(seed, place),
        })),
        ...evaluated.map((place) => ({
          ...{ run: id, metric: 'validation/loss', step: place },
          value: lossAt(seed, place) + 0.1,
        })),
      ])
      const last = evaluated.map((place) => ({ step: place, loss: lossAt(seed, place) + 0.1 })).at(-1)
      const changes: Partial<Run> = {
        ...{
          state: 'running',
          step,
          trainLoss: lossAt(seed, step),
          seconds: step / 28,
          tokensPerSecond: 22_000,
        },
        ...(last && { lastValidation: last, bestValidation: last }),
      }
      parts.store.updateRun(id, changes)
      parts.onRunChanged(parts.store.run(id)!)
    }
    if (report % 8 === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await page.waitForTimeout(1000)
  const played = (performance.now() - started) / 1000
  const live = await metricsOf(session)
  const own = await privateBytes(ofBrowser)
  await session.send('HeapProfiler.enable')
  await session.send('HeapProfiler.collectGarbage')
  const collected = await metricsOf(session)

  const report = {
    cores: os.availableParallelism(),
    browser: found.description,
    launchMilliseconds: {
      whole: median(launches.map(({ whole }) => whole)),
      page: median(launches.map((one) => one.page)),
    },
    comparisonMilliseconds: { first: openings[0]!, median: median(openings), longest: Math.max(...openings) },
    hover: { busyMilliseconds: perMove, ...hovering },
    scrolling,
    live: {
      ...{ minutes, reports: 2 * reports, playedInSeconds: played },
      busyMillisecondsPerReport: (1000 * (live.busy - liveBefore.busy)) / (2 * reports),
      ...{ privateBytes: own, heapBytes: live.heap, heapAfterCollection: collected.heap },
    },
  }
  const megabytes = (bytes: number | null) => (bytes === null ? 'unknown' : `${(bytes / 1e6).toFixed(0)} MB`)
  const ms = (value: number) => `${value.toFixed(1)} ms`
  if (options.json) console.log(JSON.stringify(report, null, 2))
  else
    console.log(
      [
        `${report.browser}, ${report.cores} cores`,
        `first chart after launch: ${ms(report.launchMilliseconds.whole)}, ${ms(report.launchMilliseconds.page)} of it the page`,
        `opening a comparison of ${perExperiment} runs: ${ms(report.comparisonMilliseconds.median)} (first ${ms(openings[0]!)}, longest ${ms(Math.max(...openings))})`,
        `a move over the chart: ${ms(perMove)} busy, the longest pause between frames ${ms(hovering.longest)}`,
        `scrolling ${runCount} runs: the longest pause between frames ${ms(scrolling.longest)}, ${(100 * scrolling.late).toFixed(1)} % late`,
        `${minutes} minutes of live updates: ${megabytes(own)} of its own, heap ${megabytes(live.heap)}, ${megabytes(collected.heap)} after collection`,
      ].join('\n'),
    )
  await host.close()
  await workbench.close()
} finally {
  await browser.close()
  await fs.rm(home, { recursive: true, force: true })
}
