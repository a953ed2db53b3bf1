import fs from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { requireKind } from '../../../../../src/main/datasets/format.ts'
import type { ImportOptions } from '../../../../../src/main/datasets/importers/importer.ts'
import { fileAt } from '../../../../../src/main/datasets/importers/source.ts'
import { partsOf } from '../../../../../src/main/datasets/importers/tables/parts.ts'
import { openLibrary } from '../../../../../src/main/datasets/library.ts'
import type { Library } from '../../../../../src/main/datasets/library.ts'
import type { ImageDataset } from '../../../../../src/shared/experiment.ts'
import { temporaryFolder } from '../../folders.ts'
import { contentsOf, readSplit } from '../../reading.ts'

const fixtures = path.resolve('test/fixtures/datasets')
/** Written by DuckDB: test/fixtures/datasets/make_tables.mjs. */
const parquet = (name: string) => path.join(fixtures, 'tables', `${name}.parquet`)

const temporary = temporaryFolder()
let root: string
let library: Library
beforeEach(() => {
  root = path.join(temporary.path, 'library')
  library = openLibrary(root)
})

async function importImages(paths: string[], options: ImportOptions = {}): Promise<ImageDataset> {
  const dataset = await library.import({ files: paths.map(fileAt), ...options })
  requireKind(dataset, 'images')
  return dataset
}

describe('images in Parquet as Hugging Face lays them out', () => {
  it('are those of the folder that they were made of, with its split and classes', async () => {
    const folder = path.join(temporary.path, 'digits')
    for (const part of ['train', 'test'])
      fs.cpSync(parquet(`images-${part}`), path.join(folder, 'data', `${part}-00000-of-00001.parquet`))
    const dataset = await importImages([folder])
    expect(dataset).toMatchObject({ name: 'digits', classNames: ['eins', 'null'], train: 6, validation: 4 })
    expect((await importImages([path.join(fixtures, 'digits')])).id).toBe(dataset.id)
  })

  it('of one file are split', async () => {
    const dataset = await importImages([parquet('images-train')])
    expect(dataset).toMatchObject({ train: 5, validation: 1, classNames: ['eins', 'null'] })
  })

  it('have classes of names, of integers, and the ones that are chosen', async () => {
    expect((await importImages([parquet('named')])).classNames).toEqual(['eins', 'null'])
    expect((await importImages([parquet('plain')])).classNames).toEqual(['1', '2'])
    const chosen = await importImages([parquet('plain')], { labelColumn: 'second' })
    expect(chosen.classNames).toEqual(['1', '2'])
    await expect(importImages([parquet('plain')], { labelColumn: 'third' })).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('Its columns are "image", "label", "second".'),
    })
  })

  it('are scaled as files are, and a column of text can be had instead', async () => {
    expect(await importImages([parquet('named')], { imageSize: 4 })).toMatchObject({
      height: 4,
      width: 4,
      originals: { images: 6 },
      notes: ['6 images were scaled to cover 4 x 4 pixels and cut at the middle.'],
    })
    const text = await library.import({ files: [fileAt(parquet('named'))], column: 'word' })
    expect(text).toMatchObject({ kind: 'text', preview: 'eins\neins\neins\nnull\nnull\nnull\n' })
  })
})

/** Image `index` of `pixels` pixels, of the class index % 3. */
const image = (index: number, pixels: number) =>
  Array.from({ length: pixels }, (_, at) => (17 * index + 3 * at) % 256)
const names = ['zebra', 'ant', 'moth']

function pixelTable({
  pixels = 16,
  header = true,
  label = (index: number) => String(index % 3),
  value = (pixel: number) => String(pixel),
  rows = 12,
} = {}): string {
  const top = ['label', ...Array.from({ length: pixels }, (_, at) => `pixel${at}`)]
  const lines = Array.from({ length: rows }, (_, index) => [label(index), ...image(index, pixels).map(value)])
  return [...(header ? [top] : []), ...lines].map((line) => `${line.join(',')}\n`).join('')
}
const expected = (of: (index: number) => number, pixels = 16) =>
  Array.from({ length: 12 }, (_, index) => `${of(index)}: ${image(index, pixels).join(' ')}`).sort()

