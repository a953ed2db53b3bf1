/** A few steps and an evaluation of a model on the device where it would train: what they take. No run comes of it. */
import { openDevice } from '../../engine/devices/index.ts'
import { scheduleAt } from '../../engine/optimizer.ts'
import { initialTensors } from '../../model/parameters.ts'
import { openFeedQueue } from '../feed/queue.ts'
import type { TrainingTask } from '../messages.ts'
import { openObjective } from '../objectives/index.ts'
import { samplesPerStep } from '../timing.ts'

export type TrialTask = Pick<
  TrainingTask,
  'configuration' | 'attention' | 'axes' | 'device' | 'threads' | 'dataset' | 'datasetFolder'
>

export interface Trial {
  readonly device: string
  readonly threads: number
  /** The median of the timed steps. */
  readonly stepMs: number
  readonly evaluationMs: number
  /** Most memory that this process held. */
  readonly peakBytes: number
}

const warmUpSteps = 2
const timedSteps = 7
/** No further step is begun after this many milliseconds. */
const enoughMs = 4000
/** An evaluation that would take longer is worked out from the time of a step. */
const longestEvaluationMs = 3000
/** A training step computes forward, and backward twice as much. */
const stepsPerForward = 3

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

/** @throws WorkbenchError device-unavailable, dataset-damaged or text-too-short */
export async function tryOut(task: TrialTask): Promise<Trial> {
  const { configuration, dataset, threads } = task
  const objective = openObjective({
    ...{ ...task, seed: 0, recordedStep: 0 },
    checkpoints: { folder: '', configuration: '' },
  })
  const { model, trainingStep } = objective
  const feed = openFeedQueue(objective.feed, { first: 0, end: warmUpSteps + timedSteps })
  try {
    const { device } = await openDevice(task.device, threads, trainingStep)
    const program = await device.compile(trainingStep)
    const state = device.createState(initialTensors(model, trainingStep.state, 0))
    const times: number[] = []
    const begun = performance.now()
    for (let step = 0; step < warmUpSteps + timedSteps; step++) {
      const start = performance.now()
      await program.run(state, { ...(await feed.take(step)), ...scheduleAt(step, configuration) })
      if (step >= warmUpSteps) times.push(performance.now() - start)
      if (times.length > 0 && performance.now() - begun > enoughMs) break
    }
    const stepMs = median(times)
    const samples = dataset.kind === 'text' ? evaluatedTokens(task) : dataset.validation
    const expectedMs = ((samples / samplesPerStep(configuration, dataset)) * stepMs) / stepsPerForward
    const evaluationMs = expectedMs > longestEvaluationMs ? expectedMs : await evaluate()
    const peakBytes = process.resourceUsage().maxRSS * 1024
    return { device: device.name, threads, stepMs, evaluationMs, peakBytes }

    async function evaluate(): Promise<number> {
      const validator = await objective.createValidator(device)
      const start = performance.now()
      await validator.measure(state, new AbortController().signal)
      return performance.now() - start
    }
  } finally {
    await feed.close()
    objective.close()
  }
}

const evaluatedTokens = ({ configuration: { evaluationTokens }, dataset: { validation } }: TrialTask) =>
  evaluationTokens === 0 ? validation : Math.min(evaluationTokens, validation)
