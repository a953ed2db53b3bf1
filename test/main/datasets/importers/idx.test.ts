import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { requireKind } from '../../../../src/main/datasets/format.ts'
import { parseIdxHeader } from '../../../../src/main/datasets/importers/idx/format.ts'
import { fileAt } from '../../../../src/main/datasets/importers/source.ts'
import { openLibrary } from '../../../../src/main/datasets/library.ts'
import type { Library } from '../../../../src/main/datasets/library.ts'
import { samplesFolder } from '../../../../src/main/paths.ts'
import { imageDatasetSchema } from '../../../../src/shared/experiment.ts'
import type { ImageDataset } from '../../../../src/shared/experiment.ts'
import { temporaryFolder } from '../folders.ts'
import { contentsOf, readSplit } from '../reading.ts'

/** Written by numpy: test/fixtures/datasets/make_images.py. */
const fixtures = path.resolve('test/fixtures/datasets')
const { idx: expected } = JSON.parse(fs.readFileSync(path.join(fixtures, 'expected.json'), 'utf8'))
const fixture = (name: string) => path.join(fixtures, 'idx', name)
const flat = (images: number[][][]) => images.map((image) => image.flat())
/** The labels of the fixture are 1, 4 and 7. */
const classOf = (labels: number[]) => labels.map((label) => [1, 4, 7].indexOf(label))

const temporary = temporaryFolder()
let root: string
let library: Library
beforeEach(() => {
  root = path.join(temporary.path, 'library')
  library = openLibrary(root)
})

async function importImages(...paths: string[]): Promise<ImageDataset> {
  const dataset = await library.import({ files: paths.map(fileAt) })
  requireKind(dataset, 'images')
  return dataset
}

/** An IDX file of unsigned bytes, unless `changes` makes it something else. */
function idx(dimensions: number[], values: ArrayLike<number>, type = 8): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length)
  header.set([0, 0, type, dimensions.length])
  dimensions.forEach((dimension, axis) => header.writeUInt32BE(dimension, 4 + 4 * axis))
  return Buffer.concat([header, Uint8Array.from(values)])
}

const names = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'] as const
const writePair = (images: Uint8Array, labels: Uint8Array) => [
  temporary.write(names[0], images),
  temporary.write(names[1], labels),
]
/** Six images of 2 x 2 in two classes. */
const goodImages = idx(
  [6, 2, 2],
  Array.from({ length: 24 }, (_, index) => index),
)
const goodLabels = idx([6], [0, 1, 0, 1, 0, 1])

describe('importing what numpy wrote', () => {
  it('keeps the split of four files, however they are named in the call', async () => {
    const four = ['t10k-labels-idx1-ubyte.gz', names[0], 't10k-images-idx3-ubyte.gz', names[1]]
    const dataset = await importImages(...four.map(fixture))
    expect(imageDatasetSchema.parse(dataset)).toEqual(dataset)
    expect(dataset).toMatchObject({
      name: 'idx', // after the folder: the names of the files tell nothing but their roles
      bytes: 18 * 20 + 18,
      train: 12,
      validation: 6,
      classes: 3,
      classNames: ['1', '4', '7'],
      height: 5,
      width: 4,
      channels: 1,
      trainPerClass: [4, 4, 4],
      validationPerClass: [2, 2, 2],
    })
    const folder = library.folder(dataset.id)
    expect(readSplit(folder, 'train')).toEqual({
      images: flat(expected.train.images),
      labels: classOf(expected.train.labels),
    })
    expect(readSplit(folder, 'validation')).toEqual({
      images: flat(expected.test.images),
      labels: classOf(expected.test.labels),
    })
    expect(fs.readdirSync(folder).sort()).toEqual(['images.bin', 'labels.bin', 'meta.json'])
    expect(await importImages(path.join(fixtures, 'idx'))).toEqual(dataset) // the folder is the same
  })

  it('splits two files by class and seed, the same every time', async () => {
    const dataset = await importImages(fixture(names[1]), fixture(names[0]))
    expect(dataset).toMatchObject({ name: 'train', train: 11, validation: 1 })
    const folder = library.folder(dataset.id)
    const labels = classOf(expected.train.labels)
    const all = flat(expected.train.images).map((pixels, index) => `${labels[index]}: ${pixels.join(' ')}`)
    expect(contentsOf(folder)).toEqual(all.sort())
    const elsewhere = openLibrary(path.join(temporary.path, 'elsewhere'))
    const again = await elsewhere.import({ files: [fixture(names[0]), fixture(names[1])].map(fileAt) })
    expect(again.sha256).toBe(dataset.sha256)
    expect(contentsOf(elsewhere.folder(again.id))).toEqual(contentsOf(folder))
    expect(readSplit(elsewhere.folder(again.id), 'validation')).toEqual(readSplit(folder, 'validation'))
  })

  it('knows the same content compressed and under other names', async () => {
    const dataset = await importImages(fixture(names[0]), fixture(names[1]))
    const images = temporary.write('a.gz', zlib.gzipSync(fs.readFileSync(fixture(names[0]))))
    const labels = temporary.write('b', fs.readFileSync(fixture(names[1])))
    expect(await importImages(images, labels)).toEqual(dataset)
    expect(fs.readdirSync(root)).toEqual([dataset.id])
  })

  it('knows different labels of the same images apart', async () => {
    const one = await importImages(...writePair(goodImages, goodLabels))
    const other = await importImages(...writePair(goodImages, idx([6], [1, 0, 0, 1, 0, 1])))
    expect(other.id).not.toBe(one.id)
  })
})

