/** The texts that runs sample as they train: when, from what, and that they repeat. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TrainingTask } from '../../../src/main/training/messages.ts'
import type { RunConfiguration } from '../../../src/shared/experiment.ts'
import { smallDataset, tinyConfiguration, type SmallDataset } from '../../support/dataset.ts'
import { taskOf, trainHere } from '../../support/training.ts'

let data: SmallDataset
beforeAll(async () => {
  data = await smallDataset()
})
afterAll(() => data.remove())

let runs = 0
async function sampled(changes: Partial<RunConfiguration> = {}, more: Partial<TrainingTask> = {}) {
  const configuration = { ...tinyConfiguration, ...changes }
  const { outcome, record } = await trainHere(taskOf(data, String(++runs), { configuration, ...more }))
  return { outcome, record, samples: record.samples }
}

describe('the samples of a run', () => {
  it('are taken every so many steps and at the last one, whether or not it evaluates there', async () => {
    const steps = async (changes: Partial<RunConfiguration>) =>
      (await sampled({ sampleTokens: 3, ...changes })).samples.map(({ step }) => step)
    expect(await steps({ sampleInterval: 6, evaluationInterval: 10 })).toEqual([6, 12, 18, 20])
    expect(await steps({ sampleInterval: 10 })).toEqual([10, 20])
    expect(await steps({ sampleInterval: 0 })).toEqual([20])
    expect(await steps({ sampleInterval: 999 })).toEqual([20])
    expect(await steps({ sampleTokens: 0 })).toEqual([])
  })

  it('have the prompt and the length of the configuration, and characters of the dataset', async () => {
    const changes = { samplePrompt: 'brown fox ', sampleTokens: 50, temperature: 3, topK: 0 }
    for (const { prompt, text } of (await sampled(changes)).samples) {
      expect(prompt).toBe('brown fox ')
      expect(text).toMatch(/^[a-z ;]{50}$/)
    }
  })

  it('repeat with the run, and take the same draws whatever the step and the seed', async () => {
    const hot = { temperature: 100, sampleTokens: 30 } // nearly uniform: what is drawn is what decides
    const { samples } = await sampled(hot)
    expect((await sampled(hot)).samples).toEqual(samples)
    const other = await sampled(hot, { seed: 1 })
    const alike = [...other.samples[0]!.text].filter(
      (character, index) => character === samples[1]!.text[index],
    )
    expect(alike.length).toBeGreaterThan(20)
    expect((await sampled({ ...hot, temperature: 1 })).samples).not.toEqual(samples)
  })

  it('are the continuation that the model finds likeliest at temperature 0', async () => {
    const cold = {
      temperature: 0,
      topK: 0,
      sampleTokens: 40,
      steps: 300,
      sampleInterval: 0,
      samplePrompt: 'qu',
    }
    expect((await sampled(cold)).samples[0]!.text).toMatch(/^ick /) // of ten words, one begins so
  })

  it('change nothing of the training', async () => {
    const { record } = await sampled({ sampleInterval: 3 })
    expect(record.series).toEqual((await sampled({ sampleTokens: 0 })).record.series)
  })

  it('fail a run whose prompt is not of its text, with the character', async () => {
    const { outcome } = await sampled({ samplePrompt: 'Über' })
    expect(outcome).toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('"Ü"') as string,
    })
  })
})
