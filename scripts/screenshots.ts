/**
 * Pictures of every screen of the real window, in a real headless Chromium over the web host: small experiments are trained
 * for them first.
 *
 *     npm run screenshots -- [--all] [--home DIR] [--out DIR]
 *
 * Without --all only those that the README shows, in both themes, at 1280 x 800, into docs/images. With --all every screen in
 * both themes at 1280 x 800 and 1920 x 1080, into dist/screenshots. --home keeps the home in a folder; where it is there
 * already, its experiments are shown and nothing is trained.
 */
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { serveWeb } from '../src/main/hosts/web/index.ts'
import { rendererFolder } from '../src/main/paths.ts'
import { createWorkbench, type Workbench } from '../src/main/workbench.ts'
import type { CallInput } from '../src/shared/contract.ts'
import { endedStates } from '../src/shared/experiment.ts'
import { findChromium, launchChromium } from '../test/support/chromium.ts'
import { requireBuild } from '../test/support/hosts.ts'

const { values: options } = parseArgs({
  options: { all: { type: 'boolean', default: false }, home: { type: 'string' }, out: { type: 'string' } },
})
const out = path.resolve(options.out ?? (options.all ? 'dist/screenshots' : 'docs/images'))
const themes = ['light', 'dark'] as const
const sizes = options.all ? [[1280, 800], [1920, 1080]] as const : [[1280, 800]] as const // prettier-ignore
const attentions = ['standard', 'laplacian', 'exponential-family']

interface Shown {
  readonly texts: string
  readonly images: string
  /** A text and an image dataset, and a run of each kind. */
  readonly datasets: readonly [string, string]
  readonly runs: readonly [string, string]
}

interface Screen {
  readonly name: string
  readonly inReadme?: boolean
  hash(shown: Shown): string
  /** What is done there before the picture. */
  act?(page: Page): Promise<unknown>
}

const choose =
  (...labels: string[]) =>
  async (page: Page) => {
    for (const label of labels) await page.getByText(label, { exact: true }).first().click()
  }
/** Waits for every cloud of the lab, and moves them three steps on. */
async function derive(page: Page): Promise<void> {
  await page
    .getByText(/^(Deriving|Waiting)/)
    .first()
    .waitFor({ state: 'detached', timeout: 60_000 })
  await page.getByRole('slider').first().focus()
  for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowRight')
}

const textExperiment = ({ texts }: Shown) => `#/experiment/${texts}`
const imageExperiment = ({ images }: Shown) => `#/experiment/${images}`
const hidden = (...labels: string[]): Pick<Screen, 'hash' | 'act'> => ({
  hash: textExperiment,
  act: choose('Hidden states', ...labels),
})

const screens: readonly Screen[] = [
  { name: 'overview', hash: () => '#/' },
  { name: 'curves', inReadme: true, hash: textExperiment },
  { name: 'curves-apart', hash: textExperiment, act: choose('Apart') },
  { name: 'statistics', inReadme: true, ...hidden() },
  { name: 'similarity', ...hidden('Similarity') },
  { name: 'spectra', ...hidden('Spectra') },
  { name: 'projection', ...hidden('Projection') },
  { name: 'attention-maps', inReadme: true, ...hidden('Attention maps') },
  { name: 'samples', hash: textExperiment, act: choose('Samples') },
  { name: 'image-curves', hash: imageExperiment },
  { name: 'confusion', hash: imageExperiment, act: choose('Confusion') },
  { name: 'image-attention-maps', hash: imageExperiment, act: choose('Hidden states', 'Attention maps') },
  { name: 'dataset-text', hash: ({ datasets }) => `#/dataset/${datasets[0]}` },
  { name: 'dataset-images', hash: ({ datasets }) => `#/dataset/${datasets[1]}` },
  { name: 'runs', hash: () => '#/runs' },
  { name: 'run', hash: ({ runs }) => `#/run/${runs[0]}` },
  { name: 'run-configuration', hash: ({ runs }) => `#/run/${runs[0]}`, act: choose('Configuration') },
  { name: 'run-log', hash: ({ runs }) => `#/run/${runs[0]}`, act: choose('Log') },
  { name: 'run-batch', hash: ({ runs }) => `#/run/${runs[0]}`, act: choose('Batch') },
  { name: 'run-record', hash: ({ runs }) => `#/run/${runs[0]}`, act: choose('Record') },
  { name: 'run-images', hash: ({ runs }) => `#/run/${runs[1]}` },
  { name: 'lab', inReadme: true, hash: () => '#/lab', act: derive },
  { name: 'settings', hash: () => '#/settings' },
  { name: 'palette', hash: textExperiment, act: (page) => page.keyboard.press('Control+k') },
  { name: 'shortcuts', hash: textExperiment, act: (page) => page.keyboard.press('?') },
  { name: 'options', hash: () => '#/', act: (page) => page.getByRole('button', { name: /^Options/ }).click() },
  { name: 'variant-editor', hash: () => '#/', act: (page) => page.getByRole('button', { name: 'New variant…' }).click() },
] // prettier-ignore