describe('the sample of MNIST', () => {
  it('is 9,000 and 1,000 images, with every class in proportion', async () => {
    const dataset = await importImages(
      ...['images-idx3', 'labels-idx1'].map((part) => path.join(samplesFolder, `t10k-${part}-ubyte.gz`)),
    )
    expect(dataset).toMatchObject({
      train: 9000,
      validation: 1000,
      classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
      height: 28,
      width: 28,
      channels: 1,
    })
    // counts of MNIST's test labels
    const counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    expect(dataset.trainPerClass.map((train, label) => train + dataset.validationPerClass[label]!)).toEqual(
      counts,
    )
    dataset.validationPerClass.forEach((count, label) => {
      expect(Math.abs(count - counts[label]! / 10)).toBeLessThan(1)
    })
  })
})

describe('images of several channels', () => {
  it('are kept as they are', async () => {
    const images = idx(
      [4, 2, 1, 3],
      Array.from({ length: 24 }, (_, index) => 10 * index),
    )
    const dataset = await importImages(...writePair(images, idx([4], [0, 1, 0, 1])))
    expect(dataset).toMatchObject({ height: 2, width: 1, channels: 3 })
    const all = contentsOf(library.folder(dataset.id))
    expect(all).toContain('0: 0 10 20 30 40 50')
    expect(all).toContain(`1: ${[180, 190, 200, 210, 220, 230].join(' ')}`)
  })
})

