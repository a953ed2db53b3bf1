import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { requireKind } from '../../../../src/main/datasets/format.ts'
import { groupBatches } from '../../../../src/main/datasets/importers/cifar/names.ts'
import { fileAt } from '../../../../src/main/datasets/importers/source.ts'
import { openLibrary } from '../../../../src/main/datasets/library.ts'
import type { Library } from '../../../../src/main/datasets/library.ts'
import type { ImageDataset } from '../../../../src/shared/experiment.ts'
import { temporaryFolder } from '../folders.ts'
import { readSplit } from '../reading.ts'

/** Written by numpy and pickle: test/fixtures/datasets/make_cifar.py. */
const fixtures = path.resolve('test/fixtures/datasets')
const inFixtures = (...names: string[]) => path.join(fixtures, ...names)

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

/** Image `index` of the file with `number`, by the formula of the script, as (32, 32, 3). */
const image = (number: number, index: number) =>
  Array.from({ length: 32 * 32 * 3 }, (_, at) => {
    const channel = at % 3
    const column = Math.floor(at / 3) % 32
    const row = Math.floor(at / 96)
    return (37 * index + 90 * number + 80 * channel + 5 * row + column) % 256
  })

describe('CIFAR in its binary version', () => {
  it('of ten classes keeps its split, its names and every pixel', async () => {
    const dataset = await importImages(inFixtures('cifar10'))
    expect(dataset).toMatchObject({
      name: 'CIFAR-10',
      train: 6,
      validation: 2,
      classNames: ['airplane', 'cat', 'truck'],
      height: 32,
      width: 32,
      channels: 3,
      trainPerClass: [2, 2, 2],
    })
    const folder = library.folder(dataset.id)
    expect(readSplit(folder, 'train')).toEqual({
      images: [image(1, 0), image(1, 1), image(1, 2), image(2, 0), image(2, 1), image(10, 0)],
      labels: [1, 0, 1, 2, 0, 2],
    })
    expect(readSplit(folder, 'validation')).toEqual({ images: [image(0, 0), image(0, 1)], labels: [0, 2] })
  })

  it('of a hundred classes takes the finer labels', async () => {
    const dataset = await importImages(inFixtures('cifar100'))
    expect(dataset).toMatchObject({
      name: 'CIFAR-100',
      train: 3,
      validation: 2,
      classNames: ['fine 0', 'fine 99'],
    })
    const folder = library.folder(dataset.id)
    expect(readSplit(folder, 'train')).toEqual({
      images: [0, 1, 2].map((at) => image(1, at)),
      labels: [0, 1, 0],
    })
    expect(readSplit(folder, 'validation').labels).toEqual([1, 0])
  })

  it('may be given as single files, without names and without a test batch', async () => {
    const files = ['data_batch_10.bin', 'data_batch_2.bin', 'data_batch_1.bin'].map((name) =>
      inFixtures('cifar10', name),
    )
    expect(await importImages(...files)).toMatchObject({
      train: 5,
      validation: 1,
      classNames: ['0', '3', '9'],
    })
    const whole = [
      ...files,
      inFixtures('cifar10', 'test_batch.bin'),
      inFixtures('cifar10', 'batches.meta.txt'),
    ]
    expect((await importImages(...whole)).id).toBe((await importImages(inFixtures('cifar10'))).id)
  })

  it('is one dataset in each folder of several', async () => {
    const plans = await library.plan([fileAt(fixtures)])
    const formats = plans.map(({ format }) => format)
    expect(formats).toEqual(expect.arrayContaining(['CIFAR-10 binary', 'CIFAR-100 binary']))
  })
})

describe('what is refused', () => {
  it('the Python version, by folder and by file, without reading it', async () => {
    for (const paths of [[inFixtures('cifar-python')], [inFixtures('cifar-python', 'data_batch_1')]])
      await expect(importImages(...paths)).rejects.toMatchObject({
        code: 'unsupported-format',
        message: expect.stringMatching(/data_batch_1 is a Python pickle/),
        hint: expect.stringMatching(/binary version/),
      })
    expect(fs.readdirSync(root)).toEqual([])
  })

  it('a batch that ends within an image, or has a label that is none', async () => {
    const batch = fs.readFileSync(inFixtures('cifar10', 'data_batch_1.bin'))
    const cut = temporary.write('data_batch_1.bin', batch.subarray(0, 2 * 3073 + 9))
    await expect(importImages(cut)).rejects.toMatchObject({
      code: 'file-damaged',
      message: expect.stringMatching(/ends within image 2: images have 3073 bytes/),
    })
    batch[3073] = 10
    const wrong = temporary.write('data_batch_1.bin', batch)
    await expect(importImages(wrong)).rejects.toMatchObject({
      code: 'file-damaged',
      message: expect.stringMatching(/image 1 has the label 10/),
    })
    expect(fs.readdirSync(root)).toEqual([])
  })

  it('a "train.bin" that is something else is no CIFAR', async () => {
    const file = temporary.write('train.bin', new Uint8Array(3 * 3074).fill(200))
    expect((await library.plan([fileAt(file)]))[0]!.format).toBe('text')
  })

  it('any bytes are imported whole or refused with a reason', async () => {
    const bytes = fc.uint8Array({ maxLength: 4 })
    const length = fc.integer({ min: 0, max: 4 * 3073 })
    const file = path.join(temporary.path, 'data_batch_1.bin')
    await fc.assert(
      fc.asyncProperty(bytes, length, async (labels, size) => {
        const content = new Uint8Array(size)
        labels.forEach((label, record) => record * 3073 < size && (content[record * 3073] = label % 12))
        fs.writeFileSync(file, content)
        const outcome = await importImages(file).catch((error: unknown) => error)
        if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'WorkbenchError' })
        else {
          expect(outcome).toMatchObject({ bytes: size })
          await library.remove((outcome as ImageDataset).id)
        }
        expect(fs.readdirSync(root)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

it('groupBatches puts batches in the order of their numbers, and every file in at most one group', () => {
  const names = [
    'a/data_batch_10.bin',
    'a/data_batch_9.bin',
    'a/test_batch.bin',
    'b/train.bin',
    'b/other.bin',
  ]
  const groups = groupBatches(names.map((name) => ({ name })))
  expect(
    groups.map(({ kind, train, test }) => [kind.name, train.map((file) => file.name), test.length]),
  ).toEqual([
    ['CIFAR-10', ['a/data_batch_9.bin', 'a/data_batch_10.bin'], 1],
    ['CIFAR-100', ['b/train.bin'], 0],
  ])
})
