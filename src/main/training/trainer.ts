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
import { firstMoment, learningRateAt, scheduleAt, secondMoment } from '../engine/optimizer.ts'
import type { Device, DeviceState } from '../engine/program.ts'
import { uniformAt } from '../engine/random.ts'
import { attentionVariant } from '../model/attention/index.ts'
import { initialNumbers, parameterCount } from '../model/parameters.ts'
import { languageModel, type LanguageModel } from '../model/transformer.ts'
import type { TrainingTask } from './messages.ts'
import { dropoutInputs, trainingProgram } from './programs.ts'
import { createReporter, type Reporter } from './reporter.ts'
import { createStopwatch } from './stopwatch.ts'
import { createValidator } from './validation.ts'

function initialState(device: Device, model: LanguageModel, seed: number): DeviceState {
  const values: Record<string, { shape: readonly number[]; numbers: Float32Array }> = {}
  for (const parameter of model.parameters) {
    const { name, shape } = parameter
    const numbers = initialNumbers(parameter, seed)
    const zeros = new Float32Array(numbers.length)
    values[name] = { shape, numbers }
    values[firstMoment(name)] = { shape, numbers: zeros }
    values[secondMoment(name)] = { shape, numbers: zeros }
  }
  return device.createState(values)
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
 * Trains until the last step or until `signal` is aborted. Step k of a series is the state after k updates; the
 * training loss at k is that of the batch whose update led to k.
 * @throws WorkbenchError diverged, with everything up to that step reported
 */
export async function train(
  task: TrainingTask,
  send: Parameters<typeof createReporter>[0],
  signal: AbortSignal,
): Promise<'finished' | 'stopped'> {
  const { configuration, seed } = task
  const { context, batchSize, steps } = configuration
  const reporter = createReporter(send)
  const model = languageModel(
    { ...configuration, vocabulary: task.vocabulary },
    attentionVariant(task.attention),
  )
  const trainingStep = trainingProgram(model, configuration)
  const { device, measured } = await openDevice(task.device, task.threads, trainingStep)
  for (const { device: name, msPerStep } of measured)
    if (msPerStep !== undefined) reporter.point(`device/${name}/ms-per-step`, 0, msPerStep)
  reporter.progress({
    state: 'preparing',
    device: device.name,
    threads: task.threads,
    parameters: parameterCount(model.parameters),
  })
  reporter.flush(true)

  const training = openTokens(task.datasetFolder, 'train')
  const validation = openTokens(task.datasetFolder, 'validation')
  try {
    const program = await device.compile(trainingStep)
    const validator = await createValidator(
      device,
      model,
      validation,
      context,
      configuration.evaluationTokens,
    )
    const state = initialState(device, model, seed)
    const uniform = (step: number, index: number) => uniformAt(seed, 'dataOrder', step, index)
    const offsetsAt = trainingOffsets({ length: training.length, context, batchSize, uniform })
    const masksAt = dropoutMasks({
      sites: dropoutInputs(model, configuration),
      probability: configuration.dropout,
      seed,
    })
    const tokens = new Int32Array(batchSize * context)
    const targets = new Int32Array(batchSize * context)
    const stopwatch = createStopwatch(configuration)
    const evaluate = createEvaluation(() => validator.measure(state, signal), reporter)

    reporter.progress({ state: 'running' })
    for (let step = 0; ; step++) {
      if (isDue(step, configuration)) await stopwatch.evaluation(() => evaluate(step))
      reporter.progress({ step, ...stopwatch.progress(step) })
      reporter.flush(step === steps || signal.aborted)
      if (step === steps) return 'finished'
      if (signal.aborted) return 'stopped'
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
      })
    }
  } finally {
    reporter.flush(true)
    training.close()
    validation.close()
  }
}

/** Evaluates, records the point and keeps the best. */
function createEvaluation(measure: () => Promise<number | undefined>, reporter: Reporter) {
  let best = Infinity
  return async (step: number): Promise<void> => {
    const loss = await measure()
    if (loss === undefined) return
    refuseDivergence(step, loss, 0)
    reporter.point('validation/loss', step, loss)
    reporter.progress({ lastValidation: { step, loss } })
    if (loss >= best) return
    best = loss
    reporter.progress({ bestValidation: { step, loss } })
  }
}
