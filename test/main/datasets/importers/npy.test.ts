import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { requireKind } from '../../../../src/main/datasets/format.ts'
import { chooseArrays } from '../../../../src/main/datasets/importers/npy/arrays.ts'
import { fileAt } from '../../../../src/main/datasets/importers/source.ts'
import { openLibrary } from '../../../../src/main/datasets/library.ts'
import type { Library } from '../../../../src/main/datasets/library.ts'
import type { ImageDataset } from '../../../../src/shared/experiment.ts'
import { temporaryFolder } from '../folders.ts'
import { contentsOf, readSplit } from '../reading.ts'
import { zipOf } from '../zip.ts'

/** Written by numpy: test/fixtures/datasets/make_arrays.py. */
const fixtures = path.resolve('test/fixtures/datasets/arrays')
const array = (name: string) => path.join(fixtures, name)

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

/** Image `index` by the formula of the script. */
const image = (index: number, channels: 1 | 3) =>
  Array.from({ length: 20 * channels }, (_, at) => {
    const position = Math.floor(at / channels)
    return (40 * index + 7 * Math.floor(position / 5) + 3 * (position % 5) + 90 * (at % channels)) % 256
  })
const all = (channels: 1 | 3) =>
  [0, 1, 2, 0, 1, 2].map((label, index) => `${label}: ${image(index, channels).join(' ')}`).sort()

describe('arrays that numpy wrote', () => {
  it('have every pixel and label', async () => {
    const dataset = await importImages(array('plain.npz'))
    expect(dataset).toMatchObject({
      name: 'plain',
      train: 5,
      validation: 1,
      classNames: ['0', '2', '5'],
      height: 4,
      width: 5,
      channels: 1,
    })
    expect(contentsOf(library.folder(dataset.id))).toEqual(all(1))
  })

  it('are the same dataset as .npy files, by folder, by file and in an archive', async () => {
    const { id } = await importImages(array('plain.npz'))
    expect((await importImages(array('files'))).id).toBe(id)
    expect((await importImages(array('files/y.npy'), array('files/x.npy'))).id).toBe(id)
    const members = ['x.npy', 'y.npy'].map((name) => ({
      name,
      content: fs.readFileSync(array(`files/${name}`)),
    }))
    expect((await importImages(temporary.write('files.zip', zipOf(members)))).id).toBe(id)
  })

  it('are the same dataset in every order, type and layout', async () => {
    const { id } = await importImages(array('compressed.npz'))
    expect(contentsOf(library.folder(id))).toEqual(all(3))
    for (const name of ['first.npz', 'fortran.npz', 'fortran-first.npz', 'shares.npz', 'doubles.npz'])
      expect([name, (await importImages(array(name))).id]).toEqual([name, id])
  })

  it('bring their split as Keras and MedMNIST name it', async () => {
    const keras = await importImages(array('keras.npz'))
    expect(keras).toMatchObject({ train: 4, validation: 2 })
    expect(readSplit(library.folder(keras.id), 'train')).toEqual({
      images: [0, 1, 2, 3].map((index) => image(index, 1)),
      labels: [0, 1, 2, 0],
    })
    expect(readSplit(library.folder(keras.id), 'validation')).toEqual({
      images: [image(4, 1), image(5, 1)],
      labels: [0, 2],
    })
    const med = await importImages(array('medmnist.npz'))
    expect(med).toMatchObject({ train: 3, validation: 2 })
    expect(readSplit(library.folder(med.id), 'validation').images).toEqual([image(3, 1), image(4, 1)])
  })

  it('of truth values are black and white', async () => {
    const { id } = await importImages(array('truths.npz'))
    const { images } = readSplit(library.folder(id), 'train')
    expect(new Set(images.flat())).toEqual(new Set([0, 255]))
  })

  it('tell their progress, which never goes back', async () => {
    const heard: number[] = []
    const onProgress = (bytes: number, total: number) => heard.push(bytes / total)
    await library.import({ files: [fileAt(array('keras.npz'))], onProgress })
    expect(heard).toEqual(heard.toSorted((a, b) => a - b))
    expect(heard.at(-1)).toBe(1)
  })
})

