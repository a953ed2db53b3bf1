import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { beforeEach, describe, expect, it } from 'vitest'
import { requireKind } from '../../../../src/main/datasets/format.ts'
import { chooseShape } from '../../../../src/main/datasets/importers/classFolders/size.ts'
import { sortImages } from '../../../../src/main/datasets/importers/classFolders/tree.ts'
import { fileAt } from '../../../../src/main/datasets/importers/source.ts'
import { openLibrary } from '../../../../src/main/datasets/library.ts'
import type { ImportRequest, Library } from '../../../../src/main/datasets/library.ts'
import { imageDatasetSchema } from '../../../../src/shared/experiment.ts'
import type { ImageDataset } from '../../../../src/shared/experiment.ts'
import { temporaryFolder } from '../folders.ts'
import { contentsOf, readSplit } from '../reading.ts'

/** Written by Pillow: test/fixtures/datasets/make_images.py. */
const fixtures = path.resolve('test/fixtures/datasets')
const expected = JSON.parse(fs.readFileSync(path.join(fixtures, 'expected.json'), 'utf8'))

const temporary = temporaryFolder()
let root: string
let library: Library
beforeEach(() => {
  root = path.join(temporary.path, 'library')
  library = openLibrary(root)
})

async function importImages(paths: string[], options: Partial<ImportRequest> = {}): Promise<ImageDataset> {
  const dataset = await library.import({ files: paths.map(fileAt), ...options })
  requireKind(dataset, 'images')
  expect(imageDatasetSchema.parse(dataset)).toEqual(dataset)
  return dataset
}

