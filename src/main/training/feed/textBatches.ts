/** Batches of sequences from the training split of a text. */
import { readBatch, trainingOffsets } from '../../datasets/sampler.ts'
import { openTokens } from '../../datasets/tokens.ts'
import type { Specifications } from '../../engine/program.ts'
import { uniformAt } from '../../engine/random.ts'
import type { Feed } from './feed.ts'

export interface TextBatchPlan {
  readonly kind: 'text'
  /** Of the dataset. */
  readonly folder: string
  readonly batchSize: number
  readonly context: number
}

/** The inputs of a batch of sequences. */
export const textBatch = (batchSize: number, context: number): Specifications => ({
  tokens: { shape: [batchSize, context], dtype: 'int32' },
  targets: { shape: [batchSize, context], dtype: 'int32' },
})

/** Inputs: tokens and targets (B, T). */
export function openTextBatches({ folder, batchSize, context }: TextBatchPlan, seed: number): Feed {
  const reader = openTokens(folder, 'train')
  const uniform = (step: number, index: number) => uniformAt(seed, 'dataOrder', step, index)
  const offsetsAt = trainingOffsets({ length: reader.length, context, batchSize, uniform })
  return {
    inputs: textBatch(batchSize, context),
    fill(step, arrays) {
      readBatch(reader, offsetsAt(step), context, arrays.tokens as Int32Array, arrays.targets as Int32Array)
    },
    close: () => reader.close(),
  }
}
