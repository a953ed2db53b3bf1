/** What runs are probed with: the same for all of an experiment, spread over sequences and positions, rightly labelled. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImages } from '../../../../src/main/datasets/images.ts'
import { openTokens } from '../../../../src/main/datasets/tokens.ts'
import { chosen, imageProbeBatch, textProbeBatch } from '../../../../src/main/training/probing/batch.ts'
import { openObjective } from '../../../../src/main/training/objectives/index.ts'
import { presetAxes } from '../../../../src/shared/catalogue/variants.ts'
import { smallDataset, tinyConfiguration, type SmallDataset } from '../../../support/dataset.ts'
import { smallImages, type SmallImages } from '../../../support/images.ts'
import { taskOf } from '../../../support/training.ts'

let text: SmallDataset
let images: SmallImages
beforeAll(async () => {
  text = await smallDataset()
  images = await smallImages()
})
afterAll(() => Promise.all([text.remove(), images.remove()]))

const sizes = { tokens: 64, sequences: 2 }
const ofText = (changes = {}) =>
  textProbeBatch({ sha256: text.dataset.sha256, folder: text.datasetFolder, ...changes }, 16, sizes)

describe('chosen', () => {
  it('are different numbers within the length, the first of them whatever the count', () => {
    const few = chosen(1000, 10, 7, 0)
    expect(new Set(few).size).toBe(10)
    expect(few.every((number) => number >= 0 && number < 1000)).toBe(true)
    expect(chosen(1000, 20, 7, 0).subarray(0, 10)).toEqual(few)
    expect(chosen(1000, 10, 8, 0)).not.toEqual(few)
  })

  it('are all where there are no more', () => {
    expect(chosen(5, 9, 1, 0).sort()).toEqual(Int32Array.of(0, 1, 2, 3, 4))
  })
})

describe('of a text', () => {
  it('has windows of the validation split, and the token that follows each sampled one as its class', () => {
    const { inputs, sequences, length, rows, labels, contents } = ofText()
    const reader = openTokens(text.datasetFolder, 'validation')
    const split = new Int32Array(reader.length)
    reader.read(0, split)
    reader.close()
    const tokens = inputs.tokens as Int32Array
    expect([tokens.length, length]).toEqual([sequences * 16, 16])
    expect(contents).toEqual({ name: 'tokens', shape: [sequences, 16], ids: tokens })
    const offsets = Array.from({ length: sequences }, (_, sequence) => {
      const window = tokens.subarray(sequence * 16, (sequence + 1) * 16).join()
      // the text repeats itself: any place where the window stands will do
      return Array.from(split.keys()).findIndex(
        (offset) => split.subarray(offset, offset + 16).join() === window,
      )
    })
    expect(offsets.every((offset) => offset >= 0)).toBe(true)
    rows.forEach((row, index) => {
      const within = row % 16
      if (within < 15) expect(labels[index]).toBe(tokens[row + 1])
      else expect(split).toContain(labels[index])
    })
  })

  it('samples tokens once each, of many sequences and of early and late positions', () => {
    const { rows, sequences } = ofText()
    expect(rows).toHaveLength(64)
    expect(new Set(rows).size).toBe(64)
    expect(new Set(rows.map((row) => Math.floor(row / 16))).size).toBeGreaterThan(sequences / 2)
    expect(new Set(rows.map((row) => row % 16)).size).toBeGreaterThan(8)
  })

  it('follows from the dataset alone: the same for every variant, seed and step', () => {
    const open = (attention: string, seed: number) =>
      openObjective(
        taskOf(text, 'none', {
          ...{ attention, seed, axes: presetAxes(attention) },
          configuration: { ...tinyConfiguration, width: seed === 0 ? 16 : 32 },
        }),
      )
    const [one, other] = [open('standard', 0), open('laplacian', 5)]
    expect(other.probed.open(sizes)).toEqual(one.probed.open(sizes))
    one.close()
    other.close()
    expect(ofText({ sha256: `${'0'.repeat(8)}${text.dataset.sha256.slice(8)}` }).rows).not.toEqual(
      ofText().rows,
    )
  })

  it('takes what there is of a short split, and says so by its sizes', () => {
    const { sequences, rows } = textProbeBatch(
      { sha256: text.dataset.sha256, folder: text.datasetFolder },
      200,
      { tokens: 5000, sequences: 50 },
    )
    expect(sequences).toBeLessThan(50)
    expect(rows).toHaveLength(sequences * 200)
  })
})

describe('of images', () => {
  it('has images of the validation split with their labels, and the same tokens at any time', () => {
    const dataset = { sha256: images.dataset.sha256, folder: images.datasetFolder }
    const normalisation = { gains: [1], offsets: [0] }
    const { channels } = images.dataset
    const plain = {
      gains: Array<number>(channels).fill(1),
      offsets: Array<number>(channels).fill(0),
    }
    const batch = imageProbeBatch(dataset, 5, sizes, channels === 1 ? normalisation : plain)
    expect(imageProbeBatch(dataset, 5, sizes, plain)).toEqual(batch)
    expect(batch.contents.name).toBe('images')
    const reader = openImages(images.datasetFolder, 'validation')
    const items = batch.contents.ids
    expect(new Set(items).size).toBe(batch.sequences)
    const labels = reader.labels(items)
    const pixels = new Uint8Array(reader.height * reader.width * reader.channels)
    reader.read([items[1]!], pixels)
    reader.close()
    expect(
      Array.from((batch.inputs.images as Float32Array).subarray(pixels.length, 2 * pixels.length)),
    ).toEqual(Array.from(pixels))
    batch.rows.forEach((row, index) => expect(batch.labels[index]).toBe(labels[Math.floor(row / 5)]))
  })
})
