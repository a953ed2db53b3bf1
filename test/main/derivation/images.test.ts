import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImages } from '../../../src/main/datasets/images.ts'
import { imageCloud } from '../../../src/main/derivation/images.ts'
import { smallImages, type SmallImages } from '../../support/images.ts'

let images: SmallImages
beforeAll(async () => {
  images = await smallImages()
})
afterAll(() => images.remove())

describe('imageCloud', () => {
  it('takes different training images, with their labels', () => {
    const { values, labels, items, width } = imageCloud(images.datasetFolder, 90, 0, 0)
    expect(width).toBe(64)
    const reader = openImages(images.datasetFolder, 'train')
    const pixels = new Uint8Array(90 * 64)
    reader.read(Int32Array.from({ length: 90 }, (_, index) => index), pixels) // prettier-ignore
    const all = Array.from({ length: 90 }, (_, index) => pixels.subarray(index * 64, (index + 1) * 64).join())
    const bytes = Uint8Array.from(values, (value) => Math.round(255 * value))
    const chosen = Array.from({ length: 90 }, (_, token) =>
      all.indexOf(bytes.subarray(token * 64, (token + 1) * 64).join()),
    )
    expect(chosen.toSorted((a, b) => a - b)).toEqual(all.map((_, index) => index))
    expect(chosen).not.toEqual(all.map((_, index) => index)) // in a random order
    expect(items).toEqual(chosen)
    expect(labels).toEqual([...reader.labels(chosen)])
    reader.close()
  })

  it('projects them by one matrix: the same for all, another for another seed', () => {
    const pixels = imageCloud(images.datasetFolder, 60, 0, 5)
    const projected = imageCloud(images.datasetFolder, 60, 4, 5)
    expect(projected).toMatchObject({ count: 60, width: 4, labels: pixels.labels })
    // the matrix has N(0, 1/64) entries: squared lengths shrink by about 4/64
    const length = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0)
    const share = length(projected.values) / length(pixels.values) / (4 / 64)
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(5)
    expect(imageCloud(images.datasetFolder, 60, 4, 5)).toEqual(projected)
    expect(imageCloud(images.datasetFolder, 60, 4, 6).values).not.toEqual(projected.values)
  })

  it('refuses more tokens than there are images', () => {
    expect(() => imageCloud(images.datasetFolder, 91, 4, 0)).toThrow(/90 training images, and 91/)
  })
})