/** An array as numpy lays it out, with any header. */
function npy(header: string, values: Uint8Array): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16LE(header.length)
  return Buffer.concat([
    Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0]),
    length,
    Buffer.from(header),
    values,
  ])
}
const bytesHeader = (...shape: number[]) =>
  `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')},), }\n`

describe('what is refused', () => {
  it.each([
    ['objects.npz', 'unsupported-format', /objects\.npz\/labels holds Python objects/],
    ['wide.npz', 'unsupported-format', /images has values from 1000 to 1\d\d\d, where pixels are 0 to 255/],
    ['nothing.npz', 'unsupported-format', /pixels that are no numbers/],
    ['uneven.npz', 'labels-mismatch', /6 images and .*labels has 5 labels/],
    ['unclear.npz', 'labels-missing', /one\.npy|one \(6 x 4 x 5\), other \(6 x 4 x 5\), labels \(6\)/],
    ['fractions.npz', 'unsupported-format', /label 2\.5, which is no integer/],
    ['complex.npz', 'unsupported-format', /values of the type c16/],
  ])('%s', async (name, code, message) => {
    await expect(importImages(array(name))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
    expect(fs.readdirSync(root)).toEqual([])
  })

  const headers: [string, Buffer, string, RegExp][] = [
    [
      'dimensions that overflow',
      npy(bytesHeader(2 ** 31, 2 ** 31, 4), new Uint8Array(9)),
      'file-too-large',
      /2147483648 x 2147483648 x 4/,
    ],
    [
      'fewer bytes than promised',
      npy(bytesHeader(2, 3, 4), new Uint8Array(9)),
      'file-damaged',
      /promises 24 values, and there are 9/,
    ],
    [
      'more bytes than promised',
      npy(bytesHeader(2, 3, 4), new Uint8Array(29)),
      'file-damaged',
      /goes on after the 24 values/,
    ],
    ['no header', npy('to be', new Uint8Array(24)), 'file-damaged', /not one that numpy writes/],
    ['no pixels', npy(bytesHeader(2, 0, 4), new Uint8Array(0)), 'unsupported-format', /no pixels/],
  ]
  it.each(headers)('%s', async (_, images, code, message) => {
    const paths = [
      temporary.write('x.npy', images),
      temporary.write('y.npy', npy(bytesHeader(2), Uint8Array.of(0, 1))),
    ]
    await expect(importImages(...paths)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
    expect(fs.readdirSync(root)).toEqual([])
  })

  it.each(['plain.npz', 'files/x.npy'])('%s changed or cut anywhere, or it is a dataset', async (name) => {
    const whole = fs.readFileSync(array(name))
    const file = path.join(temporary.path, path.basename(name))
    const labels = temporary.write('y.npy', fs.readFileSync(array('files/y.npy')))
    const change = fc.option(fc.integer({ min: 1, max: 255 }))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 6, max: whole.length - 1 }), change, async (at, flip) => {
        const bytes = Buffer.from(flip === null ? whole.subarray(0, at) : whole)
        if (flip !== null) bytes[at]! ^= flip
        fs.writeFileSync(file, bytes)
        const outcome = await importImages(file, ...(name.endsWith('npy') ? [labels] : [])).catch(
          (error: unknown) => error,
        )
        if (outcome instanceof Error)
          expect(outcome).toMatchObject({ name: 'WorkbenchError', hint: expect.any(String) })
        else expect(flip).not.toBeNull()
        for (const found of library.datasets()) await library.remove(found.id)
        expect(fs.readdirSync(root)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

it('chooseArrays names images and labels only where there is one of each', () => {
  const named = fc.record({
    name: fc.constantFrom('x_train', 'y_train', 'x_test', 'y_test', 'images', 'labels', 'train'),
    shape: fc.constantFrom([6], [6, 1], [6, 4, 5], [6, 4, 5, 3], [6, 7], []),
  })
  fc.assert(
    fc.property(fc.array(named, { maxLength: 6 }), (arrays) => {
      const parts = chooseArrays(arrays)
      for (const pair of [parts?.train, parts?.validation]) {
        if (!pair) continue
        expect(pair.images.shape.length).toBeGreaterThan(2)
        expect(pair.labels.shape.length).toBeLessThan(3)
      }
      if (parts?.validation) expect(parts.validation.images).not.toBe(parts.train.images)
    }),
  )
})
