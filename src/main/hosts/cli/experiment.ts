/** train, compare and resume: starts runs, follows them to the end, and prints what came of them. */
import { defaultRecipe } from '../../../shared/catalogue/recipes.ts'
import type { Comparison } from '../../../shared/comparison.ts'
import type { CallInput, ExperimentRequest } from '../../../shared/contract.ts'
import { WorkbenchError } from '../../../shared/errors.ts'
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
import { describeDuplicate, printPlan } from './plan.ts'
import { note, print, printDocument, printError } from './output.ts'
import { createProgress, describeEnd, silence, tellWaits, type Progress } from './progress.ts'
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
  /** Says what would be queued and how long it may take, and trains nothing. */
  dryRun?: boolean
}

/** Trains one run. Exit code 1 when it does not finish. */
export function train(options: ExperimentOptions & { attention: string; seed: number }): Promise<ExitCode> {
  return experiment(options, [options.attention], [options.seed], ({ runs }) => ({
    run: runDocument(runs[0]!),
  }))
}

/** Trains every variant with every seed. Exit code 1 when any run does not finish; the table is printed all the same. */
export function compare(
  options: ExperimentOptions & { attention: string[]; seeds: number[]; report?: string },
): Promise<ExitCode> {
  return experiment(options, options.attention, options.seeds, comparisonDocument)
}

async function experiment(
  options: ExperimentOptions & { report?: string },
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
    const recipe = options.recipe ?? defaultRecipe[dataset.kind]
    const request = { ...wanted, dataset: dataset.id, recipe }
    if (options.dryRun) return printPlan(workbench, request, options.json ?? false, signal)
    let id = ''
    const start = async () => {
      const { duplicates } = await workbench.api.planExperiment({ ...request, measure: false })
      for (const duplicate of duplicates) note(describeDuplicate(duplicate))
      const { experiment, runs } = await workbench.api.startExperiment(request)
      id = experiment.id
      progress.tell(describeLength(dataset, runs[0]!))
      const warning = vocabularyWarning(dataset, runs[0]!.configuration)
      const warn = progress === silence ? note : progress.tell
      if (warning !== null) warn(`warning: ${warning}`)
    }
    const runs = await follow(workbench, start, progress, signal)
    if (signal.aborted) return sayWhatWasKept(runs, options.json)

    if (options.report !== undefined) {
      await workbench.exports.to({ id, format: 'report' }, options.report, signal)
      note(`report: ${options.report}`)
    }
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

/** Continues runs from their last checkpoints, in the order of the queue. Prints what train prints of each. */
export function resume(
  ids: readonly string[],
  options: { home?: string; json?: boolean; all?: boolean; fromStart?: boolean },
): Promise<ExitCode> {
  return followAll(options, async (workbench) => {
    const queue = options.all ? await workbench.api.readQueue({}) : undefined
    const paused = options.all
      ? (await workbench.api.listRuns({})).filter(({ state }) => state === 'paused')
      : []
    const wanted = queue ? [...queue.interrupted, ...paused].map(({ id }) => id) : ids
    if (wanted.length === 0)
      throw new WorkbenchError('not-resumable', 'No run is interrupted or paused.', 'List all with: runs')
    // every one is announced before the first can end
    for (const id of wanted) await workbench.api.resumeRun({ id, fromStart: options.fromStart ?? false })
  })
}

/** Starts a run again with other values, and follows it. */
export function clone(
  request: CallInput<'cloneRun'>,
  options: { home?: string; json?: boolean },
): Promise<ExitCode> {
  return followAll(options, async (workbench) => void (await workbench.api.cloneRun(request)))
}

/** One run is printed as one, several as a list. */
function followAll(
  options: { home?: string; json?: boolean },
  begin: (workbench: Workbench) => Promise<void>,
): Promise<ExitCode> {
  return withWorkbench(options, async (workbench, signal) => {
    const progress = options.json && !process.stderr.isTTY ? silence : createProgress(process.stderr)
    const runs = await follow(workbench, () => begin(workbench), progress, signal)
    if (signal.aborted) return sayWhatWasKept(runs, options.json)

    const failures = runs.filter(({ state }) => state !== 'finished')
    const error = failures[0] && failureOf(failures[0])
    const documents = runs.map(runDocument)
    if (options.json)
      printDocument({
        ...(documents.length === 1 ? { run: documents[0] } : { runs: documents }),
        ...(error && { error }),
      })
    else {
      for (const run of runs) print(describeEnd(run))
      noteAlerts(runs)
    }
    for (const run of failures) printError(failureOf(run))
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
  const sayWaits = tellWaits(progress === silence ? note : progress.tell)
  const { promise: allEnded, resolve } = Promise.withResolvers<void>()
  // Nothing else trains in this process, and every run is announced as queued before the first one starts.
  const unsubscribe = workbench.api.subscribe('runChanged', (run) => {
    latest.set(run.id, run)
    const runs = [...latest.values()]
    sayWaits(runs)
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
