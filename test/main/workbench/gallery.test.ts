import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplesFolder } from '../../../src/main/paths.ts'
import { openImages } from '../../../src/main/datasets/images.ts'
import { createWorkbench, type Workbench } from '../../../src/main/workbench.ts'
import { samples } from '../../../src/shared/catalogue/samples.ts'
import { calls } from '../../../src/shared/contract.ts'

const text = 'It was the best of times, it was the worst of times. '.repeat(20)

let home: string
let workbench: Workbench
let id: string
beforeAll(async () => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'gallery-'))
  workbench = await createWorkbench({ home })
  const source = { kind: 'sample', sample: 'mnist-sample' } as const
  id = (await workbench.api.importDataset({ source })).id
})
afterAll(async () => {
  await workbench.close()
  fs.rmSync(home, { recursive: true })
})

describe('the sample mnist-sample', () => {
  it('is the files that the person could drop as well', async () => {
    const paths = ['images-idx3', 'labels-idx1'].map((part) =>
      path.join(samplesFolder, `t10k-${part}-ubyte.gz`),
    )
    const dataset = await workbench.api.importDataset({ source: { kind: 'paths', paths } })
    const { sha256 } = samples.find((sample) => sample.id === 'mnist-sample')!
    expect(dataset).toMatchObject({ id, name: 'mnist-sample', sha256 })
    expect(await workbench.api.listDatasets({})).toHaveLength(1)
  })
})

describe('findImages and readImages', () => {
  it('show the first images of every class as the trainer reads them', async () => {
    const found = await workbench.api.findImages({ id, split: 'validation', perClass: 3 })
    expect(found.map((indices) => indices.length)).toEqual(Array(10).fill(3))
    const indices = found.flat()
    const read = await workbench.api.readImages({ id, split: 'validation', indices })
    expect(calls.readImages.output.parse(read)).toEqual(read)
    expect(read.labels).toEqual(indices.map((_, at) => Math.floor(at / 3)))
    const reader = openImages(path.join(home, 'library', id), 'validation')
    const pixels = new Uint8Array(indices.length * 784)
    reader.read(indices, pixels)
    const first = [...reader.labels(Array.from({ length: 1000 }, (_, index) => index))].indexOf(0)
    reader.close()
    expect(found[0]![0]).toBe(first)
    expect(Buffer.from(read.pixels, 'base64').equals(pixels)).toBe(true)
    expect(new Set(pixels).size).toBeGreaterThan(100) // of digits, not of nothing
  })

  it('refuse images that are not there, more than an answer carries, and texts', async () => {
    const ask = (split: string, indices: number[], dataset = id) =>
      workbench.dispatch('readImages', { id: dataset, split, indices })
    await expect(ask('validation', [0, 1000])).rejects.toMatchObject({
      code: 'invalid-request',
      message: 'There is no image 1000: the validation split has 1000.',
    })
    await expect(ask('train', [-1])).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(ask('train', Array(1001).fill(0))).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(ask('train', [0], 'none')).rejects.toMatchObject({ code: 'unknown-dataset' })

    const file = path.join(home, 'times.txt')
    fs.writeFileSync(file, text)
    const source = { kind: 'paths' as const, paths: [file] }
    const other = await workbench.api.importDataset({ source })
    await expect(ask('train', [0], other.id)).rejects.toMatchObject({ code: 'wrong-kind' })
    await workbench.api.removeDataset({ id: other.id })
  })
})

