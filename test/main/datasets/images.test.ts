import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openImages } from '../../../src/main/datasets/images.ts'
import { openTokens } from '../../../src/main/datasets/tokens.ts'
import type { ImageDataset } from '../../../src/shared/experiment.ts'
import { temporaryFolder } from './folders.ts'

const temporary = temporaryFolder()

/** Writes a dataset whose pixel p of image i is (7 i + p) mod 256 and whose label of image i is i mod classes. */
function writeDataset(changes: Partial<ImageDataset> = {}): { folder: string; dataset: ImageDataset } {
  const dataset: ImageDataset = {
    id: '0123456789ab',
    name: 'made up',
    kind: 'images',
    sha256: '0123456789ab'.padEnd(64, '0'),
    bytes: 1000,
    train: 40,
    validation: 9,
    classes: 7,
    classNames: Array.from({ length: changes.classes ?? 7 }, (_, label) => `class ${label}`),
    height: 3,
    width: 4,
    channels: 3,
    trainPerClass: [],
    validationPerClass: [],
    importedAt: '2026-11-22T06:00:00.000Z',
    ...changes,
  }
  const folder = path.join(temporary.path, dataset.id)
  const items = dataset.train + dataset.validation
  const imageBytes = dataset.height * dataset.width * dataset.channels
  const pixels = Uint8Array.from({ length: items * imageBytes }, (_, at) => {
    return 7 * Math.floor(at / imageBytes) + (at % imageBytes)
  })
  const labelOf = (_: unknown, item: number) => item % dataset.classes
  const labels =
    dataset.classes <= 256
      ? Uint8Array.from({ length: items }, labelOf)
      : Uint16Array.from({ length: items }, labelOf)
  fs.mkdirSync(folder)
  fs.writeFileSync(path.join(folder, 'images.bin'), pixels)
  fs.writeFileSync(path.join(folder, 'labels.bin'), new Uint8Array(labels.buffer))
  fs.writeFileSync(path.join(folder, 'meta.json'), JSON.stringify(dataset))
  return { folder, dataset }
}

const imageAt = (item: number) => Array.from({ length: 36 }, (_, pixel) => (7 * item + pixel) % 256)

describe('the image reader', () => {
  it.each([
    ['train', 0, 40],
    ['validation', 40, 9],
  ] as const)('gives any images of the %s split in any order, and their labels', (split, first, length) => {
    const { folder } = writeDataset()
    const reader = openImages(folder, split)
    expect(reader).toMatchObject({ length, height: 3, width: 4, channels: 3, classes: 7 })
    fc.assert(
      fc.property(fc.array(fc.nat(length - 1), { maxLength: 30 }), fc.boolean(), (wanted, sorted) => {
        // runs of neighbours are read at once: let there be some
        const indices = sorted ? wanted.toSorted((a, b) => a - b) : wanted
        const pixels = new Uint8Array(36 * indices.length)
        reader.read(Int32Array.from(indices), pixels)
        expect([...pixels]).toEqual(indices.flatMap((index) => imageAt(first + index)))
        expect([...reader.labels(indices)]).toEqual(indices.map((index) => (first + index) % 7))
      }),
    )
    const all = Array.from({ length }, (_, index) => index)
    const pixels = new Uint8Array(36 * length)
    reader.read(all, pixels)
    expect([...pixels]).toEqual(all.flatMap((index) => imageAt(first + index)))
    reader.close()
  })

  it('reads labels of two bytes above 256 classes', () => {
    const { folder } = writeDataset({ classes: 300, train: 400, validation: 10 })
    const reader = openImages(folder, 'train')
    expect([...reader.labels([0, 255, 256, 299, 300])]).toEqual([0, 255, 256, 299, 0])
    reader.close()
  })

  it('keeps within its split', () => {
    const reader = openImages(writeDataset().folder, 'train')
    for (const indices of [[-1], [40], [38, 39, 40], [0.5], [NaN]]) {
      expect(() => reader.read(indices, new Uint8Array(36 * indices.length))).toThrow(RangeError)
      expect(() => reader.labels(indices)).toThrow(RangeError)
    }
    expect(() => reader.read([0], new Uint8Array(35))).toThrow(/36 bytes, not 35/)
    reader.close()
  })

  it('reports files that are missing, of another size, or cut while they are open', () => {
    const { folder } = writeDataset()
    const isDamaged = expect.objectContaining({ code: 'dataset-damaged' })
    const images = path.join(folder, 'images.bin')
    const reader = openImages(folder, 'validation')
    fs.truncateSync(images, 36 * 48)
    expect(() => reader.read([8], new Uint8Array(36))).toThrow(isDamaged)
    reader.close()
    expect(() => openImages(folder, 'train')).toThrow(/images\.bin has 1728 bytes, not 1764/)
    fs.rmSync(path.join(folder, 'labels.bin'))
    fs.truncateSync(images, 36 * 49)
    expect(() => openImages(folder, 'train')).toThrow(isDamaged)
  })

  it('is for images only, as the token reader is for text', () => {
    const { folder } = writeDataset()
    expect(() => openTokens(folder, 'train')).toThrow(
      expect.objectContaining({
        code: 'wrong-kind',
        message: expect.stringMatching(/is images; this needs text/),
      }),
    )
  })
})
