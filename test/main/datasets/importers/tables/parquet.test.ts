import fs from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../../../../../src/main/datasets/importers/limits.ts'
import { fileAt } from '../../../../../src/main/datasets/importers/source.ts'
import { classNamesIn } from '../../../../../src/main/datasets/importers/tables/parquet/classNames.ts'
import { openParquet } from '../../../../../src/main/datasets/importers/tables/parquet/index.ts'
import { openLibrary } from '../../../../../src/main/datasets/library.ts'
import type { Library } from '../../../../../src/main/datasets/library.ts'
import { temporaryFolder } from '../../folders.ts'
import { candidateAt, readDocuments, readTable } from './reading.ts'

/** Written by DuckDB: test/fixtures/datasets/make_tables.mjs. */
const fixture = (name: string) => path.resolve('test/fixtures/datasets/tables', `${name}.parquet`)

const temporary = temporaryFolder()
let root: string
let library: Library
beforeEach(() => {
  root = path.join(temporary.path, 'library')
  library = openLibrary(root)
})

/** The texts by the formula of the script. */
const texts = Array.from({ length: 2100 }, (_, row) => row)
  .filter((row) => row % 7 !== 3)
  .map((row) => `row ${row}: ${'ä'.repeat(row % 20)}\n`)

describe('a Parquet file', () => {
  it('shows its columns', async () => {
    expect((await openParquet(candidateAt(fixture('snappy')), {})).columns).toEqual([
      { name: 'id', type: 'number' },
      { name: 'half', type: 'number' },
      { name: 'origin', type: 'text' },
      { name: 'text', type: 'text' },
      { name: 'list', type: 'other' },
      { name: 'day', type: 'other' },
    ])
  })

  it.each(['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw', 'second-version'])(
    'in %s has every text, over several row groups',
    async (name) => {
      expect(await readDocuments(fixture(name), openParquet)).toEqual({
        documents: texts,
        notes: ['300 rows were left out: there is nothing in the column "text".'],
      })
    },
  )

  it('that was compressed once more is the same dataset', async () => {
    const packed = temporary.write('a.parquet.gz', gzipSync(fs.readFileSync(fixture('snappy'))))
    const plain = temporary.write('a.parquet', fs.readFileSync(fixture('snappy')))
    const [plan] = await library.plan([fileAt(packed)])
    expect(plan).toMatchObject({ name: 'a', kind: 'text', format: 'Parquet, compressed with gzip' })
    const dataset = await library.import({ files: [fileAt(packed)] })
    expect(dataset).toEqual({
      ...(await library.import({ files: [fileAt(plain)] })),
      importedAt: dataset.importedAt,
    })
    expect(fs.readdirSync(library.folder(dataset.id))).not.toContain('unpacked')
  })

  it('that was compressed once more and is cut short leaves nothing', async () => {
    const packed = gzipSync(fs.readFileSync(fixture('snappy')))
    const file = temporary.write('a.parquet.gz', packed.subarray(0, packed.length - 100))
    await expect(library.import({ files: [fileAt(file)] })).rejects.toMatchObject({ code: 'file-damaged' })
    expect(fs.readdirSync(root)).toEqual([])
  })

  it('has numbers and bytes', async () => {
    const numbers = await readDocuments(fixture('snappy'), openParquet, { column: 'half' })
    expect(numbers.documents.slice(0, 3)).toEqual(['0\n', '0.5\n', '1\n'])
    const bytes = await readTable(fixture('bytes'), openParquet)
    expect(bytes[7]).toEqual([new TextEncoder().encode('bytes 7'), Uint8Array.of(97, 255)])
    expect((await readDocuments(fixture('bytes'), openParquet)).documents[7]).toBe('bytes 7\n')
  })

  it('is planned with its columns, and with the one that is read', async () => {
    const plans = await library.plan(['snappy', 'unclear'].map((name) => fileAt(fixture(name))))
    expect(plans).toMatchObject([
      { format: 'Parquet', kind: 'text', name: 'snappy', textColumn: 'text' },
      { format: 'Parquet', kind: 'text', name: 'unclear', textColumn: null, columns: { length: 3 } },
    ])
  })

  it('tells its progress, which never goes back', async () => {
    const heard: number[] = []
    const dataset = await library.import({
      files: [fileAt(fixture('snappy'))],
      onProgress: (bytes, total) => heard.push(bytes / total),
    })
    expect(dataset).toMatchObject({ kind: 'text', bytes: Buffer.byteLength(texts.join('')) })
    expect(heard).toEqual(heard.toSorted((a, b) => a - b))
    expect(heard.at(-1)).toBe(1)
  })

  it('in shards is one dataset, loose or in a folder', async () => {
    const names = ['a-00000-of-00002.parquet', 'a-00001-of-00002.parquet']
    for (const name of names) temporary.write(name, fs.readFileSync(fixture('zstd')))
    const files = names.toReversed().map((name) => fileAt(path.join(temporary.path, name)))
    expect(await library.plan(files)).toMatchObject([{ name: 'a', files: { length: 2 } }])
    const { bytes } = await library.import({ files })
    expect(bytes).toBe(2 * Buffer.byteLength(texts.join('')))
  })
})

