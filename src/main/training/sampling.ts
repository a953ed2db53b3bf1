/**
 * A text continued by a language model token by token, as `generate` of nanoGPT does: the last `context` tokens go in,
 * the logits of the token after them come out, and one of the likeliest is drawn. What a run samples while it trains is
 * in samples.ts, what a person asks of its checkpoint in inference.ts.
 */
import type * as tf from '@tensorflow/tfjs'
import { WorkbenchError } from '../../shared/errors.ts'
import type { RunConfiguration } from '../../shared/experiment.ts'
import { embedding } from '../engine/operations/embedding.ts'
import type { Device, DeviceState, Program } from '../engine/program.ts'
import { uniformAt } from '../engine/random.ts'
import { stateOf } from '../model/parameters.ts'
import type { LanguageModel } from '../model/transformer.ts'

/** How a token is chosen by its logits. */
export type Choice = Pick<RunConfiguration, 'temperature' | 'topK'>

/**
 * One draw from softmax(logits / temperature) over the `topK` largest logits; 0 means all of them. Of equal logits the
 * smaller id counts as the larger, so that exactly `topK` take part. Temperature 0 is the limit: the likeliest token.
 * @param logits (V), finite
 * @param uniform in [0, 1): the draw is the token in whose share of the cumulative distribution it lies
 * @throws WorkbenchError diverged where a logit is not finite
 */
export function chooseToken(logits: Float32Array, { temperature, topK }: Choice, uniform: number): number {
  if (!logits.every(Number.isFinite)) throw notFinite()
  const candidates = largest(logits, temperature === 0 ? 1 : topK)
  if (candidates.length === 1) return candidates[0]!
  const highest = candidates.reduce((maximum, id) => Math.max(maximum, logits[id]!), -Infinity)
  const shares = Array.from(candidates, (id) => Math.exp((logits[id]! - highest) / temperature))
  let left = uniform * shares.reduce((sum, share) => sum + share, 0)
  let chosen = candidates[0]!
  for (const [rank, share] of shares.entries()) {
    if (share === 0) continue // the sum may be rounded up: what has no share is not drawn even then
    chosen = candidates[rank]!
    left -= share
    if (left < 0) break
  }
  return chosen
}

/** The ids of the `count` largest logits, the largest first; of all of them, by id, where `count` is 0 or all. */
function largest(logits: Float32Array, count: number): Uint32Array {
  const ids = Uint32Array.from(logits.keys())
  if (count === 0 || count >= logits.length) return ids
  return ids.sort((a, b) => logits[b]! - logits[a]! || a - b).subarray(0, count)
}

/**
 * Inputs: `tokens` (1, T) and `last` (1), the place of the last of them; under the causal mask whatever stands after it
 * changes nothing. Results: `logits` (V) of the token that follows. The state does not change.
 */
export function samplingProgram(model: LanguageModel, context: number): Program {
  return {
    name: 'sampling',
    state: stateOf(model),
    inputs: { tokens: { shape: [1, context], dtype: 'int32' }, last: { shape: [1], dtype: 'int32' } },
    build(state, inputs) {
      const { logits } = model.forward(state, inputs.tokens as tf.Tensor2D) // (T, V)
      const row = embedding(logits, inputs.last as tf.Tensor1D) // (1, V)
      return { state: {}, results: { logits: row.reshape([logits.shape[1]]) } }
    },
  }
}

export interface Continuation extends Choice {
  readonly prompt: ArrayLike<number>
  /** How many tokens to add. */
  readonly tokens: number
  /** Of the draws: the k-th token after the prompt belongs to the k-th of them, whatever the model. */
  readonly seed: number
}

export interface Sampler {
  /** The tokens after the prompt, one by one as they are drawn, until `signal` is aborted. */
  continuation(state: DeviceState, wanted: Continuation, signal?: AbortSignal): AsyncGenerator<number>
}

/** @param context tokens that the model sees at once; of a longer text it sees the last ones */
export async function createSampler(device: Device, model: LanguageModel, context: number): Promise<Sampler> {
  const program = await device.compile(samplingProgram(model, context))
  return {
    async *continuation(state, { prompt, tokens, seed, ...choice }, signal) {
      if (prompt.length === 0) throw emptyPrompt()
      const text = Array.from(prompt)
      for (let index = 0; index < tokens && !signal?.aborted; index++) {
        const seen = text.slice(-context)
        const window = new Int32Array(context)
        window.set(seen)
        const { logits } = await program.run(state, {
          tokens: window,
          last: Int32Array.of(seen.length - 1),
        })
        const token = chooseToken(logits as Float32Array, choice, uniformAt(seed, 'sampling', 0, index))
        text.push(token)
        yield token
      }
    },
  }
}

export function emptyPrompt(): WorkbenchError {
  return new WorkbenchError(
    'invalid-request',
    'The prompt is empty: a model continues a text, and needs a first character.',
    'Begin with any character of the dataset.',
  )
}

function notFinite(): WorkbenchError {
  return new WorkbenchError(
    'diverged',
    'The model gives no finite logits: no token can be chosen.',
    'Sample an earlier checkpoint, or train again with a lower learning rate.',
  )
}
