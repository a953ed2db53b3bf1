/** The samples of a step of a run, named without training anything: they follow from its seed and the step alone. */
import { WorkbenchError } from '../../shared/errors.ts'
import type { Dataset, Run } from '../../shared/experiment.ts'
import type { Batch } from '../../shared/queue.ts'
import { trainingItems, trainingOffsets } from '../datasets/sampler.ts'
import { uniformAt } from '../engine/random.ts'

/**
 * What step `step` is fed, counted from 0: the batch whose update leads from the state after `step` steps to the next.
 * Augmentation and dropout are drawn by place in the batch and change none of this.
 * @throws WorkbenchError invalid-request for a step that the run does not have
 */
export function batchOf({ id, configuration, seed, steps }: Run, dataset: Dataset, step: number): Batch {
  if (step >= steps)
    throw new WorkbenchError(
      'invalid-request',
      `Run ${id} has ${steps} steps: there is no batch ${step}.`,
      `Its batches are 0 to ${steps - 1}: batch k leads from step k to step k + 1.`,
    )
  const { batchSize, context } = configuration
  const uniform = (major: number, index: number) => uniformAt(seed, 'dataOrder', major, index)
  const length = dataset.train
  return dataset.kind === 'text'
    ? { step, offsets: trainingOffsets({ length, context, batchSize, uniform })(step) }
    : { step, items: [...trainingItems({ length, batchSize, uniform })(step)] }
}
