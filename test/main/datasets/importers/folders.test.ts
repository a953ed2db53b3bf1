import fs from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { requireKind } from '../../../../src/main/datasets/format.ts'
import type { ImportOptions } from '../../../../src/main/datasets/importers/importer.ts'
import { fileAt } from '../../../../src/main/datasets/importers/source.ts'
import { openLibrary } from '../../../../src/main/datasets/library.ts'
import type { Library } from '../../../../src/main/datasets/library.ts'
import type { TextDataset } from '../../../../src/shared/experiment.ts'
import { temporaryFolder } from '../folders.ts'
import { runPython, whyNoPython } from '../python.ts'
import { zipOf } from '../zip.ts'

const temporary = temporaryFolder()
let root: string
let library: Library
beforeEach(() => {
  root = path.join(temporary.path, 'library')
  library = openLibrary(root)
})

/** Files below a folder "given", which is returned. */
function folder(files: Record<string, string | Uint8Array>): string {
  const given = path.join(temporary.path, 'given')
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(given, name)), { recursive: true })
    fs.writeFileSync(path.join(given, name), content)
  }
  return given
}

async function importText(given: string, options: ImportOptions = {}): Promise<TextDataset> {
  const dataset = await library.import({ files: [fileAt(given)], ...options })
  requireKind(dataset, 'text')
  return dataset
}

/** Its whole text: what is imported here is shorter than a preview. */
const textOf = ({ preview }: TextDataset) => preview

const binary = Uint8Array.from({ length: 300 }, (_, index) => (index * 7919) % 256)
const pixel = fs.readFileSync(path.resolve('test/fixtures/datasets/colours/preview.png'))

describe('a folder of texts', () => {
  const texts = { 'b.txt': 'To be,', 'a.md': 'Hamlet\n', 'acts/one.py': 'print(1)\r\n', 'z.txt': '' }

  it('is one dataset: a document for each file, in the order of their names', async () => {
    const given = folder(texts)
    expect(await library.plan([fileAt(given)])).toMatchObject([
      { format: 'folder of texts', kind: 'text', name: 'given' },
    ])
    const dataset = await importText(given)
    expect(dataset).toMatchObject({ name: 'given', train: 21, validation: 3 })
    expect(textOf(dataset)).toBe('Hamlet\nprint(1)\r\nTo be,\n')
    expect(dataset.notes).toBeUndefined()
  })

  it('is the same in an archive, and with its files in any order', async () => {
    const { id } = await importText(folder(texts))
    const members = Object.entries(texts).map(([name, content]) => ({ name: `given/${name}`, content }))
    const zip = temporary.write('given.zip', zipOf(members.toReversed()))
    expect((await importText(zip)).id).toBe(id)
  })

  it('leaves out what is no text, and says which', async () => {
    const late = Buffer.concat([Buffer.from('words '.repeat(2000)), Buffer.of(0)])
    const dataset = await importText(
      folder({ ...texts, 'program.exe': binary, 'late.dat': late, 'old.txt.gz': gzipSync('gzip') }),
    )
    expect(textOf(dataset)).toBe('Hamlet\nprint(1)\r\nTo be,\ngzip\n')
    expect(dataset.notes).toEqual([
      '1 file was left out (not text): late.dat.',
      '1 file was left out (not part of it): program.exe.',
    ])
  })

  it('reads each file in its own encoding, and says what it guessed', async () => {
    const dataset = await importText(
      folder({ 'a.txt': 'Füße '.repeat(3), 'b.txt': Buffer.from('Füße und Schuhe', 'latin1') }),
    )
    expect(textOf(dataset)).toBe('Füße Füße Füße \nFüße und Schuhe\n')
    expect(dataset.notes).toEqual([expect.stringMatching(/^b\.txt does not say its encoding; .*guess\.$/)])
  })

  it('may lie beside some pictures, which are named', async () => {
    const dataset = await importText(folder({ ...texts, 'front.png': pixel }))
    expect(dataset.notes).toEqual(['1 file was left out (not part of it): front.png.'])
  })

  it('is not made of a note beside pictures', async () => {
    const given = folder({ 'README.txt': 'Pictures of mine', 'a.png': pixel, 'b.png': pixel })
    await expect(importText(given)).rejects.toMatchObject({ code: 'too-few-images' })
  })

  it('is not made of files without any text', async () => {
    const unknown = { code: 'not-a-file', message: expect.stringContaining('no dataset that is known here') }
    await expect(importText(folder({ 'a.bin': binary, 'b.txt': '' }))).rejects.toMatchObject(unknown)
    expect(fs.readdirSync(root)).toEqual([])
  })

  it('is refused where a file of it cannot be opened', async () => {
    const given = folder(texts)
    const lost = path.join(given, 'lost.txt')
    fs.writeFileSync(lost, 'x')
    const [plan] = await library.plan([fileAt(given)])
    fs.rmSync(lost)
    await expect(plan!.identify!({})).rejects.toMatchObject({ code: 'file-missing' })
  })
})

it('texts that are given one by one are one dataset each', async () => {
  const given = folder({ 'a.txt': 'To be', 'b.txt': 'or not' })
  const plans = await library.plan(['a.txt', 'b.txt'].map((name) => fileAt(path.join(given, name))))
  expect(plans.map(({ name, format }) => [name, format])).toEqual([
    ['a', 'text'],
    ['b', 'text'],
  ])
})

describe('a table among texts', () => {
  const table = `id,text\n${'1,To be or not\n'.repeat(40)}`
  it('is the dataset where it is the most of the folder', async () => {
    const dataset = await importText(folder({ 'README.md': 'About', 'data.csv': table }))
    expect(textOf(dataset)).toMatch(/^To be or not\nTo be or not\n/)
    expect(dataset.notes).toEqual(['1 file was left out (not part of it): README.md.'])
  })
  it('is one text of many where it is not', async () => {
    const dataset = await importText(folder({ 'a.py': 'print(1)\n'.repeat(90), 'data.csv': table }))
    expect(textOf(dataset)).toMatch(/^print/)
    expect(dataset.notes).toBeUndefined()
  })
})

describe.skipIf(whyNoPython)(`a folder that Python packed${whyNoPython ? `: ${whyNoPython}` : ''}`, () => {
  it.each(['zip', 'tar', 'gztar'])('as %s is the folder', async (format) => {
    const given = folder({ 'b.txt': 'To be,', 'Akt 1/ä.txt': 'Hamlet\n' })
    const { id } = await importText(given)
    const archive = runPython(
      'import shutil, sys; print(shutil.make_archive(sys.argv[1], sys.argv[3], sys.argv[2], "given"), end="")',
      { arguments: [path.join(temporary.path, 'packed'), temporary.path, format] },
    ).toString()
    expect((await importText(archive)).id).toBe(id)
  })
})
