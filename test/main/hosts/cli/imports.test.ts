/** `import` of every format that is known, from files that other programs wrote, with exact counts in the JSON of it. */
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runPython, whyNoPython } from '../../datasets/python.ts'
import { temporaryFolder } from './cli.ts'
import { runHere, runJsonHere } from './here.ts'

/** Written by numpy, Pillow, zip, tar and DuckDB: the scripts beside them say how, and what is in them. */
const fixtures = path.resolve('test/fixtures/datasets')
const home = temporaryFolder()
const files = temporaryFolder()
const fixture = (...names: string[]) => path.join(fixtures, ...names)
const written = (name: string) => path.join(files, name)

/** Of a text with one token for each character: floor(0.9 n) are for training. */
function textOf(text: string) {
  const characters = [...text]
  const train = Math.floor(0.9 * characters.length)
  return {
    kind: 'text',
    train,
    validation: characters.length - train,
    vocabulary: new Set(characters).size,
    bytes: Buffer.byteLength(text),
  }
}
/** `classes` that occur; where the files bring no split, round(0.1 n) images are for validation. */
const imagesOf = (train: number, validation: number, classes: number, size: [number, number, number]) => ({
  kind: 'images',
  train,
  validation,
  classes,
  ...{ height: size[0], width: size[1], channels: size[2] },
})

/** Texts of DuckDB's tables, see make_tables.mjs. */
const rows = Array.from({ length: 2100 }, (_, row) => row)
  .filter((row) => row % 7 !== 3)
  .map((row) => `row ${row}: ${'ä'.repeat(row % 20)}\n`)
const idx = imagesOf(12, 6, 3, [5, 4, 1])
const digits = imagesOf(6, 4, 2, [6, 5, 1])

describe('import of what other programs wrote', () => {
  beforeAll(() => {
    fs.mkdirSync(written('parts'))
    for (const name of ['images-train.parquet', 'images-test.parquet'])
      fs.copyFileSync(fixture('tables', name), path.join(written('parts'), name))
  })

  it.each<[what: string, paths: string[], expected: object]>([
    ['IDX, a folder', [fixture('idx')], idx],
    ['IDX, four files', fs.readdirSync(fixture('idx')).map((name) => fixture('idx', name)), idx],
    ['IDX in a tar.gz', [fixture('archives', 'idx.tgz')], idx],
    ['IDX in a zip', [fixture('archives', 'idx.zip')], idx],
    ['class folders with training and test', [fixture('digits')], digits],
    ['class folders in a zip', [fixture('archives', 'digits.zip')], digits],
    ['class folders in a streamed zip', [fixture('archives', 'streamed.zip')], digits],
    ['class folders in a tar', [fixture('archives', 'gnu.tar')], digits],
    ['class folders in a tar.gz', [fixture('archives', 'posix.tar.gz')], digits],
    ['CIFAR-10', [fixture('cifar10')], imagesOf(6, 2, 3, [32, 32, 3])],
    ['CIFAR-100', [fixture('cifar100')], imagesOf(3, 2, 2, [32, 32, 3])],
    ['npz with its split', [fixture('arrays', 'keras.npz')], imagesOf(4, 2, 3, [4, 5, 1])],
    ['npz with validation and test', [fixture('arrays', 'medmnist.npz')], imagesOf(3, 2, 3, [4, 5, 1])],
    ['npz in colour', [fixture('arrays', 'compressed.npz')], imagesOf(5, 1, 3, [4, 5, 3])],
    [
      'two npy',
      ['x.npy', 'y.npy'].map((name) => fixture('arrays', 'files', name)),
      imagesOf(5, 1, 3, [4, 5, 1]),
    ],
    ['Parquet with text', [fixture('tables', 'zstd.parquet')], textOf(rows.join(''))],
    ['Parquet with images, a folder of two parts', [written('parts')], digits],
    [
      'text in a zip',
      [fixture('archives', 'text.zip')],
      textOf('To be, or not to be, that is the question.\n'),
    ],
  ])('%s', async (_, paths, expected) => {
    const { dataset } = await runJsonHere(home, 'import', ...paths)
    expect(dataset).toMatchObject({
      id: dataset.sha256.slice(0, 12),
      name: expect.stringMatching(/\S/) as string,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      ...expected,
    })
  })
})

