/**
 * bench: how fast this machine trains the models of the recipes, on each device that it has. A few steps each, in a process
 * of its own, as estimates try them; on the built-in samples, in a home that is gone afterwards, so that nothing that is
 * known from before is told again. What the same models take in PyTorch is `npm run bench`, in a checkout.
 */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { samples } from '../../../shared/catalogue/samples.ts'
import { errorRecord } from '../../../shared/errors.ts'
import type { Dataset, DeviceChoice, ErrorRecord, RunConfiguration } from '../../../shared/experiment.ts'
import { samplesPerStep } from '../../training/timing.ts'
import type { Workbench } from '../../workbench.ts'
import { findRecipe } from '../../workbench/experiments.ts'
import { isVariantFile } from './arguments.ts'
import { addVariant } from './catalogue.ts'
import { findDataset } from './datasets.ts'
import { formatBytes, formatCount, unknown } from './format.ts'
import { note, print, printDocument, printError, table } from './output.ts'
import { silence } from './progress.ts'
import { exitCodes, orInterrupted, withWorkbench, type ExitCode } from './session.ts'

/** Those of the built-in samples that take seconds on a CPU. */
export const usualRecipes = ['quick', 'nanogpt-cpu', 'vit-mnist'] as const

export interface BenchOptions {
  json?: boolean
  recipe: readonly string[]
  attention: readonly string[]
  /** All that are available where absent, without `reference`, which is there to check the others. */
  device?: readonly DeviceChoice[]
  set?: Partial<RunConfiguration>
}

interface Subject {
  readonly recipe: string
  readonly attention: string
  readonly device: string
}
interface Measured {
  readonly dataset: string
  readonly threads: number
  readonly parameters: number
  /** Median of the timed steps. */
  readonly stepMs: number
  readonly tokensPerSecond?: number
  readonly imagesPerSecond?: number
  readonly evaluationMs: number
  readonly peakBytes: number
}
type Row = Subject & (Measured | { readonly error: ErrorRecord })

/** Exit code 1 where something could not be measured; the rest is printed all the same. */
export async function bench(options: BenchOptions): Promise<ExitCode> {
  const wanted = options.recipe.map(findRecipe)
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'attention-workbench-measuring-'))
  try {
    return await withWorkbench({ home }, async (workbench, signal) => {
      const attentions = options.attention.map((name) =>
        isVariantFile(name) ? addVariant(name, home).id : name,
      )
      const devices = options.device ?? (await availableDevices(workbench))
      const rows: Row[] = []
      for (const recipe of wanted) {
        const sample = samples.find(({ kind }) => kind === recipe.kind)!.id
        const dataset = await findDataset(workbench, sample, silence, signal)
        for (const device of devices)
          for (const attention of attentions) {
            if (!options.json) note(`${recipe.id}: ${attention} on ${device} ...`)
            const subject = { recipe: recipe.id, attention, device }
            rows.push(await orInterrupted(measure(workbench, subject, dataset, options.set ?? {}), signal))
          }
      }
      const machine = { processor: os.cpus()[0]?.model.trim() ?? unknown, cores: os.availableParallelism() }
      if (options.json) printDocument({ machine, rows })
      else print(`${machine.processor}, ${machine.cores} cores\n\n${benchText(rows)}`)
      const failed = rows.flatMap((row) => ('error' in row ? [row.error] : []))
      if (!options.json) failed.forEach(printError)
      return failed.length > 0 ? exitCodes.failed : exitCodes.done
    })
  } finally {
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function availableDevices({ api }: Workbench): Promise<DeviceChoice[]> {
  const devices = await api.listDevices({})
  return devices
    .filter(({ id, available }) => available && id !== 'reference')
    .map(({ id }) => id as DeviceChoice)
}

async function measure(
  { api }: Workbench,
  subject: Subject,
  dataset: Dataset,
  overrides: Partial<RunConfiguration>,
): Promise<Row> {
  const { recipe, attention, device } = subject
  try {
    const { runs, parameters, estimate } = await api.planExperiment({
      ...{ dataset: dataset.id, recipe, attentions: [attention], seeds: [0], overrides },
      ...{ device: device as DeviceChoice, measure: true },
    })
    const [tried, run] = [estimate.variants[0]!, runs[0]!]
    const perSecond = (1000 * samplesPerStep(run.configuration, dataset)) / tried.stepMs
    return {
      ...{ recipe, attention, device: tried.device, dataset: dataset.name, threads: tried.threads },
      ...{ parameters: parameters[0]!.count, stepMs: tried.stepMs },
      ...(dataset.kind === 'text' ? { tokensPerSecond: perSecond } : { imagesPerSecond: perSecond }),
      ...{ evaluationMs: tried.evaluationMs, peakBytes: tried.peakBytes },
    }
  } catch (error) {
    const record = errorRecord(error)
    if (record.code === 'interrupted') throw error
    return { ...subject, error: record }
  }
}

export const benchText = (rows: readonly Row[]): string => {
  const shown = (value: (row: Measured) => string) => (row: Row) => ('error' in row ? unknown : value(row))
  return table(rows, [
    { title: 'recipe', value: ({ recipe }) => recipe },
    { title: 'variant', value: ({ attention }) => attention },
    { title: 'device', value: ({ device }) => device },
    { title: 'threads', align: 'right', value: shown(({ threads }) => formatCount(threads)) },
    { title: 'parameters', align: 'right', value: shown(({ parameters }) => formatCount(parameters)) },
    { title: 'ms/step', align: 'right', value: shown(({ stepMs }) => formatCount(stepMs, 1)) },
    { title: 'tokens/s', align: 'right', value: shown((row) => formatCount(row.tokensPerSecond ?? null)) },
    { title: 'images/s', align: 'right', value: shown((row) => formatCount(row.imagesPerSecond ?? null)) },
    { title: 'memory', align: 'right', value: shown(({ peakBytes }) => formatBytes(peakBytes)) },
  ])
}
