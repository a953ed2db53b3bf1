/** What a person does with datasets in the library: names and tags them, asks for their health, gives an import up. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createWorkbench, type Workbench } from '../../../src/main/workbench.ts'
import { calls, type Source } from '../../../src/shared/contract.ts'
import { labelChangeSchema } from '../../../src/shared/library.ts'

const sentence = 'It was the best of times, it was the worst of times.\n'

let home: string
let workbench: Workbench
beforeEach(async () => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'library-'))
  workbench = await createWorkbench({ home })
})
afterEach(async () => {
  await workbench.close()
  fs.rmSync(home, { recursive: true })
})

const write = (name: string, content: string): Source => {
  fs.writeFileSync(path.join(home, name), content)
  return { kind: 'paths', paths: [path.join(home, name)] }
}
const importText = (content = sentence.repeat(40)) =>
  workbench.api.importDataset({ source: write('tale.txt', content) })

/** Everything below `folder`, folders included. */
const below = (folder: string) => fs.readdirSync(path.join(home, folder), { recursive: true })

describe('labelDataset', () => {
  it('renames and tags without touching the content, and the names last', async () => {
    const { api } = workbench
    const { id } = await importText()
    const meta = fs.readFileSync(path.join(home, 'library', id, 'meta.json'))
    const changed = vi.fn()
    api.subscribe('datasetsChanged', changed)
    expect(await api.labelDataset({ id, name: 'A Tale\nof two cities' })).toMatchObject({
      id,
      name: 'A Tale of two cities',
      tags: [],
    })
    expect(await api.labelDataset({ id, tags: ['prose', '19th century', 'prose'] })).toMatchObject({
      name: 'A Tale of two cities',
      tags: ['prose', '19th century'],
    })
    expect(changed).toHaveBeenCalledTimes(2)
    expect(fs.readFileSync(path.join(home, 'library', id, 'meta.json'))).toEqual(meta)
    await workbench.close()
    workbench = await createWorkbench({ home })
    const [entry] = calls.listDatasets.output.parse(await workbench.api.listDatasets({}))
    expect(entry).toMatchObject({ id, name: 'A Tale of two cities', tags: ['prose', '19th century'] })
    const files = fs.readdirSync(path.join(home, 'library', id))
    expect(entry!.diskBytes).toBe(
      files.reduce((sum, name) => sum + fs.statSync(path.join(home, 'library', id, name)).size, 0),
    )
    expect(await importText()).toMatchObject({ id, name: 'A Tale of two cities' }) // the same content is known by it
  })

  it('falls back to the name of the import where the label is broken', async () => {
    const { id } = await importText()
    await workbench.api.labelDataset({ id, name: 'Other' })
    fs.writeFileSync(path.join(home, 'library', id, 'label.json'), '{"name": 7')
    expect((await workbench.api.listDatasets({}))[0]).toMatchObject({ name: 'tale', tags: [] })
  })

  it('refuses a dataset that is not there, and labels that nobody could read', async () => {
    await expect(workbench.api.labelDataset({ id: 'nowhere', name: 'x' })).rejects.toMatchObject({
      code: 'unknown-dataset',
    })
    for (const label of [{ name: '' }, { tags: ['  '] }, { tags: ['a\u0007b'] }, { tags: ['x'.repeat(41)] }])
      expect(labelChangeSchema.safeParse(label).success, JSON.stringify(label)).toBe(false)
  })
})