/** Writes a PNG of one colour below the temporary folder. */
async function png(name: string, [red, green, blue] = [1, 2, 3], size = 8): Promise<string> {
  const file = path.join(temporary.path, name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const background = { r: red!, g: green!, b: blue! }
  await sharp({ create: { width: size, height: size, channels: 3, background } })
    .png()
    .toFile(file)
  return file
}

describe('class folders that Pillow wrote', () => {
  it('with training and test folders keep that split, and every pixel', async () => {
    const dataset = await importImages([path.join(fixtures, 'digits')])
    expect(dataset).toMatchObject({
      name: 'digits',
      train: 6,
      validation: 4,
      classNames: ['eins', 'null'],
      height: 6,
      width: 5,
      channels: 1,
      trainPerClass: [3, 3],
      validationPerClass: [2, 2],
    })
    expect(dataset.notes).toBeUndefined()
    const folder = library.folder(dataset.id)
    const { train, test } = expected.digits
    expect(readSplit(folder, 'train')).toEqual({
      images: [...train.eins, ...train.null],
      labels: [0, 0, 0, 1, 1, 1],
    })
    expect(readSplit(folder, 'validation')).toEqual({
      images: [...test.eins, ...test.null],
      labels: [0, 0, 1, 1],
    })
  })

  it('are one dataset also when the training and the test folder are given, or the folder of classes alone', async () => {
    const whole = await importImages([path.join(fixtures, 'digits')])
    const parts = ['test', 'train'].map((part) => path.join(fixtures, 'digits', part))
    expect((await importImages(parts)).id).toBe(whole.id)
    const train = await importImages([parts[1]!])
    expect(train).toMatchObject({ name: 'train', train: 5, validation: 1 })
    const classes = ['null', 'eins'].map((name) => path.join(parts[1]!, name))
    expect((await importImages(classes)).id).toBe(train.id)
    const files = classes.flatMap((folder) => fs.readdirSync(folder).map((name) => path.join(folder, name)))
    expect(await importImages(files)).toMatchObject({ train: 5, validation: 1, classNames: ['eins', 'null'] })
  })

  it('of every format and size become squares, and what was left out is said', async () => {
    const heard: number[] = []
    const dataset = await importImages([path.join(fixtures, 'colours')], {
      onProgress: (bytes, total) => heard.push(bytes / total),
    })
    expect(dataset).toMatchObject({
      train: 11,
      validation: 1,
      classNames: ['grün & vert', 'red'],
      height: 8, // the median of the shorter sides is 9
      width: 8,
      channels: 3,
    })
    const [red, green] = expected.colours.colours as number[][]
    for (const split of ['train', 'validation'] as const) {
      const { images, labels } = readSplit(library.folder(dataset.id), split)
      images.forEach((pixels, index) => {
        const colour = labels[index] === 0 ? green! : red!
        // JPEG and lossy WebP are off by a little
        pixels.forEach((value, at) => expect(Math.abs(value - colour[at % 3]!)).toBeLessThan(5))
      })
    }
    expect(dataset.notes).toEqual([
      expect.stringMatching(/^1[23] images were scaled to cover 8 x 8 pixels/),
      expect.stringMatching(
        /^2 files were left out because they cannot be read\. .*no image\.jpg.*cut short\.png/,
      ),
      '1 image was left out: in no class folder.',
      '1 file was left out (not part of it): red/notes.txt.',
    ])
    expect(heard).toEqual(heard.toSorted((a, b) => a - b))
    expect(heard.at(-1)).toBe(1)
  })

  it('become the size that was asked for', async () => {
    const dataset = await importImages([path.join(fixtures, 'digits')], { imageSize: 16 })
    expect(dataset).toMatchObject({ height: 16, width: 16, channels: 1, train: 6, validation: 4 })
    expect(dataset.notes).toEqual([expect.stringMatching(/^10 images were scaled/)])
  })
})

describe('names', () => {
  it.runIf(process.platform === 'linux')(
    'in any script, with quotes, line ends and 255 bytes, are classes',
    async () => {
      const names = ['日本', 'a "quoted" \'name\'', 'two\nlines', 'é'.repeat(127), ' ']
      for (const [index, name] of names.entries())
        for (const file of ['1.png', '2.PNG']) await png(path.join('all', name, file), [index, 0, 0])
      const dataset = await importImages([path.join(temporary.path, 'all')])
      expect(dataset.classNames.toSorted()).toEqual(
        ['日本', 'a "quoted" \'name\'', 'two lines', 'é'.repeat(127), 'untitled'].toSorted(),
      )
      expect(contentsOf(library.folder(dataset.id))).toHaveLength(10)
    },
  )
})

describe('what cannot be imported', () => {
  const cases: [string, () => Promise<string[]>, string, RegExp][] = [
    [
      'one class',
      async () => [path.dirname(path.dirname(await png('all/cat/1.png')))],
      'too-few-images',
      /one class folder, "cat"/,
    ],
    [
      'a folder of images alone',
      async () => [path.dirname(await png('all/1.png'))],
      'too-few-images',
      /1 image and no folders/,
    ],
    ['a single image', async () => [await png('photo.png')], 'too-few-images', /one class folder|no folders/],
    [
      'images that cannot be read',
      async () => {
        for (const name of ['cat/1.png', 'dog/1.png', 'dog/2.png']) {
          const file = await png(path.join('all', name))
          if (!name.startsWith('cat')) fs.truncateSync(file, 30)
        }
        return [path.join(temporary.path, 'all')]
      },
      'file-damaged',
      /2 of the 3 images in all cannot be read/,
    ],
    [
      'an image that claims a hundred thousand pixels a side',
      async () => {
        const file = await png('all/cat/1.png')
        const bytes = fs.readFileSync(file)
        bytes.writeUInt32BE(100_000, 16)
        bytes.writeUInt32BE(100_000, 20)
        // the checksum of the header, so that only the size is wrong
        bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29)
        fs.writeFileSync(file, bytes)
        fs.cpSync(path.dirname(file), path.join(temporary.path, 'all', 'dog'), { recursive: true })
        return [path.join(temporary.path, 'all')]
      },
      'file-damaged',
      /2 of the 2 images .* claims more than 100 million pixels/,
    ],
  ]
  it.each(cases)('%s is refused, and nothing of it remains', async (_, paths, code, message) => {
    await expect(importImages(await paths())).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\w/),
    })
    expect(fs.readdirSync(root)).toEqual([])
  })

  it('leaves nothing when it is cancelled', async () => {
    const controller = new AbortController()
    const onProgress = (bytes: number, total: number) => {
      if (bytes > total / 2) controller.abort()
    }
    for (let index = 0; index < 150; index++) await png(`all/${index % 2}/${index}.png`)
    await expect(
      importImages([path.join(temporary.path, 'all')], { onProgress, signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'interrupted' })
    expect(fs.readdirSync(root)).toEqual([])
  })

  it('passes over a picture beside a dataset of another kind', async () => {
    fs.cpSync(path.join(fixtures, 'idx'), path.join(temporary.path, 'all'), { recursive: true })
    await png('all/preview.png')
    expect(await importImages([path.join(temporary.path, 'all')])).toMatchObject({ train: 12, validation: 6 })
  })
})

