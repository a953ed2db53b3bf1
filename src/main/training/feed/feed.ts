/**
 * What the training program is fed at every step: a batch and the masks of dropout, each a pure function of the seed and
 * the step. A plan says which function, in plain data, so that it can be opened in another thread: queue.ts decides in
 * which one. The optimiser's schedule is not part of it: that is a few numbers, which the trainer computes itself.
 */
import { fillMask } from '../../engine/dropout.ts'
import type { Numbers, Specifications } from '../../engine/program.ts'
import { openImageBatches, type ImageBatchPlan } from './imageBatches.ts'
import { openTextBatches, type TextBatchPlan } from './textBatches.ts'

export type Arrays = Readonly<Record<string, Numbers>>

/** A function from steps to the numbers of some inputs. */
export interface Feed {
  /** The inputs that it fills. */
  readonly inputs: Specifications
  /** Writes what step `step` (0 is the first) is fed into arrays that are named and shaped as `inputs` says. */
  fill(step: number, arrays: Arrays): void
  close(): void
}

export interface FeedPlan {
  readonly seed: number
  readonly batch: TextBatchPlan | ImageBatchPlan
  readonly dropout: {
    readonly probability: number
    /** The masks that the program wants, by the names of its inputs. */
    readonly masks: Specifications
  }
}

/** @throws WorkbenchError dataset-damaged or text-too-short */
export function openFeed({ seed, batch, dropout }: FeedPlan): Feed {
  const batches = batch.kind === 'text' ? openTextBatches(batch, seed) : openImageBatches(batch, seed)
  const { probability, masks } = dropout
  return {
    inputs: { ...batches.inputs, ...masks },
    fill(step, arrays) {
      batches.fill(step, arrays)
      for (const site of Object.keys(masks))
        fillMask(arrays[site] as Uint8Array, { seed, step, site, probability })
    },
    close: () => batches.close(),
  }
}
