/** Tokens drawn from logits, and texts continued by small models whose distribution is known. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { openCpu } from '../../../src/main/engine/devices/cpu.ts'
import { embedding } from '../../../src/main/engine/operations/embedding.ts'
import { uniformAt } from '../../../src/main/engine/random.ts'
import type { LanguageModel } from '../../../src/main/model/transformer.ts'
import { chooseToken, createSampler, type Continuation } from '../../../src/main/training/sampling.ts'

const all = { temperature: 1, topK: 0 }
/** How often each token is chosen over evenly spaced draws: its probability, to 1/draws. */
function shares(logits: readonly number[], choice: { temperature: number; topK: number }, draws = 10_000) {
  const counts = logits.map(() => 0)
  for (let draw = 0; draw < draws; draw++)
    counts[chooseToken(Float32Array.from(logits), choice, (draw + 0.5) / draws)]!++
  return counts.map((count) => count / draws)
}
/** softmax(logits / temperature) in float64. */
function softmax(logits: readonly number[], temperature: number): number[] {
  const values = logits.map((logit) => Math.exp(logit / temperature))
  const sum = values.reduce((a, b) => a + b)
  return values.map((value) => value / sum)
}
const expectClose = (found: readonly number[], expected: readonly number[], tolerance: number) =>
  found.forEach((share, token) =>
    expect(Math.abs(share - expected[token]!), `token ${token}`).toBeLessThanOrEqual(tolerance),
  )

describe('a token', () => {
  const logits = [0.5, -1, 2, 1.25, -3, 2]

  it.each([0.2, 0.8, 1, 3])('has the share of softmax at temperature %f', (temperature) => {
    expectClose(shares(logits, { temperature, topK: 0 }), softmax(logits, temperature), 2e-4)
  })

  it('is as frequent as its share when the draws are seeded random numbers', () => {
    const draws = 40_000
    const counts = logits.map(() => 0)
    for (let draw = 0; draw < draws; draw++)
      counts[chooseToken(Float32Array.from(logits), all, uniformAt(1, 'sampling', 0, draw))]!++
    const expected = softmax(logits, 1)
    // chi-squared with 5 degrees of freedom: 20.5 is its 0.999 quantile
    const distance = counts.reduce(
      (sum, count, token) => sum + (count - draws * expected[token]!) ** 2 / (draws * expected[token]!),
      0,
    )
    expect(distance).toBeLessThan(20.5)
  })

  it('is one of exactly the k likeliest, with their shares of what remains', () => {
    const byRank = [2, 5, 3, 0, 1, 4] // of the equal ones the smaller id first
    for (let topK = 1; topK <= logits.length; topK++) {
      const kept = new Set(byRank.slice(0, topK))
      const expected = softmax(logits.map((logit, id) => (kept.has(id) ? logit : -Infinity)), 1) // prettier-ignore
      const found = shares(logits, { temperature: 1, topK })
      expectClose(found, expected, 2e-4)
      expect(found.filter((share) => share > 0)).toHaveLength(topK)
    }
    expect(shares(logits, { temperature: 1, topK: 99 })).toEqual(shares(logits, all))
  })

  it('is the likeliest at temperature 0, the first of several, whatever the draw', () => {
    for (const uniform of [0, 0.5, 1 - 2 ** -53])
      for (const topK of [0, 1, 3])
        expect(chooseToken(Float32Array.from(logits), { temperature: 0, topK }, uniform)).toBe(2)
  })

  it('approaches the likeliest as the temperature falls, and any as it rises', () => {
    const distinct = [0, 1, 3, 2]
    expect(shares(distinct, { temperature: 1e-300, topK: 0 })).toEqual([0, 0, 1, 0])
    expectClose(shares(distinct, { temperature: 1e6, topK: 0 }), [0.25, 0.25, 0.25, 0.25], 2e-4)
  })

  it('is never one without a share, at the ends of the draw and with far logits', () => {
    const far = Float32Array.from([-1e30, 0, -1e30, 1e30, -1e30])
    for (const uniform of [0, 1 - 2 ** -53]) expect(chooseToken(far, all, uniform)).toBe(3)
  })

  it.each([NaN, Infinity, -Infinity])('is refused where a logit is %f', (value) => {
    expect(() => chooseToken(Float32Array.of(0, value), all, 0)).toThrow(
      expect.objectContaining({ code: 'diverged' }) as Error,
    )
  })
})

const vocabulary = 5
/** Logits of the next token: ten at the one after it in the alphabet. The last token before the prompt's end decides. */
const successor: LanguageModel = {
  parameters: [{ name: 'table', shape: [vocabulary, vocabulary], initial: { value: 0 }, decayed: false }],
  buffers: [],
  dropoutSites: () => ({}),
  forward: (weights, tokens) => ({
    logits: embedding(weights.table as tf.Tensor2D, tokens.reshape([tokens.size])),
    taps: {},
    updates: {},
  }),
}
const table = {
  shape: [vocabulary, vocabulary],
  numbers: Float32Array.from({ length: vocabulary ** 2 }, (_, index) =>
    index % vocabulary === (Math.floor(index / vocabulary) + 1) % vocabulary ? 10 : 0,
  ),
}

async function continued(wanted: Partial<Continuation>, signal?: AbortSignal) {
  const device = openCpu(1)
  const sampler = await createSampler(device, successor, 4)
  const state = device.createState({ table })
  const tokens: number[] = []
  const whole = { prompt: [0], tokens: 12, seed: 0, temperature: 0, topK: 0, ...wanted }
  for await (const token of sampler.continuation(state, whole, signal)) tokens.push(token)
  return tokens
}

describe('a text', () => {
  it('is continued from its last token, beyond the context, wherever the prompt ends in it', async () => {
    expect(await continued({})).toEqual([1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2])
    expect(await continued({ prompt: [4, 0, 0, 3], tokens: 3 })).toEqual([4, 0, 1])
    expect(await continued({ prompt: [0, 1, 0, 1, 0, 1, 2], tokens: 2 })).toEqual([3, 4])
    expect(await continued({ tokens: 0 })).toEqual([])
  })

  it('repeats with the same seed and differs with another', async () => {
    const hot = { temperature: 100, tokens: 40 }
    const first = await continued(hot)
    expect(await continued(hot)).toEqual(first)
    expect(await continued({ ...hot, seed: 1 })).not.toEqual(first)
    expect(new Set(first).size).toBe(vocabulary)
  })

  it('has no beginning of its own', async () => {
    await expect(continued({ prompt: [] })).rejects.toMatchObject({ code: 'invalid-request' })
  })

  it('ends where it is aborted', async () => {
    const abort = new AbortController()
    const device = openCpu(1)
    const sampler = await createSampler(device, successor, 4)
    const state = device.createState({ table })
    const wanted = { prompt: [0], tokens: 12, seed: 0, temperature: 0, topK: 0 }
    const tokens: number[] = []
    for await (const token of sampler.continuation(state, wanted, abort.signal))
      if (tokens.push(token) === 3) abort.abort()
    expect(tokens).toEqual([1, 2, 3])
  })
})
