/** Runs on images: what they learn and report, and that they are as repeatable as runs on text. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytesOf } from '../../../src/main/training/feed/arrays.ts'
import { openFeed } from '../../../src/main/training/feed/feed.ts'
import { visionObjective } from '../../../src/main/training/objectives/vision.ts'
import { presetAxes } from '../../../src/shared/catalogue/variants.ts'
import type { RunConfiguration } from '../../../src/shared/experiment.ts'
import { tinyConfiguration } from '../../support/dataset.ts'
import { smallImages, type SmallImages } from '../../support/images.ts'
import { finalState, Record, taskOf, trainHere } from '../../support/training.ts'

const configuration: RunConfiguration = {
  ...tinyConfiguration,
  patchSize: 4,
  pooling: 'class-token',
  shiftPixels: 0,
  flip: true,
  smallestCrop: 1,
  batchSize: 12,
  learningRate: 5e-3,
  steps: 60,
  evaluationInterval: 20,
}

let data: SmallImages
beforeAll(async () => {
  data = await smallImages()
})
afterAll(() => data.remove())

const valuesOf = ({ points }: Record, metric: string) =>
  [...points].filter(([key]) => key.startsWith(`${metric}@`)).map(([, value]) => value)

describe('a run on images', () => {
  it('learns their classes, and says how well', async () => {
    const longer = { ...configuration, steps: 150, evaluationInterval: 50 }
    const { outcome, record } = await trainHere(taskOf(data, 'learns', { configuration: longer }))
    expect(outcome).toBe('finished')
    const [first, , , last] = valuesOf(record, 'validation/accuracy')
    expect(first).toBeLessThan(0.6)
    expect(last).toBeGreaterThan(0.9)
    const [loss] = valuesOf(record, 'validation/loss')
    expect(loss).toBeCloseTo(Math.log(3), 1)
    const { bestValidation, lastValidation, imagesPerSecond, tokensPerSecond } = record.progress
    expect(lastValidation).toEqual({
      step: 150,
      loss: valuesOf(record, 'validation/loss').at(-1),
      accuracy: last,
    })
    expect(bestValidation!.loss).toBe(Math.min(...valuesOf(record, 'validation/loss')))
    expect(bestValidation!.accuracy).toBeDefined()
    expect(imagesPerSecond).toBeGreaterThan(0)
    expect(tokensPerSecond).toBeUndefined()
  })

  it('counts every image of the validation split, whatever the size of the calls, by label and prediction', async () => {
    const { record } = await trainHere(taskOf(data, 'counts', { configuration }))
    expect(record.confusions.map(({ step }) => step)).toEqual([0, 20, 40, 60])
    const accuracies = valuesOf(record, 'validation/accuracy')
    record.confusions.forEach(({ counts }, index) => {
      expect(counts.map((row) => row.reduce((sum, count) => sum + count, 0))).toEqual([10, 10, 10])
      const hits = counts.reduce((sum, row, label) => sum + row[label]!, 0)
      expect(accuracies[index]).toBeCloseTo(hits / 30, 12)
    })
  })

  it('agrees with the reference device', async () => {
    const short = { ...configuration, steps: 4, evaluationInterval: 2, dropout: 0.1 }
    const compiled = await trainHere(taskOf(data, 'cpu', { configuration: short }))
    const eager = await trainHere(taskOf(data, 'reference', { configuration: short, device: 'reference' }))
    expect(eager.record.series.map(([key]) => key)).toEqual(compiled.record.series.map(([key]) => key))
    for (const [key, value] of compiled.record.series)
      expect(Math.abs(value / eager.record.points.get(key)! - 1), key).toBeLessThan(1e-4)
    expect(compiled.record.confusions).toEqual(eager.record.confusions)
  })

  it('shows every variant of a seed the same images', async () => {
    const short = { ...configuration, steps: 1, dropout: 0.1 }
    const lossOf = async (attention: string) => {
      const { record } = await trainHere(taskOf(data, attention, { configuration: short, attention }))
      return valuesOf(record, 'train/loss')[0]!
    }
    expect(await lossOf('exponential-family')).toBeCloseTo(await lossOf('standard'), 6) // Σ = 0 at the start
  })
})

describe.each([
  ['fed in its own thread', {}],
  ['fed by another thread', { dropout: 0.1, batchSize: 200 }],
  ['with running statistics', { norm: 'whitening' }],
] as [string, Partial<RunConfiguration>][])('a run on augmented images, %s', (name, changes) => {
  const augmented = { ...configuration, shiftPixels: 1, smallestCrop: 0.6, steps: 30, ...changes }
  const stateOf = async (task: ReturnType<typeof taskOf>) =>
    Object.entries((await finalState(task)).tensors).map(
      ([tensor, { numbers }]) => [tensor, Buffer.from(numbers.buffer).toString('base64')] as const,
    )

  it('is fed where its size says', () => {
    const axes = presetAxes('standard')
    const task = taskOf(data, 'never run', { configuration: augmented, axes })
    const objective = visionObjective(task, data.dataset)
    const feed = openFeed(objective.feed)
    const isLarge = bytesOf(feed.inputs) >= 65_536
    feed.close()
    objective.close()
    expect(isLarge).toBe('dropout' in changes)
  })

  it('ends, stopped and resumed, as if it had not been stopped, bit for bit', async () => {
    const whole = taskOf(data, `${name}, whole`, { configuration: augmented })
    const { record: expected } = await trainHere(whole)
    const cut = taskOf(data, `${name}, cut`, { configuration: augmented })
    const { outcome, record } = await trainHere(cut, { stopAt: 13 })
    expect([outcome, record.progress.step]).toEqual(['stopped', 13])
    expect((await trainHere(cut, { record })).outcome).toBe('finished')
    expect(record.series).toEqual(expected.series)
    expect(record.confusions).toEqual(expected.confusions)
    expect(await stateOf(cut)).toEqual(await stateOf(whole))
  })
})
