/**
 * One run from its configuration to its last evaluation: builds and compiles the programs, steps, evaluates, reports.
 * It knows neither processes nor the store: worker.ts runs it in a process of its own, tests run it directly.
 */
import { WorkbenchError } from '../../shared/errors.ts'
import type { RunConfiguration } from '../../shared/experiment.ts'
import { trainingOffsets, readBatch } from '../datasets/sampler.ts'
import { openTokens } from '../datasets/tokens.ts'
import { openDevice } from '../engine/devices/index.ts'
import { dropoutMasks } from '../engine/dropout.ts'
import { learningRateAt, scheduleAt } from '../engine/optimizer.ts'
import type { DeviceState, Specifications } from '../engine/program.ts'
import { uniformAt } from '../engine/random.ts'
import { attentionVariant } from '../model/attention/index.ts'
import { initialTensors, parameterCount } from '../model/parameters.ts'
import { languageModel } from '../model/transformer.ts'
import type { Checkpoint } from './checkpoint.ts'
import { openCheckpoints, type Unusable } from './checkpoints.ts'
import type { Report, TrainingTask } from './messages.ts'
import { dropoutInputs, trainingProgram } from './programs.ts'
import { createReporter } from './reporter.ts'
import type { HostTensors } from './safetensors.ts'
import { createSpikeDetector } from './spikes.ts'
import { createStopwatch } from './stopwatch.ts'
import { createValidator } from './validation.ts'

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
 * @throws WorkbenchError diverged, with everything up to that step reported
 */
export async function train(
  task: TrainingTask,
  send: (report: Report) => void,
  signal: AbortSignal,
): Promise<'finished' | 'stopped'> {
  const { configuration, seed, attention } = task
  const { context, batchSize, steps } = configuration
  const reporter = createReporter(send)
  const model = languageModel({ ...configuration, vocabulary: task.vocabulary }, attentionVariant(attention))
  const trainingStep = trainingProgram(model, configuration)
  const { device, measured } = await openDevice(task.device, task.threads, trainingStep)
  reporter.progress({
    state: 'preparing',
    device: device.name,
    threads: task.threads,
    parameters: parameterCount(model.parameters),
  })
  reporter.flush(true)

  const training = openTokens(task.datasetFolder, 'train')
  const validation = openTokens(task.datasetFolder, 'validation')
  const checkpoints = openCheckpoints(task.checkpoints, (step, reason) =>
    reporter.alert({ step, code: 'checkpoint-failed', message: checkpointFailed(step, reason) }),
  )
  try {
    const program = await device.compile(trainingStep)
    const validator = await createValidator(
      device,
      model,
      validation,
      context,
      configuration.evaluationTokens,
    )
    const { checkpoint, unusable } = await checkpoints.restore(trainingStep.state, task.recordedStep)
    const start = checkpoint ?? beginning
    const state = device.createState(
      start.tensors ?? initialTensors(model.parameters, trainingStep.state, seed),
    )
    const uniform = (step: number, index: number) => uniformAt(seed, 'dataOrder', step, index)
    const offsetsAt = trainingOffsets({ length: training.length, context, batchSize, uniform })
    const masksAt = dropoutMasks({
      sites: dropoutInputs(model, configuration),
      probability: configuration.dropout,
      seed,
    })
    const tokens = new Int32Array(batchSize * context)
    const targets = new Int32Array(batchSize * context)
    const stopwatch = createStopwatch(configuration, start.seconds)
    const spikes = createSpikeDetector(start.spikes)
    let { bestValidation, lastValidation } = start

    /** The state as a checkpoint holds it; the copies are the run's only pause for it. */
    const capture = async (step: number, names: readonly string[]): Promise<Checkpoint> => ({
      ...{ step, seed, attention, bestValidation, lastValidation },
      configuration: task.checkpoints.configuration,
      seconds: stopwatch.progress(step).seconds!,
      spikes: spikes.state,
      tensors: await copyOf(state, trainingStep.state, names),
    })
    const weights = model.parameters.map(({ name }) => name)

    async function evaluate(step: number): Promise<void> {
      const loss = await validator.measure(state, signal)
      if (loss === undefined) return
      refuseDivergence(step, loss, 0)
      lastValidation = { step, loss }
      reporter.point('validation/loss', step, loss)
      reporter.progress({ lastValidation })
      if (bestValidation && loss >= bestValidation.loss) return
      bestValidation = lastValidation
      reporter.progress({ bestValidation })
      checkpoints.keepBest(await capture(step, weights))
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
      const evaluates = isDue(step, configuration) && lastValidation?.step !== step
      if (evaluates) await stopwatch.evaluation(() => evaluate(step))
      reporter.progress({ step, ...stopwatch.progress(step) })
      const ends = step === steps || signal.aborted
      const keeps = step > start.step && (ends || checkpoints.isDue(evaluates))
      reporter.flush(ends || keeps) // a checkpoint is of use only where everything before it is recorded
      if (keeps) checkpoints.keep(await capture(step, Object.keys(trainingStep.state)))
      if (step === steps) return 'finished'
      if (ends) return 'stopped'
      await stopwatch.step(async () => {
        readBatch(training, offsetsAt(step), context, tokens, targets)
        const results = await program.run(state, {
          tokens,
          targets,
          ...scheduleAt(step, configuration),
          ...masksAt(step),
        })
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
    reporter.flush(true)
    training.close()
    validation.close()
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
