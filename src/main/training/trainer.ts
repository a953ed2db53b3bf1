/**
 * One run from its configuration to its last evaluation: builds and compiles the programs, steps, evaluates, reports.
 * It knows neither processes nor the store: worker.ts runs it in a process of its own, tests run it directly.
 */
import { WorkbenchError } from '../../shared/errors.ts'
import { timeMetric, type RunConfiguration } from '../../shared/experiment.ts'
import { openDevice } from '../engine/devices/index.ts'
import { countOperations } from '../engine/operationCounts.ts'
import { learningRateAt, scheduleAt } from '../engine/optimizer.ts'
import type { DeviceState, Specifications } from '../engine/program.ts'
import { initialTensors, parameterCount, stateOf } from '../model/parameters.ts'
import type { Checkpoint } from './checkpoint.ts'
import { openCheckpoints, type Unusable } from './checkpoints.ts'
import { openFeedQueue, type FeedQueue } from './feed/queue.ts'
import type { Report, TrainingTask } from './messages.ts'
import { openObjective } from './objectives/index.ts'
import { createProber, type Prober } from './probing/prober.ts'
import { createReporter } from './reporter.ts'
import type { HostTensors } from './safetensors.ts'
import { createSpikeDetector } from './spikes.ts'
import { createStopwatch } from './stopwatch.ts'

/** Copies of some tensors of the state, with their shapes. */
async function copyOf(
  state: DeviceState,
  specifications: Specifications,
  names: readonly string[],
): Promise<HostTensors> {
  const numbers = await state.read(names)
  return Object.fromEntries(
    names.map((name) => [name, { shape: specifications[name]!.shape, numbers: numbers[name]! }]),
  )
}

function refuseDivergence(step: number, loss: number, gradientNorm: number): void {
  if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) return
  throw new WorkbenchError(
    'diverged',
    `The ${Number.isFinite(loss) ? 'gradient norm' : 'loss'} became ${Number.isFinite(loss) ? gradientNorm : loss} at step ${step}.`,
    'Try a lower learning rate, a longer warm-up or a smaller clipNorm.',
  )
}

const isDue = (step: number, { evaluationInterval, steps }: RunConfiguration): boolean =>
  step % evaluationInterval === 0 || step === steps

/**
 * Trains until the last step or until `signal` is aborted, from the run's last checkpoint where it has one. Step k of a
 * series is the state after k updates; the training loss at k is that of the batch whose update led to k.
 * It waits between two steps while the disk has no room for a checkpoint.
 * @param held is waited for likewise: while there is no room for what they would report
 * @throws WorkbenchError diverged, with everything up to that step reported
 */
