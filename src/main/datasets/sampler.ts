/**
 * Which sequences or images a training step and an evaluation see. Pure: a step's batch follows from its number alone, so it
 * can be named without replaying the steps before it. The numbers come from src/main/engine/random.ts.
 */
import { WorkbenchError } from '../../shared/errors.ts'
import type { TokenReader } from './tokens.ts'

/**
 * The start offsets of the sequences of a step, after nanoGPT's get_batch: independent and uniform over
 * 0 .. length-context-1, so that every sequence has its `context` tokens and the one that follows them.
 * `uniform(step, index)` is a number in [0, 1) that depends on nothing but its arguments.
 * Throws WorkbenchError 'text-too-short' when the split has no room for one sequence.
 */
export function trainingOffsets(options: {
  /** Tokens of the training split. */
  length: number
  /** Tokens of a sequence. */
  context: number
  /** Sequences of a step. */
  batchSize: number
  uniform: (step: number, index: number) => number
}): (step: number) => number[] {
  const { length, context, batchSize, uniform } = options
  refuseTooShort('training', length, context)
  return (step) =>
    Array.from({ length: batchSize }, (_, index) => Math.floor(uniform(step, index) * (length - context)))
}

/**
 * The images of a step: epoch after epoch, each a random order of all of them, without a gap between two epochs. The
 * order of an epoch is made when a step first needs it, by Fisher and Yates.
 * `uniform(epoch, index)` is a number in [0, 1) that depends on nothing but its arguments.
 */
export function trainingItems(options: {
  /** Images of the training split. */
  length: number
  /** Images of a step. */
  batchSize: number
  uniform: (epoch: number, index: number) => number
}): (step: number) => Int32Array {
  const { length, batchSize, uniform } = options
  const order = new Int32Array(length)
  let orderedEpoch = -1
  function orderOf(epoch: number): Int32Array {
    if (epoch === orderedEpoch) return order
    for (let index = 0; index < length; index++) order[index] = index
    for (let last = length - 1; last > 0; last--) {
      const other = Math.floor(uniform(epoch, last) * (last + 1))
      const moved = order[last]!
      order[last] = order[other]!
      order[other] = moved
    }
    orderedEpoch = epoch
    return order
  }
  return (step) =>
    Int32Array.from({ length: batchSize }, (_, row) => {
      const place = step * batchSize + row
      return orderOf(Math.floor(place / length))[place % length]!
    })
}

/**
 * The start offsets of a whole pass over a split of `length` tokens: neighbouring windows of `context` tokens
 * without overlap, each with its following token inside the split; up to `context` tokens at the end are left out.
 * Throws WorkbenchError 'text-too-short' when there is no room for one window.
 */
export function validationWindows(length: number, context: number): number[] {
  refuseTooShort('validation', length, context)
  return Array.from({ length: Math.floor((length - 1) / context) }, (_, window) => window * context)
}

/**
 * Fills `tokens` with the sequences at `offsets`, one after the other, and `targets` with the same shifted by one.
 * tokens, targets: (B, T) row-major, with B = offsets.length and T = context.
 */
export function readBatch(
  reader: TokenReader,
  offsets: readonly number[],
  context: number,
  tokens: Int32Array,
  targets: Int32Array,
): void {
  const sequence = new Int32Array(context + 1)
  offsets.forEach((offset, row) => {
    reader.read(offset, sequence)
    tokens.set(sequence.subarray(0, context), row * context)
    targets.set(sequence.subarray(1), row * context)
  })
}

function refuseTooShort(split: string, length: number, context: number): void {
  if (length > context) return
  throw new WorkbenchError(
    'text-too-short',
    `The ${split} split has ${length} tokens; a context of ${context} needs at least ${context + 1}.`,
    `Use a longer text, or a context of at most ${Math.max(1, length - 1)}.`,
  )
}
