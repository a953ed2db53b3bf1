/**
 * The texts that a run samples as it trains. The prompt and the draws are always the same, so that what differs between
 * the texts of steps, variants and seeds is the model.
 */
import type { RunConfiguration } from '../../shared/experiment.ts'
import type { Tokenizer } from '../datasets/tokenizers/tokenizer.ts'
import type { Device, DeviceState } from '../engine/program.ts'
import type { LanguageModel } from '../model/transformer.ts'
import { createSampler, type Sampler } from './sampling.ts'

/** Of the draws of every run. */
const seed = 0

export interface Samples {
  /** Whether a text is sampled after `step` optimiser steps. */
  isDue(step: number): boolean
  /** The prompt and what the model makes of it; undefined if `signal` was aborted on the way. */
  sample(
    device: Device,
    state: DeviceState,
    signal: AbortSignal,
  ): Promise<{ prompt: string; text: string } | undefined>
}

export function samplesOf(
  configuration: RunConfiguration,
  model: LanguageModel,
  tokenizer: Tokenizer,
): Samples {
  const { steps, context, sampleInterval, sampleTokens, samplePrompt, temperature, topK } = configuration
  let sampler: Promise<Sampler> | undefined
  return {
    isDue: (step) =>
      sampleTokens > 0 && (step === steps || (step > 0 && sampleInterval > 0 && step % sampleInterval === 0)),
    async sample(device, state, signal) {
      const prompt = tokenizer.encode(samplePrompt)
      sampler ??= createSampler(device, model, context)
      const tokens: number[] = []
      const wanted = { prompt, tokens: sampleTokens, seed, temperature, topK }
      for await (const token of (await sampler).continuation(state, wanted, signal)) tokens.push(token)
      if (signal.aborted) return undefined
      return { prompt: samplePrompt, text: textAfter(tokenizer, prompt, tokens) }
    },
  }
}

/** The text of `tokens` where they follow those of a prompt. */
function textAfter(tokenizer: Tokenizer, prompt: ArrayLike<number>, tokens: readonly number[]): string {
  const decoding = tokenizer.decoding(prompt)
  return tokens.map(decoding.push).join('') + decoding.end()
}
