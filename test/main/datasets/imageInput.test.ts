/** Images that a model is asked about: the very images that an import of the same files would give it to train on. */
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { requireKind } from '../../../src/main/datasets/format.ts'
import { readImageInput } from '../../../src/main/datasets/imageInput/index.ts'
import { fileAt } from '../../../src/main/datasets/importers/source.ts'
import type { GivenFile } from '../../../src/main/datasets/importers/source.ts'
import { openLibrary } from '../../../src/main/datasets/library.ts'
import type { ImageDataset } from '../../../src/shared/experiment.ts'
import { temporaryFolder } from './folders.ts'
import { contentsOf } from './reading.ts'

/** Written by numpy and PIL: test/fixtures/datasets/make_*.py. */
const fixtures = path.resolve('test/fixtures/datasets')
const at = (name: string) => path.join(fixtures, name)
const temporary = temporaryFolder()

async function imported(...paths: string[]): Promise<{ dataset: ImageDataset; contents: string[] }> {
  const library = openLibrary(path.join(temporary.path, 'library'))
  const dataset = await library.import({ files: paths.map(fileAt) })
  requireKind(dataset, 'images')
  return { dataset, contents: contentsOf(library.folder(dataset.id)) }
}

interface Seen {
  name: string
  label: number | null
  pixels: string
}
async function read(given: readonly GivenFile[], dataset: ImageDataset, most?: number): Promise<Seen[]> {
  const imageBytes = dataset.height * dataset.width * dataset.channels
  const seen: Seen[] = []
  for await (const { pixels, names, labels } of readImageInput(given, dataset, most)) {
    expect([pixels.length, labels.length]).toEqual([names.length * imageBytes, names.length])
    names.forEach((name, index) => {
      const own = pixels.slice(index * imageBytes, (index + 1) * imageBytes)
      seen.push({ name, label: labels[index]!, pixels: own.join(' ') })
    })
  }
  return seen
}
const asContents = (seen: readonly Seen[]) => seen.map(({ label, pixels }) => `${label}: ${pixels}`).sort()

describe('what is asked about', () => {
  it.each([
    'idx',
    'digits',
    'arrays/plain.npz',
    'arrays/files',
    'arrays/keras.npz',
    'arrays/fortran-first.npz',
  ])('is every image of %s with its label, as an import has them', async (name) => {
    const { dataset, contents } = await imported(at(name))
    const seen = await read([fileAt(at(name))], dataset)
    expect(asContents(seen)).toEqual(contents)
  })

  it('has no labels where there is no file of them', async () => {
    const { dataset } = await imported(at('idx'))
    const images = at('idx/t10k-images-idx3-ubyte.gz')
    const seen = await read([fileAt(images)], dataset)
    expect(seen.map(({ name }) => name)).toEqual(seen.map((_, index) => `${images}[${index}]`))
    expect(new Set(seen.map(({ label }) => label))).toEqual(new Set([null]))
    const { dataset: ofArrays } = await imported(at('arrays/files'))
    const alone = await read([fileAt(at('arrays/files/x.npy'))], ofArrays)
    expect(alone.map(({ name, label }) => [name, label])).toEqual(
      Array.from({ length: 6 }, (_, index) => [`x[${index}]`, null]),
    )
  })

  it('keeps image files in their order, of which none says its class', async () => {
    const { dataset } = await imported(at('digits'))
    const files = ['test/null/1.png', 'train/eins/0.png'].map((name) => at(`digits/${name}`))
    const seen = await read(files.map(fileAt), dataset)
    expect(seen.map(({ name, label }) => [name, label])).toEqual(files.map((file) => [file, null]))
  })

  it('takes folders that are named as no class for folders of pictures', async () => {
    const { dataset } = await imported(at('digits'))
    const folder = path.join(temporary.path, 'holiday')
    for (const place of ['beach', 'hills'])
      fs.cpSync(at('digits/test/eins'), path.join(folder, place), { recursive: true })
    fs.writeFileSync(path.join(folder, 'notes.txt'), 'not for a model')
    const seen = await read([fileAt(folder)], dataset)
    expect(seen.map(({ label }) => label)).toEqual([null, null, null, null])
  })

  it('takes a folder that a browser uploaded file by file', async () => {
    const { dataset } = await imported(at('digits'))
    const members = ['eins', 'null'].map((name) => ({
      path: at(`digits/test/${name}/0.png`),
      name: `mine/${name}/0.png`,
    }))
    const seen = await read([{ path: '', name: 'mine', members }], dataset)
    expect(seen.map(({ name, label }) => [name, label])).toEqual([
      ['mine/eins/0.png', dataset.classNames.indexOf('eins')],
      ['mine/null/0.png', dataset.classNames.indexOf('null')],
    ])
  })

  it('takes numbers as places where the classes have names', async () => {
    const { dataset } = await imported(at('arrays/plain.npz'))
    const named = { ...dataset, classNames: ['a', 'b', 'c', 'd', 'e', 'f'], classes: 6 }
    const seen = await read([fileAt(at('arrays/plain.npz'))], named)
    expect(seen.map(({ label }) => label)).toEqual([0, 2, 5, 0, 2, 5])
  })
})

describe('what is refused', () => {
  const refused = async (name: string, changes: Partial<ImageDataset>, most?: number) => {
    const { dataset } = await imported(at(name))
    return expect(read([fileAt(at(name))], { ...dataset, ...changes }, most)).rejects
  }

  it('a class that the model does not know', async () => {
    const error = {
      code: 'labels-mismatch',
      message: expect.stringContaining('its classes are 0, 2, 7') as string,
    }
    await (await refused('arrays/plain.npz', { classNames: ['0', '2', '7'] })).toMatchObject(error)
    const folders = { code: 'labels-mismatch', message: expect.stringContaining('"null"') as string }
    await (await refused('digits', { classNames: ['eins', 'zwei'] })).toMatchObject(folders)
  })

  it('arrays of another size, which would have to be scaled', async () => {
    const error = { code: 'unsupported-format', message: expect.stringContaining('5 x 4 x 1') as string }
    await (await refused('arrays/plain.npz', { width: 6 })).toMatchObject(error)
    await (await refused('idx', { channels: 3 })).toMatchObject({ code: 'unsupported-format' })
  })

  it('more images than an answer can list', async () => {
    await (await refused('arrays/plain.npz', {}, 5)).toMatchObject({ code: 'file-too-large' })
  })

  it.each([
    ['a folder without images', 'empty', 'not-a-file'],
    ['a file that is not there', 'nowhere.png', 'file-missing'],
    ['labels alone', at('idx/train-labels-idx1-ubyte'), 'labels-missing'],
    ['labels of another number', at('arrays/uneven.npz'), 'labels-mismatch'],
    ['arrays that could be anything', at('arrays/unclear.npz'), 'labels-missing'],
  ])('%s', async (_, name, code) => {
    const { dataset } = await imported(at('arrays/plain.npz'))
    fs.mkdirSync(path.join(temporary.path, 'empty'))
    await expect(read([fileAt(path.resolve(temporary.path, name))], dataset)).rejects.toMatchObject({ code })
  })
})