describe('what cannot be imported', () => {
  const many = 2 ** 32 - 1
  const cases: [string, () => string[], string, RegExp][] = [
    [
      'a wrong magic',
      () => writePair(Buffer.concat([Buffer.from([0, 1]), goodImages.subarray(2)]), goodLabels),
      'file-damaged',
      /train-images-idx3-ubyte.* begins with 00 01 08 03/,
    ],
    ['an empty file', () => writePair(Buffer.alloc(0), goodLabels), 'file-damaged', /begins with nothing/],
    [
      'a header cut short',
      () => writePair(goodImages.subarray(0, 9), goodLabels),
      'file-damaged',
      /begins with/,
    ],
    [
      'fewer bytes than promised',
      () => writePair(goodImages.subarray(0, -1), goodLabels),
      'file-damaged',
      /promises 24 values, and there are 23/,
    ],
    [
      'more bytes than promised',
      () => writePair(Buffer.concat([goodImages, Buffer.alloc(1)]), goodLabels),
      'file-damaged',
      /goes on after the 24 values/,
    ],
    [
      'fewer labels than promised',
      () => writePair(goodImages, goodLabels.subarray(0, -2)),
      'file-damaged',
      /train-labels-idx1-ubyte.* promises 6 values, and there are 4/,
    ],
    [
      'dimensions that overflow',
      () => writePair(idx([many, many, many], []), goodLabels),
      'file-too-large',
      /4294967295 x 4294967295 x 4294967295/,
    ],
    ['more labels than fit', () => writePair(goodImages, idx([many], [])), 'file-too-large', /4294967295/],
    ['no images', () => writePair(idx([0, 2, 2], []), idx([0], [])), 'unsupported-format', /is empty/],
    [
      'images without width',
      () => writePair(idx([6, 2, 0], []), goodLabels),
      'unsupported-format',
      /6 x 2 x 0/,
    ],
    [
      'images too wide',
      () => writePair(idx([6, 1, 5000], new Uint8Array(30_000)), goodLabels),
      'unsupported-format',
      /5000 x 1 pixels/,
    ],
    [
      'two channels',
      () => writePair(idx([6, 2, 1, 2], new Uint8Array(24)), goodLabels),
      'unsupported-format',
      /2 channels/,
    ],
    [
      'values that are no bytes',
      () => writePair(idx([6, 2, 2], new Uint8Array(96), 0x0d), goodLabels),
      'unsupported-format',
      /holds 32-bit floats/,
    ],
    [
      'five dimensions',
      () => writePair(idx([6, 1, 1, 1, 1], new Uint8Array(6)), goodLabels),
      'unsupported-format',
      /5 dimensions/,
    ],
    [
      'labels that do not match',
      () => writePair(goodImages, idx([5], [0, 1, 0, 1, 0])),
      'labels-mismatch',
      /6 images .* 5 labels/,
    ],
    ['one class', () => writePair(goodImages, idx([6], [3, 3, 3, 3, 3, 3])), 'too-few-images', /one class/],
    ['images alone', () => writePair(goodImages, goodLabels).slice(0, 1), 'labels-missing', /no labels for/],
    ['labels alone', () => writePair(goodImages, goodLabels).slice(1), 'labels-missing', /no images for/],
    [
      'a gzip cut short',
      () => [
        temporary.write(`${names[0]}.gz`, zlib.gzipSync(goodImages).subarray(0, -6)),
        temporary.write(names[1], goodLabels),
      ],
      'file-damaged',
      /gzip file .*train-images-idx3-ubyte\.gz is damaged/,
    ],
    [
      'a gzip with a flipped bit',
      () => {
        const packed = zlib.gzipSync(goodImages)
        packed[packed.length - 5]! ^= 1 // of the checksum
        return [temporary.write(`${names[0]}.gz`, packed), temporary.write(names[1], goodLabels)]
      },
      'file-damaged',
      /incorrect data check/,
    ],
    [
      'training and test images of different sizes',
      () => [
        ...writePair(goodImages, goodLabels),
        temporary.write('t10k-images-idx3-ubyte', idx([2, 3, 2], new Uint8Array(12))),
        temporary.write('t10k-labels-idx1-ubyte', idx([2], [0, 1])),
      ],
      'unsupported-format',
      /2 x 2 x 1 .* 2 x 3 x 1/,
    ],
    [
      'the files of two datasets',
      () => [
        ...writePair(goodImages, goodLabels),
        temporary.write('letters-images-idx3-ubyte', goodImages),
        temporary.write('letters-labels-idx1-ubyte', goodLabels),
      ],
      'invalid-request',
      /2 datasets: "train", "letters"/,
    ],
    [
      'a folder without a dataset',
      () => [fs.mkdtempSync(path.join(temporary.path, 'empty-'))],
      'not-a-file',
      /folder/,
    ],
  ]
  it.each(cases)('%s is refused, and nothing of it remains', async (_, paths, code, message) => {
    await expect(importImages(...paths())).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\w/),
    })
    expect(fs.readdirSync(root)).toEqual([])
  })

  it('leaves nothing when it is cancelled, and reports its progress', async () => {
    const images = idx([40_000, 8, 8], new Uint8Array(40_000 * 64))
    const paths = writePair(
      images,
      idx(
        [40_000],
        Uint8Array.from({ length: 40_000 }, (_, item) => item % 3),
      ),
    )
    const controller = new AbortController()
    const heard: number[] = []
    const onProgress = (bytes: number, total: number) => {
      heard.push(bytes / total)
      if (bytes > total / 2) controller.abort()
    }
    const importing = library.import({ files: paths.map(fileAt), onProgress, signal: controller.signal })
    await expect(importing).rejects.toMatchObject({ code: 'interrupted' })
    expect(heard).toEqual(heard.toSorted((a, b) => a - b))
    expect(fs.readdirSync(root)).toEqual([])
  })
})

describe('the header', () => {
  it('of any array is read back', () => {
    const dimension = fc.nat(2 ** 32 - 1)
    const types = fc.constantFrom(0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e)
    fc.assert(
      fc.property(types, fc.array(dimension, { minLength: 1, maxLength: 255 }), (type, dimensions) => {
        expect(parseIdxHeader(idx(dimensions, [1, 2, 3], type))).toEqual({ type, dimensions })
      }),
    )
  })

  it('is found in no other bytes, and in none that end before it does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const header = parseIdxHeader(bytes)
        if (header) {
          expect([bytes[0], bytes[1]]).toEqual([0, 0])
          expect(header.dimensions).toHaveLength(bytes[3]!)
          expect(parseIdxHeader(bytes.subarray(0, 4 + 4 * bytes[3]! - 1))).toBeUndefined()
        }
      }),
      { examples: [[idx([2, 3], [])], [Uint8Array.of(0, 0, 8, 0)], [Uint8Array.of(0, 0, 7, 1, 0, 0, 0, 1)]] },
    )
  })
})

describe('any pair of files', () => {
  it('is either imported whole or refused with a reason, and nothing else happens', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      // a true header before what may or may not be there
      fc
        .tuple(fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }), fc.uint8Array({ maxLength: 40 }))
        .map(([dimensions, values]) => new Uint8Array(idx(dimensions, values))),
    )
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (images, labels) => {
        const outcome = await importImages(...writePair(images, labels)).catch((error: unknown) => error)
        if (outcome instanceof Error) {
          expect(outcome).toMatchObject({
            name: 'WorkbenchError',
            code: expect.not.stringMatching('internal'),
          })
          expect(fs.readdirSync(root)).toEqual([])
        } else {
          const { id, train, validation } = outcome as ImageDataset
          expect(contentsOf(library.folder(id))).toHaveLength(train + validation)
          await library.remove(id)
        }
      }),
      { numRuns: 150 },
    )
  })
})