describe.skipIf(whyNoPython)('import of what Python writes', () => {
  const documents = ['Grüße, "Welt"', 'two\nlines, one document', 'semi;colon\ttab', '東京 🙂']
  const lines = documents.map((text) => text.replaceAll('\n', ' '))
  const program = `
import csv, gzip, io, json, os, sys, zipfile
folder, documents, lines = sys.argv[1], *map(json.loads, sys.argv[2:4])
at = lambda name: os.path.join(folder, name)
text = "".join(line + "\\n" for line in lines)
open(at("plain.txt"), "w", encoding="utf-8", newline="").write(text)
open(at("marked.txt"), "w", encoding="utf-8-sig", newline="").write(text)
open(at("wide.txt"), "w", encoding="utf-16", newline="").write(text)
open(at("western.txt"), "w", encoding="latin-1", newline="").write("Grüße aus Köln, schöne Straße\\n" * 20)
open(at("returns.txt"), "w", encoding="utf-8", newline="\\r\\n").write(text)
gzip.open(at("packed.txt.gz"), "wt", encoding="utf-8", newline="").write(text)
for name, dialect in ("table.csv", "excel"), ("table.tsv", "excel-tab"):
    with open(at(name), "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, dialect)
        writer.writerow(["id", "text"])
        writer.writerows(enumerate(documents))
with open(at("table.jsonl"), "w", encoding="utf-8") as file:
    for number, document in enumerate(documents):
        file.write(json.dumps({"id": number, "text": document}) + "\\n")
with gzip.open(at("table.csv.gz"), "wb") as packed:
    packed.write(open(at("table.csv"), "rb").read())
with zipfile.ZipFile(at("table.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
    archive.write(at("table.jsonl"), "inner/table.jsonl")
os.mkdir(at("folder"))
for number, document in enumerate(documents):
    open(at("folder/%d.md" % number), "w", encoding="utf-8", newline="").write(document)
with open(at("pixels.csv"), "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["label"] + ["pixel%d" % pixel for pixel in range(16)])
    for image in range(12):
        writer.writerow([image % 3] + [(image * 16 + pixel) % 256 for pixel in range(16)])
`
  beforeAll(() => {
    runPython(program, { arguments: [files, JSON.stringify(documents), JSON.stringify(lines)] })
  })
  const text = textOf(lines.map((line) => `${line}\n`).join(''))
  const table = textOf(documents.map((document) => `${document}\n`).join(''))

  it.each<[name: string, expected: object, ...options: string[]]>([
    ['plain.txt', text],
    ['marked.txt', text],
    ['wide.txt', text],
    ['western.txt', textOf('Grüße aus Köln, schöne Straße\n'.repeat(20))],
    ['western.txt', textOf('Grüße aus Köln, schöne Straße\n'.repeat(20)), '--encoding', 'latin1'],
    ['returns.txt', textOf(lines.map((line) => `${line}\r\n`).join(''))],
    ['returns.txt', text, '--newlines', 'unix'],
    ['packed.txt.gz', text],
    ['table.csv', table],
    ['table.tsv', table],
    ['table.jsonl', table],
    ['table.csv.gz', table],
    ['table.zip', table],
    ['folder', table],
    ['pixels.csv', imagesOf(11, 1, 3, [4, 4, 1])],
  ])('%s is %j', async (name, expected, ...options) => {
    const { dataset } = await runJsonHere(home, 'import', written(name), ...options)
    expect(dataset).toMatchObject(expected)
  })
})

describe('import --dry-run', () => {
  const empty = temporaryFolder()
  afterAll(() => expect(fs.readdirSync(path.join(empty, 'library'))).toEqual([]))
  const paths = [...['idx', 'digits'].map((name) => fixture(name)), fixture('tables', 'unclear.parquet')]

  it('prints every dataset that the files would become, as JSON', async () => {
    const { plans } = await runJsonHere(empty, 'import', '--dry-run', ...paths)
    expect(plans).toMatchObject([
      { name: 'idx', kind: 'images', format: 'IDX', files: 4, given: 1, refusal: null },
      { name: 'digits', kind: 'images', files: 10, given: 1, refusal: null },
      { name: 'unclear', kind: 'text', format: 'Parquet', files: 1, given: 1, textColumn: null },
    ])
  })

  it('prints them for people, with what is to be chosen', async () => {
    const printed = await runHere(empty, 'import', '--dry-run', ...paths)
    expect(printed.split('\n')).toEqual([
      expect.stringMatching(/^dataset +kind +format +files +size +text column +refused/),
      expect.stringMatching(/^idx +images +IDX +4 /),
      expect.stringMatching(/^digits +images +class folders +10 /),
      expect.stringMatching(/^unclear +text +Parquet +1 .*choose with --column: one, two/),
      '',
    ])
  })
})