export async function train(
  task: TrainingTask,
  send: (report: Report) => void,
  signal: AbortSignal,
  held: () => Promise<void> | undefined = () => undefined,
): Promise<'finished' | 'stopped'> {
  const { configuration, seed, attention } = task
  const { steps } = configuration
  const reporter = createReporter(send)
  const objective = openObjective(task)
  const { model, trainingStep, samples } = objective
  const checkpoints = openCheckpoints(task.checkpoints, {
    signal,
    onFailure: (step, reason) =>
      reporter.alert({ step, code: 'checkpoint-failed', message: checkpointFailed(step, reason) }),
    onFull(error) {
      reporter.progress({ error, ...(error && { etaSeconds: null }) })
      reporter.flush(true)
    },
  })
  let feed: FeedQueue | undefined
  let prober: Prober | undefined
  try {
    const { device, measured } = await openDevice(task.device, task.threads, trainingStep)
    reporter.progress({
      state: 'preparing',
      device: device.name,
      deviceDescription: device.description,
      threads: task.threads,
      parameters: parameterCount(model.parameters),
      operations: countOperations(trainingStep),
    })
    reporter.flush(true)

    const { checkpoint, unusable } = await checkpoints.restore(trainingStep.state, task.recordedStep)
    const start = checkpoint ?? beginning
    feed = openFeedQueue(objective.feed, { first: start.step, end: steps })
    const program = await device.compile(trainingStep)
    const validator = await objective.createValidator(device)
    const state = device.createState(start.tensors ?? initialTensors(model, trainingStep.state, seed))
    const stopwatch = createStopwatch(configuration, objective.throughput, start.seconds)
    const spikes = createSpikeDetector(start.spikes)
    let { bestValidation, lastValidation } = start

    /** The state as a checkpoint holds it; the copies are the run's only pause for it. */
    const capture = async (step: number, names: readonly string[]): Promise<Checkpoint> => ({
      ...{ step, seed, attention, bestValidation, lastValidation },
      configuration: task.checkpoints.configuration,
      seconds: stopwatch.progress(step).seconds,
      spikes: spikes.state,
      tensors: await copyOf(state, trainingStep.state, names),
    })
    const weights = Object.keys(stateOf(model))
    prober = createProber(device, objective.probed, configuration, {
      ...reporter,
      failed: (step, what, reason) =>
        reporter.alert({
          step,
          code: 'statistics-failed',
          message: `${what} could not be measured: ${reason}`,
        }),
    })

    async function evaluate(step: number): Promise<void> {
      const measured = await validator.measure(state, signal)
      if (!measured) return
      const { confusion, ...validation } = measured
      refuseDivergence(step, validation.loss, 0)
      lastValidation = { step, ...validation }
      reporter.point('validation/loss', step, validation.loss)
      if (validation.accuracy !== undefined) reporter.point('validation/accuracy', step, validation.accuracy)
      if (confusion) reporter.confusion({ step, counts: confusion })
      reporter.progress({ lastValidation })
      if (bestValidation && validation.loss >= bestValidation.loss) return
      bestValidation = lastValidation
      reporter.progress({ bestValidation })
      checkpoints.keepBest(await capture(step, weights))
    }

    async function sample(step: number): Promise<void> {
      const sampled = await samples!.sample(device, state, signal)
      if (sampled) reporter.sample({ step, ...sampled })
    }

    reporter.rewind(start.step)
    for (const { device: name, msPerStep } of measured)
      if (msPerStep !== undefined) reporter.point(`device/${name}/ms-per-step`, 0, msPerStep)
    if (unusable.length > 0)
      reporter.alert({
        step: start.step,
        code: 'checkpoint-damaged',
        message: checkpointDamaged(start.step, unusable),
      })
    const trainLoss = start.spikes.losses.at(-1) ?? null
    reporter.progress({ state: 'running', trainLoss, bestValidation, lastValidation })

    for (let step = start.step; ; step++) {
      await held()
      await checkpoints.room
      const isEvaluation = isDue(step, configuration)
      const evaluates = isEvaluation && lastValidation?.step !== step
      // what takes longer than a step keeps nothing waiting that is recorded already
      if (isEvaluation || samples?.isDue(step)) reporter.flush(true)
      if (evaluates) await stopwatch.evaluation(() => evaluate(step))
      // also at the step of the checkpoint that it starts from, after which measuring may not have been finished
      if (isEvaluation && !signal.aborted) await stopwatch.probe(() => prober!.probe(step, state))
      // also at the step of the checkpoint that it starts from, after which the sample may not have been finished
      if (samples?.isDue(step)) await stopwatch.sample(() => sample(step))
      const progress = stopwatch.progress(step)
      if (isEvaluation) reporter.point(timeMetric, step, progress.seconds)
      reporter.progress({ step, ...progress })
      const ends = step === steps || signal.aborted
      const keeps = step > start.step && (ends || checkpoints.isDue(evaluates))
      if (keeps && !isEvaluation && !ends) await prober.settle() // a resume does not probe again what is before it
      reporter.flush(ends || keeps) // a checkpoint is of use only where everything before it is recorded
      if (keeps) checkpoints.keep(await capture(step, Object.keys(trainingStep.state)))
      if (step === steps) return 'finished'
      if (ends) return 'stopped'
      await stopwatch.step(async () => {
        const inputs = { ...(await feed!.take(step)), ...scheduleAt(step, configuration) }
        const results = await program.run(state, inputs)
        const loss = results.loss![0]!
        const gradientNorm = results.gradientNorm![0]!
        refuseDivergence(step + 1, loss, gradientNorm)
        reporter.point('train/loss', step + 1, loss)
        reporter.point('gradient-norm', step + 1, gradientNorm)
        reporter.point('learning-rate', step + 1, learningRateAt(step, configuration))
        reporter.progress({ trainLoss: loss })
        const spike = spikes.observe(step + 1, loss)
        if (spike) reporter.alert({ step: step + 1, code: 'loss-spike', message: spike })
      })
    }
  } finally {
    await checkpoints.settle()
    await prober?.close()
    reporter.flush(true)
    await feed?.close()
    objective.close()
  }
}

/** Where a run without a checkpoint starts. */
const beginning: Omit<Checkpoint, 'tensors' | 'seed' | 'attention' | 'configuration'> & {
  readonly tensors?: undefined
} = {
  step: 0,
  bestValidation: null,
  lastValidation: null,
  seconds: 0,
  spikes: { losses: [], quietUntil: 0 },
}

const checkpointFailed = (step: number, reason: string): string =>
  `The checkpoint of step ${step} was not written: ${reason}. Training goes on; until one is written, a resume starts further back.`

const checkpointDamaged = (step: number, unusable: readonly Unusable[]): string =>
  `${unusable.map(({ file, reason }) => `${file} could not be used: ${reason}`).join('; ')}. ` +
  `The run continued from step ${step}.`