/** An experiment, trained to its end. */
async function trained(
  { api }: Workbench,
  dataset: string,
  recipe: string,
  seeds: readonly number[],
  overrides: CallInput<'startExperiment'>['overrides'],
): Promise<string> {
  const { experiment } = await api.startExperiment({
    ...{ dataset, attentions, seeds: [...seeds], recipe, overrides, device: 'cpu' },
  })
  for (;;) {
    const runs = (await api.listRuns({})).filter((run) => run.experiment === experiment.id)
    if (runs.every(({ state }) => endedStates.has(state))) return experiment.id
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** A vision transformer that learns to read digits in half a minute. */
const smallVision = { steps: 200, evaluationInterval: 20, layers: 2, width: 32, batchSize: 64 }

async function prepare(workbench: Workbench): Promise<Shown> {
  const { api } = workbench
  const sample = (name: 'tinyshakespeare' | 'mnist-sample') =>
    api.importDataset({ source: { kind: 'sample', sample: name } })
  const datasets = [(await sample('tinyshakespeare')).id, (await sample('mnist-sample')).id] as const
  const known = await api.listExperiments({})
  const experimentOn = (dataset: string) => known.find((experiment) => experiment.dataset === dataset)?.id
  const texts =
    experimentOn(datasets[0]) ?? (await trained(workbench, datasets[0], 'quick', [0, 1, 2], { steps: 600 }))
  const images =
    experimentOn(datasets[1]) ?? (await trained(workbench, datasets[1], 'vit-mnist', [0, 1], smallVision))
  const runs = await api.listRuns({})
  const runOf = (id: string) => runs.find(({ experiment }) => experiment === id)!.id
  return { datasets, texts, images, runs: [runOf(texts), runOf(images)] }
}

async function takePicture(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0)
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(1500) // what is computed on demand: derivations, projections
  await page.screenshot({ path: path.join(out, `${name}.png`) })
  process.stderr.write(`${name}\n`)
}

async function takePictures(browser: Browser, address: string, shown: Shown | null): Promise<void> {
  const wanted = screens.filter(({ inReadme }) => options.all || inReadme)
  for (const theme of themes)
    for (const [width, height] of sizes) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme })
      const suffix = options.all ? `-${width}-${theme}` : `-${theme}`
      for (const screen of shown ? wanted : []) {
        const page = await context.newPage()
        await page.goto(address)
        await page.evaluate((hash) => (location.hash = hash), screen.hash(shown!))
        await page.waitForTimeout(500)
        await screen.act?.(page)
        await takePicture(page, screen.name + suffix)
        await page.close()
      }
      if (!shown && options.all) {
        const page = await context.newPage()
        await page.goto(address)
        await takePicture(page, `welcome${suffix}`)
      }
      await context.close()
    }
}

requireBuild()
const found = await findChromium()
if ('missing' in found) throw new Error(`There is no browser: ${found.missing}`)
const temporary = await fs.mkdtemp(path.join(os.tmpdir(), 'attention-workbench-screenshots-'))
const browser = await launchChromium(found)
try {
  await fs.mkdir(out, { recursive: true })
  for (const isEmpty of [true, false]) {
    const home = isEmpty ? path.join(temporary, 'empty') : (options.home ?? path.join(temporary, 'home'))
    const workbench = await createWorkbench({ home })
    const shown = isEmpty ? null : await prepare(workbench)
    const host = await serveWeb({ workbench, rendererFolder })
    await takePictures(browser, host.address, shown)
    await host.close()
    await workbench.close()
  }
} finally {
  await browser.close()
  await fs.rm(temporary, { recursive: true, force: true })
}
