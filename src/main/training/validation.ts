/** The validation loss: the mean over whole windows of the validation split, always the same ones. */
import { readBatch, validationWindows } from '../datasets/sampler.ts'
import type { TokenReader } from '../datasets/tokens.ts'
import type { Device, DeviceState } from '../engine/program.ts'
import type { LanguageModel } from '../model/transformer.ts'
import { evaluationProgram } from './programs.ts'

/** Tokens per call of the evaluation program: large enough to fill the cores, small enough for any memory. */
const tokensPerCall = 4096

export interface Validator {
  /** Mean cross entropy in nats per token; undefined if `signal` was aborted on the way. */
  measure(state: DeviceState, signal: AbortSignal): Promise<number | undefined>
}

/** `count` of `items`, evenly spread, in order. */
function spread<T>(items: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]!)
}

/** @param tokenLimit validation tokens per measurement; 0 means all of them */
export async function createValidator(
  device: Device,
  model: LanguageModel,
  reader: TokenReader,
  context: number,
  tokenLimit: number,
): Promise<Validator> {
  const all = validationWindows(reader.length, context)
  const wanted = tokenLimit === 0 ? all.length : Math.max(1, Math.floor(tokenLimit / context))
  const windows = wanted < all.length ? spread(all, wanted) : all
  const batchSize = Math.min(windows.length, Math.max(1, Math.floor(tokensPerCall / context)))
  const program = await device.compile(evaluationProgram(model, batchSize, context))
  const tokens = new Int32Array(batchSize * context)
  const targets = new Int32Array(batchSize * context)
  return {
    async measure(state, signal) {
      let sum = 0
      for (let start = 0; start < windows.length; start += batchSize) {
        if (signal.aborted) return undefined
        const batch = windows.slice(start, start + batchSize)
        // the last call is filled up with its own first window, whose losses are then left out
        const padded = Array.from({ length: batchSize }, (_, index) => batch[index] ?? batch[0]!)
        readBatch(reader, padded, context, tokens, targets)
        const { losses } = await program.run(state, { tokens, targets })
        for (let index = 0; index < batch.length; index++) sum += losses![index]!
      }
      return sum / windows.length
    },
  }
}
