/** train, compare and resume: starts runs, follows them to the end, and prints what came of them. */
import { defaultRecipe } from '../../../shared/catalogue/recipes.ts'
import type { Comparison } from '../../../shared/comparison.ts'
import type { ExperimentRequest } from '../../../shared/contract.ts'
import {
  endedStates,
  epochsOf,
  type Dataset,
  type ErrorRecord,
  type Run,
  type RunConfiguration,
} from '../../../shared/experiment.ts'
import { vocabularyWarning } from '../../../shared/vocabulary.ts'
import type { Workbench } from '../../workbench.ts'
import { checkRequest } from '../../workbench/experiments.ts'
import { isVariantFile } from './arguments.ts'
import { addVariant, variantsOf } from './catalogue.ts'
import { printBitsPerByte } from './bitsPerByte.ts'
import { comparisonText, printAccuracy } from './comparison.ts'
import { findDataset } from './datasets.ts'
import { comparisonDocument, runDocument } from './documents.ts'
import { formatEpochs, formatPlural } from './format.ts'
import { note, print, printDocument, printError } from './output.ts'
import { createProgress, describeEnd, silence, type Progress } from './progress.ts'
import { exitCodes, withWorkbench, type ExitCode } from './session.ts'

export interface ExperimentOptions {
  home?: string
  json?: boolean
  dataset: string
  /** The default of the dataset's kind where absent. */
  recipe?: string
  device: ExperimentRequest['device']
  steps?: number
  set?: Partial<RunConfiguration>
}

/** Trains one run. Exit code 1 when it does not finish. */
export function train(options: ExperimentOptions & { attention: string; seed: number }): Promise<ExitCode> {
  return experiment(options, [options.attention], [options.seed], ({ runs }) => ({
    run: runDocument(runs[0]!),
  }))
}

/** Trains every variant with every seed. Exit code 1 when any run does not finish; the table is printed all the same. */
export function compare(
  options: ExperimentOptions & { attention: string[]; seeds: number[] },
): Promise<ExitCode> {
  return experiment(options, options.attention, options.seeds, comparisonDocument)
}

async function experiment(
  options: ExperimentOptions,
  variants: string[],
  seeds: number[],
  document: (comparison: Comparison) => object,
): Promise<ExitCode> {
  const attentions = variants.map((variant) =>
    isVariantFile(variant) ? addVariant(variant, options.home).id : variant,
  )
  const wanted = {
    attentions,
    seeds,
    device: options.device,
    overrides: { ...options.set, ...(options.steps === undefined ? {} : { steps: options.steps }) },
  }
  checkRequest({ ...wanted, recipe: options.recipe }, variantsOf(options.home).read().variants) // before a dataset is imported for it
  return withWorkbench(options, async (workbench, signal) => {
    const progress = options.json && !process.stderr.isTTY ? silence : createProgress(process.stderr)
    const dataset = await findDataset(workbench, options.dataset, progress, signal)
    let id = ''
    const start = async () => {
      const recipe = options.recipe ?? defaultRecipe[dataset.kind]
      const request = { ...wanted, dataset: dataset.id, recipe }
      const { experiment, runs } = await workbench.api.startExperiment(request)
      id = experiment.id
      progress.tell(describeLength(dataset, runs[0]!))
      const warning = vocabularyWarning(dataset, runs[0]!.configuration)
      const warn = progress === silence ? note : progress.tell
      if (warning !== null) warn(`warning: ${warning}`)
    }
    const runs = await follow(workbench, start, progress, signal)
    if (signal.aborted) return sayWhatWasKept(runs, options.json)

    const comparison = await workbench.api.compareExperiment({ id })
    const failures = comparison.runs.filter((run) => run.state !== 'finished')
    const error = failures[0] && failureOf(failures[0])
    if (options.json) printDocument({ ...document(comparison), ...(error && { error }) })
    else {
      print(comparisonText(comparison))
      printBitsPerByte(comparison, dataset)
      await printAccuracy(workbench, comparison, {})
      noteAlerts(comparison.runs)
    }
    for (const run of failures) printError(failureOf(run))
    return failures.length > 0 ? exitCodes.failed : exitCodes.done
  })
}