describe('planImport', () => {
  it('groups what belongs together, and each group can be imported by its own source', async () => {
    const { api } = workbench
    const file = path.join(home, 'tale.txt')
    fs.writeFileSync(file, text)
    const [images, labels] = ['images-idx3', 'labels-idx1'].map((part) =>
      path.join(samplesFolder, `t10k-${part}-ubyte.gz`),
    ) as [string, string]
    const none = path.join(home, 'none.txt')
    const plans = await api.planImport({ source: { kind: 'paths', paths: [labels, none, file, images] } })
    expect(calls.planImport.output.parse(plans)).toEqual(plans)
    expect(plans.map(({ preview }) => preview.slice(0, 5))).toEqual(['sampl', '', text.slice(0, 5)])
    expect(plans.map(({ refusal }) => refusal)).toEqual([null, null, null])
    expect(plans).toMatchObject([
      {
        name: 't10k',
        kind: 'images',
        format: 'IDX',
        files: 2,
        bytes: fs.statSync(images).size + fs.statSync(labels).size,
        source: { kind: 'paths', paths: [images, labels] },
      },
      {
        name: 'none',
        kind: 'text',
        format: 'text',
        files: 1,
        bytes: 0,
        source: { kind: 'paths', paths: [none] },
      },
      {
        name: 'tale',
        kind: 'text',
        format: 'text',
        files: 1,
        bytes: text.length,
        source: { kind: 'paths', paths: [file] },
      },
    ])
    expect((await api.importDataset(plans[0]!)).id).toBe(id)
    await expect(api.importDataset(plans[1]!)).rejects.toMatchObject({ code: 'file-missing' })
    await api.removeDataset({ id: (await api.importDataset(plans[2]!)).id })
    await expect(
      api.importDataset({ source: { kind: 'paths', paths: [images, labels, file] } }),
    ).rejects.toMatchObject({ code: 'invalid-request', message: expect.stringMatching(/2 datasets/) })
  })

  it('keeps uploads until they are imported', async () => {
    const upload = async (name: string) =>
      (await workbench.receiveUpload(name, fs.createReadStream(path.join(samplesFolder, name)))).upload
    const uploads = await Promise.all(
      ['t10k-labels-idx1-ubyte.gz', 't10k-images-idx3-ubyte.gz', 'README.md'].map(upload),
    )
    const source = { kind: 'uploads' as const, uploads }
    const plans = await workbench.api.planImport({ source })
    expect(plans.map((plan) => [plan.name, plan.source])).toEqual([
      ['t10k', { kind: 'uploads', uploads: [uploads[1], uploads[0]] }],
      ['README', { kind: 'uploads', uploads: [uploads[2]] }],
    ])
    expect((await workbench.api.importDataset(plans[0]!)).id).toBe(id)
    await expect(workbench.api.importDataset(plans[0]!)).rejects.toMatchObject({ code: 'file-missing' })
    const text = await workbench.api.importDataset(plans[1]!)
    expect(text).toMatchObject({ kind: 'text', name: 'README' })
    await workbench.api.removeDataset({ id: text.id })
    const left = fs.readdirSync(path.join(home, 'uploads'), { recursive: true, withFileTypes: true })
    expect(left.filter((entry) => entry.isFile())).toEqual([])
  })

  it('takes files that were uploaded from a folder as that folder', async () => {
    const folder = path.resolve('test/fixtures/datasets/digits')
    const inside = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const files = inside.filter((name) => name.endsWith('.png')).map((name) => name.replaceAll('\\', '/'))
    const uploads: string[] = []
    for (const name of files) {
      const bytes = fs.createReadStream(path.join(folder, name))
      uploads.push((await workbench.receiveUpload(`digits/${name}`, bytes)).upload)
    }
    const notes = await workbench.receiveUpload('digits/notes.txt', fs.createReadStream(import.meta.filename))
    const plans = await workbench.api.planImport({
      source: { kind: 'uploads', uploads: [...uploads, notes.upload] },
    })
    expect(plans).toMatchObject([{ name: 'digits', format: 'class folders', files: 10 }])
    const uploaded = await workbench.api.importDataset(plans[0]!)
    const source = { kind: 'paths' as const, paths: [folder] }
    expect(await workbench.api.importDataset({ source })).toEqual(uploaded)
    expect(uploaded).toMatchObject({ name: 'digits', train: 6, validation: 4 })
    await workbench.api.removeDataset({ id: uploaded.id })
  })

  it('takes a folder by the files in it where it holds two datasets', async () => {
    const folder = path.join(home, 'two')
    fs.mkdirSync(folder)
    for (const part of ['images-idx3', 'labels-idx1'])
      for (const name of ['a', 'b'])
        fs.copyFileSync(
          path.join(samplesFolder, `t10k-${part}-ubyte.gz`),
          path.join(folder, `${name}-${part}-ubyte.gz`),
        )
    const plans = await workbench.api.planImport({ source: { kind: 'paths', paths: [folder] } })
    expect(plans.map(({ name, source }) => ({ name, source }))).toEqual(
      ['a', 'b'].map((name) => ({
        name,
        source: {
          kind: 'paths',
          paths: ['images-idx3', 'labels-idx1'].map((part) => path.join(folder, `${name}-${part}-ubyte.gz`)),
        },
      })),
    )
    fs.rmSync(folder, { recursive: true })
  })
})
