/** The batches that are named are those that the trainer's own feed hands out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImages } from '../../../src/main/datasets/images.ts'
import { openTokens } from '../../../src/main/datasets/tokens.ts'
import { bytesOf, arraysIn } from '../../../src/main/training/feed/arrays.ts'
import { openFeed } from '../../../src/main/training/feed/feed.ts'
import { openObjective } from '../../../src/main/training/objectives/index.ts'
import { batchOf } from '../../../src/main/workbench/batches.ts'
import { recipes } from '../../../src/shared/catalogue/recipes.ts'
import { smallDataset, tinyConfiguration, type SmallDataset } from '../../support/dataset.ts'
import { smallImages, type SmallImages } from '../../support/images.ts'
import { taskOf } from '../../support/training.ts'
import { aRun } from '../store/records.ts'

let text: SmallDataset
let images: SmallImages
beforeAll(async () => {
  text = await smallDataset()
  images = await smallImages()
})
afterAll(() => Promise.all([text.remove(), images.remove()]))

/** What the objective of a run is fed at a step. */
function fed(task: ReturnType<typeof taskOf>, step: number) {
  const objective = openObjective(task)
  const feed = openFeed(objective.feed)
  const arrays = arraysIn(new ArrayBuffer(bytesOf(feed.inputs)), 0, feed.inputs)
  feed.fill(step, arrays)
  feed.close()
  objective.close()
  return arrays
}

describe('batchOf', () => {
  it.each([0, 1, 19])('names the sequences of a text that step %i is fed', (step) => {
    const configuration = tinyConfiguration
    const run = aRun({ seed: 5, steps: 20, configuration })
    const { offsets } = batchOf(run, text.dataset, step)
    expect(offsets).toHaveLength(configuration.batchSize)
    const reader = openTokens(text.datasetFolder, 'train')
    const sequences = offsets!.flatMap((offset) => {
      const tokens = new Int32Array(configuration.context)
      reader.read(offset, tokens)
      return [...tokens]
    })
    reader.close()
    expect(sequences).toEqual([...fed(taskOf(text, 'a', { seed: 5, configuration }), step).tokens!])
  })

  it.each([0, 3, 7])('names the images that step %i is fed', (step) => {
    const { configuration: recipe } = recipes.find(({ kind }) => kind === 'images')!
    const configuration = {
      ...recipe,
      ...{ layers: 1, heads: 1, width: 8, batchSize: 7, steps: 8, dropout: 0 },
      ...{ patchSize: images.dataset.height, shiftPixels: 0, flip: false, smallestCrop: 1 },
    }
    const { items } = batchOf(aRun({ seed: 2, steps: 8, configuration }), images.dataset, step)
    const reader = openImages(images.datasetFolder, 'train')
    const { labels } = fed(taskOf(images, 'b', { seed: 2, configuration }), step)
    expect([...labels!]).toEqual([...reader.labels(Int32Array.from(items!))])
    reader.close()
  })

  it('gives variants with the same seed the same batches, and other seeds and steps others', () => {
    const run = aRun({ seed: 1, steps: 20, configuration: tinyConfiguration })
    const first = batchOf(run, text.dataset, 3)
    expect(batchOf({ ...run, attention: 'laplacian' }, text.dataset, 3)).toEqual(first)
    expect(batchOf({ ...run, seed: 2 }, text.dataset, 3)).not.toEqual(first)
    expect(batchOf(run, text.dataset, 4).offsets).not.toEqual(first.offsets)
  })

  it('refuses a step that the run does not have', () => {
    expect(() => batchOf(aRun({ steps: 20 }), text.dataset, 20)).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        hint: expect.stringContaining('0 to 19') as string,
      }),
    )
  })
})