/** "mnist-sample, recipe vit-mnist: 1,407 steps are 20 epochs of 9,000 training images". */
function describeLength(dataset: Dataset, { recipe, configuration }: Run): string {
  const unit = dataset.kind === 'text' ? 'token' : 'image'
  return (
    `${dataset.name}, recipe ${recipe}: ${formatPlural(configuration.steps, 'step')} are ` +
    `${formatEpochs(epochsOf(configuration, dataset))} of ${formatPlural(dataset.train, `training ${unit}`)}`
  )
}

/** Continues one run from its last checkpoint. Prints what train prints. */
export function resume(id: string, options: { home?: string; json?: boolean }): Promise<ExitCode> {
  return withWorkbench(options, async (workbench, signal) => {
    const progress = options.json && !process.stderr.isTTY ? silence : createProgress(process.stderr)
    const start = async () => void (await workbench.api.resumeRun({ id }))
    const [run] = (await follow(workbench, start, progress, signal)) as [Run]
    if (signal.aborted) return sayWhatWasKept([run], options.json)

    const error = run.state === 'finished' ? undefined : failureOf(run)
    if (options.json) printDocument({ run: runDocument(run), ...(error && { error }) })
    else {
      print(describeEnd(run))
      noteAlerts([run])
    }
    if (error) printError(error)
    return error ? exitCodes.failed : exitCodes.done
  })
}

/** What happened on the way that did not end a run. */
function noteAlerts(runs: readonly Run[]): void {
  for (const run of runs)
    for (const { message } of run.alerts)
      note(`alert: ${run.attention} seed ${run.seed} (run ${run.id}): ${message}`)
}

/** Starts runs and waits until every one has ended. An abort closes the workbench, which ends them. */
async function follow(
  workbench: Workbench,
  start: () => Promise<void>,
  progress: Progress,
  signal: AbortSignal,
): Promise<Run[]> {
  const latest = new Map<string, Run>()
  const { promise: allEnded, resolve } = Promise.withResolvers<void>()
  // Nothing else trains in this process, and every run is announced as queued before the first one starts.
  const unsubscribe = workbench.api.subscribe('runChanged', (run) => {
    latest.set(run.id, run)
    const runs = [...latest.values()]
    progress.update(runs)
    if (runs.every(({ state }) => endedStates.has(state))) resolve()
  })
  const interrupt = () => void workbench.close().then(resolve)
  try {
    await start()
    if (signal.aborted) interrupt()
    signal.addEventListener('abort', interrupt, { once: true })
    await allEnded
    return [...latest.values()]
  } finally {
    signal.removeEventListener('abort', interrupt)
    unsubscribe()
    progress.close()
  }
}

function failureOf(run: Run): ErrorRecord {
  const { code, message, hint } = run.error ?? { code: 'interrupted', message: 'it was stopped', hint: '' }
  return {
    code,
    message: `${run.attention} seed ${run.seed} (run ${run.id}) ${run.state} at step ${run.step}: ${message}`,
    hint,
  }
}

/** Ctrl-C: what had been recorded by then stays in the database, and every run has a checkpoint at its step. */
function sayWhatWasKept(runs: readonly Run[], json = false): ExitCode {
  const experiment = runs[0]!.experiment
  const finished = runs.filter((run) => run.state === 'finished').length
  const commands = runs.filter((run) => run.state !== 'finished').map((run) => `resume ${run.id}`)
  const error = {
    code: 'interrupted',
    message: `Interrupted: ${finished} of ${formatPlural(runs.length, 'run')} finished.`,
    hint:
      `The recorded points of experiment ${experiment} are kept` +
      (commands.length > 0 ? `; continue with: ${commands.join(', ')}.` : '.'),
  }
  if (json) printDocument({ experiment, runs: runs.map(runDocument), error })
  printError(error)
  return exitCodes.interrupted
}
