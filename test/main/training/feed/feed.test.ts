/** What a step is fed: the same whoever makes it, whenever it is asked for. */
import { rmSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImages } from '../../../../src/main/datasets/images.ts'
import { trainingItems, trainingOffsets } from '../../../../src/main/datasets/sampler.ts'
import { openTokens } from '../../../../src/main/datasets/tokens.ts'
import { fillMask } from '../../../../src/main/engine/dropout.ts'
import { uniformAt } from '../../../../src/main/engine/random.ts'
import { feedAhead } from '../../../../src/main/training/feed/ahead.ts'
import { arraysIn, bytesOf } from '../../../../src/main/training/feed/arrays.ts'
import { openFeed, type Arrays, type FeedPlan } from '../../../../src/main/training/feed/feed.ts'
import { feedHere, openFeedQueue, type FeedQueue } from '../../../../src/main/training/feed/queue.ts'
import { smallDataset, type SmallDataset } from '../../../support/dataset.ts'
import { smallImages, type SmallImages } from '../../../support/images.ts'

let text: SmallDataset
let images: SmallImages
let plans: Record<'text' | 'images', FeedPlan>
const plainPixels = { gains: [1], offsets: [0] }
const noAugmentation = { shiftPixels: 0, flip: false, smallestCrop: 1 }

beforeAll(async () => {
  text = await smallDataset()
  images = await smallImages()
  const masks = {
    'dropout/a': { shape: [3, 5], dtype: 'bool' },
    'dropout/b': { shape: [4], dtype: 'bool' },
  } as const
  const common = { seed: 11, dropout: { probability: 0.5, masks } }
  const augmentation = { shiftPixels: 1, flip: true, smallestCrop: 0.5 }
  const normalisation = { gains: [0.01], offsets: [-1] }
  plans = {
    text: {
      ...common,
      batch: { kind: 'text', folder: text.library.folder(text.dataset.id), batchSize: 4, context: 8 },
    },
    images: {
      ...common,
      batch: { kind: 'images', folder: images.datasetFolder, batchSize: 7, augmentation, normalisation },
    },
  }
})
afterAll(() => Promise.all([text.remove(), images.remove()]))

const copyOf = (arrays: Arrays) =>
  Object.fromEntries(Object.entries(arrays).map(([name, numbers]) => [name, [...numbers]]))

function filled(plan: FeedPlan, step: number) {
  const feed = openFeed(plan)
  const arrays = arraysIn(new ArrayBuffer(bytesOf(feed.inputs)), 0, feed.inputs)
  feed.fill(step, arrays)
  feed.close()
  return arrays
}

async function taken(queue: FeedQueue, first: number, end: number) {
  const all = []
  for (let step = first; step < end; step++) all.push(copyOf(await queue.take(step)))
  await queue.close()
  return all
}

describe('a feed', () => {
  it('of a text has the sequences that the sampler names', () => {
    const { tokens, targets } = filled(plans.text, 5)
    const reader = openTokens(text.library.folder(text.dataset.id), 'train')
    const uniform = (step: number, index: number) => uniformAt(11, 'dataOrder', step, index)
    const offsets = trainingOffsets({ length: reader.length, context: 8, batchSize: 4, uniform })(5)
    const sequence = new Int32Array(9)
    offsets.forEach((offset, row) => {
      reader.read(offset, sequence)
      expect(tokens!.subarray(row * 8, row * 8 + 8)).toEqual(sequence.subarray(0, 8))
      expect(targets!.subarray(row * 8, row * 8 + 8)).toEqual(sequence.subarray(1))
    })
    reader.close()
  })

  it('of images has the images that the sampler names, as they are where nothing is to be done to them', () => {
    const batch = { ...plans.images.batch, augmentation: noAugmentation, normalisation: plainPixels }
    const fed = filled({ ...plans.images, batch } as FeedPlan, 20)
    const reader = openImages(images.datasetFolder, 'train')
    const uniform = (epoch: number, index: number) => uniformAt(11, 'dataOrder', epoch, index)
    const items = trainingItems({ length: reader.length, batchSize: 7, uniform })(20)
    const pixels = new Uint8Array(7 * 64)
    reader.read(items, pixels)
    expect([...fed.images!]).toEqual([...pixels])
    expect(fed.labels).toEqual(reader.labels(items))
    reader.close()
  })

  it('has the masks of its step', () => {
    const mask = new Uint8Array(15)
    fillMask(mask, { seed: 11, step: 3, site: 'dropout/a', probability: 0.5 })
    expect(filled(plans.text, 3)['dropout/a']).toEqual(mask)
  })
})

describe.each(['text', 'images'] as const)('feeds of %s', (kind) => {
  it('are the same made ahead, made when asked for, and made from the middle on', async () => {
    const { inputs } = openFeed(plans[kind])
    const expected = await taken(feedHere(openFeed(plans[kind])), 0, 40)
    expect(new Set(expected.map((feed) => JSON.stringify(feed))).size).toBe(40)
    expect(await taken(feedAhead(plans[kind], inputs, { first: 0, end: 40 }), 0, 40)).toEqual(expected)
    const resumed = feedAhead(plans[kind], inputs, { first: 17, end: 40 })
    expect(await taken(resumed, 17, 40)).toEqual(expected.slice(17))
  })

  it('do not change while they are in use', async () => {
    const { inputs } = openFeed(plans[kind])
    const queue = feedAhead(plans[kind], inputs, { first: 0, end: 10 })
    for (let step = 0; step < 10; step++) {
      const arrays = await queue.take(step)
      const before = copyOf(arrays)
      await new Promise((resolve) => setTimeout(resolve, 5)) // time enough for the next ones to be made
      expect(copyOf(arrays)).toEqual(before)
    }
    await queue.close()
  })
})

describe('a feed made ahead', () => {
  it('is closed while its thread waits for room', async () => {
    const { inputs } = openFeed(plans.text)
    const queue = feedAhead(plans.text, inputs, { first: 0, end: 1_000_000 })
    await queue.take(0)
    await queue.close()
    await expect(queue.take(100)).rejects.toThrow(/has ended/)
  })

  it('that cannot be read ends with what went wrong, after what was made before', async () => {
    const broken = await smallImages()
    const plan = { ...plans.images, batch: { ...plans.images.batch, folder: broken.datasetFolder } }
    const { inputs } = openFeed(plan)
    rmSync(path.join(broken.datasetFolder, 'labels.bin'))
    const queue = feedAhead(plan, inputs, { first: 0, end: 10 })
    await expect(queue.take(0)).rejects.toMatchObject({
      code: 'dataset-damaged',
      message: expect.stringContaining('labels.bin is missing') as string,
    })
    await queue.close()
    await broken.remove()
  })
})

describe('a queue', () => {
  it('is made in the own thread where it is small, in another where it is large', async () => {
    const large = { shape: [100_000], dtype: 'bool' } as const
    const small = openFeedQueue(plans.text, { first: 0, end: 5 })
    const big = openFeedQueue(
      { ...plans.text, dropout: { probability: 0.1, masks: { 'dropout/a': large } } },
      { first: 0, end: 5 },
    )
    expect((await small.take(0)).tokens!.buffer).toBeInstanceOf(ArrayBuffer)
    expect((await big.take(0)).tokens!.buffer).toBeInstanceOf(SharedArrayBuffer)
    await Promise.all([small.close(), big.close()])
  })
})