describe('a table of pixels', () => {
  it('has every pixel and label, with and without a header, in gzip', async () => {
    const dataset = await importImages([temporary.write('mnist.csv', pixelTable())])
    expect(dataset).toMatchObject({
      name: 'mnist',
      height: 4,
      width: 4,
      channels: 1,
      classNames: ['0', '1', '2'],
      train: 11,
      validation: 1,
    })
    expect(contentsOf(library.folder(dataset.id))).toEqual(expected((index) => index % 3))
    const plain = temporary.write('plain.csv', pixelTable({ header: false }))
    expect((await importImages([plain])).id).toBe(dataset.id)
    const packed = temporary.write('packed.csv.gz', gzipSync(pixelTable()))
    expect((await importImages([packed])).id).toBe(dataset.id)
  })

  it('has classes by name, in their order', async () => {
    const table = pixelTable({ label: (index) => names[index % 3]! })
    const dataset = await importImages([temporary.write('a.csv', table)])
    expect(dataset.classNames).toEqual(['ant', 'moth', 'zebra'])
    expect(contentsOf(library.folder(dataset.id))).toEqual(expected((index) => [2, 0, 1][index % 3]!))
  })

  it('may have shares of 255', async () => {
    const table = pixelTable({ value: (pixel) => String(pixel / 255) })
    const { id } = await importImages([temporary.write('a.csv', table)])
    expect((await importImages([temporary.write('b.csv', pixelTable())])).id).toBe(id)
  })

  it('may be in colour, or no square', async () => {
    const colours = temporary.write('a.csv', pixelTable({ pixels: 48 }))
    expect(await importImages([colours])).toMatchObject({ height: 4, width: 4, channels: 3 })
    const wide = temporary.write('b.csv', pixelTable({ pixels: 24 }))
    expect(await importImages([wide], { imageSize: 6 })).toMatchObject({ height: 4, width: 6, channels: 1 })
    await expect(importImages([wide])).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringContaining('24 columns of pixels, which make no square'),
      hint: expect.stringContaining('--image-size'),
    })
  })

  it('brings its split where two files do, and leaves the other out that has no classes', async () => {
    const folder = path.join(temporary.path, 'kaggle')
    fs.mkdirSync(folder)
    fs.writeFileSync(path.join(folder, 'mnist_train.csv'), pixelTable())
    fs.writeFileSync(path.join(folder, 'mnist_test.csv'), pixelTable({ rows: 4 }))
    const dataset = await importImages([folder])
    expect(dataset).toMatchObject({ name: 'kaggle', train: 12, validation: 4 })
    expect(readSplit(library.folder(dataset.id), 'validation').labels).toEqual([0, 1, 2, 0])
    const unlabelled = pixelTable({ rows: 4 }).replace(/^[^,]*,/gm, '')
    fs.writeFileSync(path.join(folder, 'mnist_test.csv'), unlabelled)
    expect(await importImages([folder])).toMatchObject({
      train: 11,
      notes: ['1 file was left out (not part of it): mnist_test.csv.'],
    })
    await expect(importImages([path.join(folder, 'mnist_test.csv')])).rejects.toMatchObject({
      code: 'labels-missing',
    })
  })

  it('leaves images without a class out', async () => {
    const table = pixelTable({ label: (index) => (index === 5 ? '' : String(index % 3)) })
    expect(await importImages([temporary.write('a.csv', table)])).toMatchObject({
      train: 10,
      notes: ['1 image was left out: it has no class.'],
    })
  })

  it.each([
    ['256', /row 1 of the images has the pixel "256", where pixels are numbers from 0 to 255/],
    ['-1', /the pixel "-1"/],
    ['', /the pixel null/],
  ])('is refused with the pixel %j', async (pixel, message) => {
    const table = pixelTable({ value: (value) => (value === 9 ? pixel : String(value)) })
    await expect(importImages([temporary.write('a.csv', table)])).rejects.toMatchObject({
      code: 'file-damaged',
      message: expect.stringMatching(message),
    })
    expect(fs.readdirSync(root)).toEqual([])
  })

  it('changed anywhere is a dataset or WorkbenchError', async () => {
    const whole = pixelTable({ rows: 4 })
    const character = fc.constantFrom('', ',', '"', '\n', 'x', '-', '9', '.')
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length - 1 }), character, async (at, other) => {
        const file = temporary.write('a.csv', whole.slice(0, at) + other + whole.slice(at + 1))
        const outcome = await library.import({ files: [fileAt(file)] }).catch((error: unknown) => error)
        if (outcome instanceof Error)
          expect(outcome).toMatchObject({ name: 'WorkbenchError', hint: expect.any(String) })
        for (const found of library.datasets()) await library.remove(found.id)
        expect(fs.readdirSync(root)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

it('parts are named by words, not by letters', () => {
  const parts = (...files: string[]) => {
    const { train, validation, leftOut } = partsOf(files.map((name) => ({ name })))
    return [train, validation, leftOut].map((some) => some?.map(({ name }) => name) ?? null)
  }
  expect(parts('train-00000-of-00001.parquet', 'test-00000-of-00001.parquet')).toEqual([
    ['train-00000-of-00001.parquet'],
    ['test-00000-of-00001.parquet'],
    [],
  ])
  expect(parts('a_train.csv', 'a_val.csv', 'a_test.csv')).toEqual([
    ['a_train.csv'],
    ['a_val.csv'],
    ['a_test.csv'],
  ])
  expect(parts('trains.csv', 'contest.csv')).toEqual([['trains.csv', 'contest.csv'], null, []])
})