/** As PNG has it: zlib's. */
function crc32(bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

describe('sortImages', () => {
  const sort = (folder: string, ...names: string[]) => {
    const given = { name: folder }
    const below = ({ name }: { name: string }) => path.relative(folder, name)
    const placed = (members: { file: { name: string }; className: string }[]) =>
      members.map(({ file, className }) => `${className}: ${below(file)}`)
    return sortImages(names.map((name) => ({ name: path.join(folder, name), given }))).map((tree) => ({
      name: tree.name,
      train: placed(tree.train),
      validation: tree.validation && placed(tree.validation),
      leftOut: tree.leftOut.map(below),
    }))
  }

  it('takes the folders below the last common one as classes, and what is deeper with them', () => {
    const given = ['G', 'all']
    expect(sort(given.join('/'), 'w/a/1.png', 'w/a/deep/2.png', 'w/b/3.png')).toEqual([
      {
        name: 'all',
        train: ['a: w/a/1.png', 'a: w/a/deep/2.png', 'b: w/b/3.png'],
        validation: null,
        leftOut: [],
      },
    ])
  })

  it('prefers a validation folder to a test folder, which is left out', () => {
    expect(sort('G', 'Train/a/1.png', 'Train/b/2.png', 'val/a/3.png', 'test/a/4.png')).toEqual([
      {
        name: 'G',
        train: ['a: Train/a/1.png', 'b: Train/b/2.png'],
        validation: ['a: val/a/3.png'],
        leftOut: ['test/a/4.png'],
      },
    ])
  })

  it('takes "test" for a class where there is no training folder', () => {
    expect(sort('G', 'test/1.png', 'other/2.png')[0]!.train).toEqual([
      'other: other/2.png',
      'test: test/1.png',
    ])
  })

  it('puts every file into exactly one place', () => {
    const part = fc.constantFrom('train', 'test', 'a', 'b', 'c')
    const name = fc.array(part, { maxLength: 3 }).map((parts) => [...parts, 'x.png'].join('/'))
    const given = fc.constantFrom('G', 'H', 'train', 'test')
    fc.assert(
      fc.property(fc.array(fc.tuple(given, name), { maxLength: 12 }), (placed) => {
        const folders = new Map(placed.map(([folder]) => [folder, { name: folder }]))
        const files = placed.map(([folder, below]) => ({
          name: `${folder}/${below}`,
          given: folders.get(folder)!,
        }))
        const found = sortImages(files).flatMap((tree) => [
          ...[...tree.train, ...(tree.validation ?? [])].map(({ file }) => file),
          ...tree.leftOut,
        ])
        expect(found).toHaveLength(files.length)
        expect(new Set(found)).toEqual(new Set(files))
      }),
    )
  })
})

describe('chooseShape', () => {
  const image = (width: number, height: number, isGrey = false) => ({ width, height, isGrey })
  it.each([
    ['keeps one small size', [image(28, 20), image(28, 20)], undefined, [20, 28, 3]],
    ['makes squares of one large size', [image(300, 200), image(300, 200)], undefined, [64, 64, 3]],
    [
      'takes the median of the shorter sides, in steps of four',
      [image(31, 90), image(50, 39), image(10, 99)],
      undefined,
      [28, 28, 3],
    ],
    ['takes what is wanted', [image(28, 20, true)], 32, [32, 32, 1]],
    ['is grey only where every image is', [image(8, 8, true), image(8, 8)], undefined, [8, 8, 3]],
    ['keeps tiny images', [image(3, 9), image(2, 8), image(3, 3)], undefined, [3, 3, 3]],
  ] as const)('%s', (_, found, wanted, [height, width, channels]) => {
    expect(chooseShape([...found], wanted)).toEqual({ height, width, channels })
  })
})