describe('readHealth', () => {
  it('examines once, keeps what was found, and examines again where that is broken', async () => {
    // The last tenth is the validation text: all of it stands in training too.
    const { id } = await importText(sentence.repeat(80) + '\u200bx\ufffd\r\n' + sentence.repeat(20))
    const kept = path.join(home, 'library', id, 'health.json')
    const [health, again] = await Promise.all([
      workbench.api.readHealth({ id }),
      workbench.api.readHealth({ id }),
    ])
    expect(calls.readHealth.output.parse(health)).toEqual(health)
    expect(again).toEqual(health)
    const found = Object.fromEntries(health.findings.map(({ code, message }) => [code, message]))
    expect(found['validation-in-training']).toMatch(/^100 % of the validation text/)
    expect(found['odd-replacement']).toBe('The text has 1 replacement character: U+FFFD once.')
    expect(found['odd-zero-width']).toBe('The text has 1 zero-width character: U+200B once.')
    expect(found['mixed-line-ends']).toBe('Lines end in different ways: 100 with LF, 1 with CRLF.')
    expect(found['small-validation']).toMatch(/^The validation split has only 531 tokens/)
    expect(found['rare-tokens']).toMatch(/^4 tokens of \d+ occur fewer than 10 times/)

    const written = fs.readFileSync(kept, 'utf8')
    fs.writeFileSync(kept, written.replace('U+FFFD once', 'U+FFFD as it was kept'))
    expect(JSON.stringify(await workbench.api.readHealth({ id }))).toContain('as it was kept')
    fs.writeFileSync(kept, written.slice(0, 100))
    expect(await workbench.api.readHealth({ id })).toEqual(health)
    expect(fs.readFileSync(kept, 'utf8')).toBe(written)
  })

  it('finds nothing across the splits of the images that ship with the app', async () => {
    const { id } = await workbench.api.importDataset({ source: { kind: 'sample', sample: 'mnist-sample' } })
    const health = await workbench.api.readHealth({ id })
    expect(health).toMatchObject({
      kind: 'images',
      identical: { examined: 10_000, examinedValidation: 1000, acrossSplits: 0, conflicting: 0, constant: 0 },
    })
  })
})

describe('an import that is given up', () => {
  it('fails with a word about it and leaves nothing behind', async () => {
    const { api } = workbench
    const source = write('long.txt', sentence.repeat(200_000))
    const done: number[] = []
    api.subscribe('importProgress', ({ request, bytes }) => {
      expect(request).toBe('mine')
      done.push(bytes)
      void api.cancelImport({ request: 'mine' })
    })
    await expect(api.importDataset({ source, request: 'mine' })).rejects.toMatchObject({
      code: 'interrupted',
    })
    expect(done.length).toBeGreaterThan(0)
    expect(below('library')).toEqual([])
    expect(await api.listDatasets({})).toEqual([])
    expect(await api.cancelImport({ request: 'mine' })).toEqual({}) // of no effect
    // its name is free again
    await api
      .importDataset({ source: write('tale.txt', sentence.repeat(40)), request: 'mine' })
      .catch(() => {})
  })

  it('is one of several at once, and the others go on', async () => {
    const { api } = workbench
    const first = api.importDataset({ source: write('a.txt', sentence.repeat(50_000)), request: 'a' })
    const second = api.importDataset({ source: write('b.txt', `b${sentence.repeat(500)}`), request: 'b' })
    await expect(api.importDataset({ source: write('c.txt', sentence), request: 'b' })).rejects.toMatchObject(
      { code: 'invalid-request' },
    )
    void api.cancelImport({ request: 'a' })
    await expect(first).rejects.toMatchObject({ code: 'interrupted' })
    expect(await second).toMatchObject({ name: 'b' })
    expect((await api.listDatasets({})).map(({ name }) => name)).toEqual(['b'])
  })

  it('is gone when the workbench has closed', async () => {
    const importing = workbench.api.importDataset({ source: write('long.txt', sentence.repeat(200_000)) })
    const refused = expect(importing).rejects.toMatchObject({ code: 'interrupted' })
    await workbench.close()
    await refused
    expect(below('library')).toEqual([])
  })

  it('discards uploads that nobody wants any more', async () => {
    const { upload } = await workbench.receiveUpload(
      'x.txt',
      fs.createReadStream(process.execPath, { end: 99 }),
    )
    await workbench.api.discardUploads({ uploads: [upload, 'never-there'] })
    expect(below('uploads').filter((name) => String(name).includes(upload))).toEqual([])
  })
})

describe('planImport', () => {
  it('shows the beginning of a text, the names of images, and why something cannot be imported', async () => {
    fs.mkdirSync(path.join(home, 'empty'))
    const paths = [
      ...(write('tale.txt', sentence.repeat(40)) as Extract<Source, { kind: 'paths' }>).paths,
      path.resolve('test/fixtures/datasets/digits'),
      path.join(home, 'empty'),
    ]
    const plans = calls.planImport.output.parse(
      await workbench.api.planImport({ source: { kind: 'paths', paths } }),
    )
    expect(plans.map(({ kind, refusal }) => [kind, refusal?.code])).toEqual([
      ['text', undefined],
      ['images', undefined],
      ['images', 'not-a-file'],
    ])
    expect(plans[0]!.preview).toMatch(/^It was the best of times/)
    expect(plans[1]!.preview).toMatch(/^\w+\/\w+\.png\n/)
  })
})