describe('what is refused', () => {
  it.each([
    ['unclear', {}, 'column-unclear', /Its columns are "one", "two", "id"\./],
    ['snappy', { column: 'txt' }, 'invalid-request', /has no column "txt"/],
    ['snappy', { column: 'list' }, 'file-damaged', /row 1 of the column "list" is no text/],
    ['bytes', { column: 'broken' }, 'file-damaged', /row 1 of the column "broken" is not text in UTF-8/],
  ])('%s with %j', async (name, options, code, message) => {
    await expect(readDocuments(fixture(name), openParquet, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })

  it('what does not fit into its memory', async () => {
    const small: typeof openParquet = (file, options) =>
      openParquet(file, options, { ...limits, heapMegabytes: 4 })
    await expect(readDocuments(fixture('snappy'), small)).rejects.toMatchObject({
      code: 'file-damaged',
      message: expect.stringContaining('claims to hold more than fits into the memory'),
    })
  })

  it('what is cancelled', async () => {
    const cancel = new AbortController()
    const reading = readDocuments(fixture('snappy'), openParquet, {
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    })
    await expect(reading).rejects.toMatchObject({ code: 'interrupted' })
  })

  it('a footer that lies about its length, its rows, or is not there', async () => {
    const whole = fs.readFileSync(fixture('bytes'))
    const longer = Buffer.from(whole)
    longer.writeUInt32LE(0x7fffffff, whole.length - 8)
    for (const bytes of [longer, whole.subarray(0, -1), Buffer.from('PAR1'), Buffer.from('PAR1PAR1')]) {
      const file = temporary.write('a.parquet', bytes)
      await expect(library.import({ files: [fileAt(file)] })).rejects.toMatchObject({ code: 'file-damaged' })
    }
    expect(fs.readdirSync(root)).toEqual([])
  })

  it('one changed or cut anywhere, or it is a dataset', async () => {
    const whole = fs.readFileSync(fixture('named'))
    const change = fc.option(fc.integer({ min: 1, max: 255 }))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 4, max: whole.length - 1 }), change, async (at, flip) => {
        const bytes = Buffer.from(flip === null ? whole.subarray(0, at) : whole)
        if (flip !== null) bytes[at]! ^= flip
        const file = temporary.write('a.parquet', bytes)
        const outcome = await library.import({ files: [fileAt(file)] }).catch((error: unknown) => error)
        if (outcome instanceof Error)
          expect(outcome).toMatchObject({ name: 'WorkbenchError', hint: expect.any(String) })
        for (const found of library.datasets()) await library.remove(found.id)
        expect(fs.readdirSync(root)).toEqual([])
      }),
      { numRuns: 6 },
    )
  })
})

it('class names are read from whatever the metadata is', () => {
  expect(classNamesIn(undefined)).toEqual({})
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(classNamesIn(text)).toEqual({})
    }),
  )
})
