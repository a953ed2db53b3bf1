import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImages, type ImageReader } from '../../../../src/main/datasets/images.ts'
import { normalise, normalisationOf } from '../../../../src/main/training/feed/normalisation.ts'
import { smallImages, type SmallImages } from '../../../support/images.ts'

/** `length` images of one row: image i is [i, 10] in its two channels. */
const reader = (length: number): ImageReader => ({
  ...{ length, height: 1, width: 1, channels: 2, classes: 2 },
  read(indices, pixels) {
    indices.forEach((item, row) => pixels.set([item % 256, 10], 2 * row))
  },
  labels: (indices) => new Int32Array(indices.length),
  close() {},
})

describe('the normalisation of a dataset', () => {
  it('makes the mean of a channel 0 and its variance 1', () => {
    const { gains, offsets } = normalisationOf(reader(1000))
    const values = Array.from({ length: 1000 }, (_, item) => gains[0]! * (item % 256) + offsets[0]!)
    const mean = values.reduce((sum, value) => sum + value, 0) / 1000
    expect(mean).toBeCloseTo(0, 12)
    expect(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 1000).toBeCloseTo(1, 12)
  })

  it('makes a channel that is the same everywhere 0', () => {
    const target = new Float32Array(2)
    normalise(Uint8Array.of(5, 10), target, normalisationOf(reader(1000)))
    expect(target[1]).toBeCloseTo(0, 12)
  })

  describe('on the disk', () => {
    let data: SmallImages
    beforeAll(async () => {
      data = await smallImages({ channels: 3 })
    })
    afterAll(() => data.remove())

    it('is that of the training split', () => {
      const training = openImages(data.datasetFolder, 'train')
      const { length, height, width, channels } = training
      const pixels = new Uint8Array(length * height * width * channels)
      training.read(
        Array.from({ length }, (_, item) => item),
        pixels,
      )
      const { gains, offsets } = normalisationOf(training)
      training.close()
      for (let channel = 0; channel < channels; channel++) {
        const values = pixels.filter((_, at) => at % channels === channel)
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length
        const deviation = Math.sqrt(
          values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length,
        )
        expect(gains[channel]).toBeCloseTo(1 / deviation, 12)
        expect(offsets[channel]).toBeCloseTo(-mean / deviation, 12)
      }
    })
  })
})
