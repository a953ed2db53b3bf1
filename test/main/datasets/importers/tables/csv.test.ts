import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../../../src/main/datasets/importers/limits.ts'
import { openCsv } from '../../../../../src/main/datasets/importers/tables/csv.ts'
import { temporaryFolder } from '../../folders.ts'
import { runPython, whyNoPython } from '../../python.ts'
import { candidateAt, readDocuments, readTable } from './reading.ts'

const temporary = temporaryFolder()
const table = (content: string | Uint8Array, name = 'a.csv') => temporary.write(name, content)
const open = (content: string | Uint8Array, name?: string) => openCsv(candidateAt(table(content, name)), {})

describe('a table of values with separators', () => {
  it.each([
    ['commas', 'a.csv', 'id,text\n1,"To be, or not"\n2,to be\n'],
    ['semicolons', 'a.csv', 'id;text\n1;To be, or not\n2;to be\n'],
    ['tabs', 'a.tsv', 'id\ttext\n1\tTo be, or not\n2\tto be\n'],
    ['tabs in a .csv', 'a.csv', 'id\ttext\n1\tTo be, or not\n2\tto be\n'],
    ['bars and CRLF', 'a.csv', 'id|text\r\n1|To be, or not\r\n\r\n2|to be'],
  ])('%s', async (_, name, content) => {
    const path = table(content, name)
    expect((await openCsv(candidateAt(path), {})).columns).toEqual([
      { name: 'id', type: 'number' },
      { name: 'text', type: 'text' },
    ])
    expect(await readDocuments(path, openCsv)).toEqual({
      documents: ['To be, or not\n', 'to be\n'],
      notes: [],
    })
  })

  it('in gzip, in UTF-16 and with a byte order mark is the same', async () => {
    const content = 'id,text\n1,Füße\n'
    for (const bytes of [
      gzipSync(content),
      Buffer.from(`\ufeff${content}`),
      Buffer.from(`\ufeff${content}`, 'utf16le'),
    ])
      expect((await readDocuments(table(bytes), openCsv)).documents).toEqual(['Füße\n'])
  })

  it('has no header where its first row has a number', async () => {
    expect((await open('0,a b\n1,c\n')).columns).toEqual([
      { name: 'column 1', type: 'number' },
      { name: 'column 2', type: 'text' },
    ])
    expect((await readDocuments(table('0,a b\n1,c\n'), openCsv)).documents).toEqual(['a b\n', 'c\n'])
  })

  it('names its columns so that each can be chosen', async () => {
    expect((await open(',text,text, text \na,b,c,d\n')).columns.map(({ name }) => name)).toEqual([
      'column 1',
      'text',
      'text (2)',
      'text (3)',
    ])
  })

  it('leaves rows without a text out, and says so', async () => {
    expect(await readDocuments(table('n,text\n1,a\n2,\n3,""\n4,d\n'), openCsv)).toEqual({
      documents: ['a\n', 'd\n'],
      notes: ['2 rows were left out: there is nothing in the column "text".'],
    })
  })

  it('keeps line ends within a text, or makes them one', async () => {
    const content = 'n,text\n1,"a\r\nb"\n'
    expect((await readDocuments(table(content), openCsv)).documents).toEqual(['a\r\nb\n'])
    expect((await readDocuments(table(content), openCsv, { newlines: 'unix' })).documents).toEqual(['a\nb\n'])
  })
})

describe('the column', () => {
  const content = 'title,content,author\nx,y,z\n'
  it('is the one that texts are usually in', async () => {
    expect((await readDocuments(table(content), openCsv)).documents).toEqual(['y\n'])
  })
  it('is the one that is chosen', async () => {
    expect((await readDocuments(table(content), openCsv, { column: 'author' })).documents).toEqual(['z\n'])
  })
  it('is asked for where it is not clear', async () => {
    await expect(readDocuments(table('title,author\nx,z\n'), openCsv)).rejects.toMatchObject({
      code: 'column-unclear',
      message: expect.stringContaining('Its columns are "title", "author".'),
      hint: expect.stringContaining('--column'),
    })
  })
  it('must be there', async () => {
    await expect(readDocuments(table(content), openCsv, { column: 'text' })).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('has no column "text". Its columns are "title", "content", "author".'),
    })
  })
})

describe('what is refused', () => {
  it.each([
    ['a row that is longer', 'a,text\n1,b\n2,c,d\n', /row 3 has 3 values where the first has 2/],
    ['a row that is shorter', 'a,text\n1,b\nc\n', /row 3 has 1 value where the first has 2/],
    [
      'a quotation mark left open',
      'a,text\n1,"b\n2,c\n',
      /row 2 opens a quotation mark that is never closed/,
    ],
    ['nothing but empty lines', '\n\n', /it has no rows/],
  ])('%s', async (_, content, message) => {
    await expect(readDocuments(table(content), openCsv)).rejects.toMatchObject({
      code: 'file-damaged',
      message: expect.stringMatching(message),
    })
  })

  it('a value without an end', async () => {
    const endless = 'a,text\n1,"' + 'b,'.repeat(2000)
    const open: typeof openCsv = (file, options) => openCsv(file, options, { ...limits, rowCharacters: 1000 })
    await expect(readDocuments(table(endless), open)).rejects.toMatchObject({
      code: 'file-too-large',
      message: expect.stringMatching(/Row 2 of the table .* has more than 1000 characters/),
    })
  })

  it('bytes that are no text', async () => {
    await expect(open(Buffer.from('a,b\n\0,c\n'))).rejects.toMatchObject({ code: 'not-text' })
  })
})

it('gives a table or WorkbenchError for any text', async () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r', ';', ' ', '\ufeff') }),
    fc.string({ unit: 'binary' }),
  )
  await fc.assert(
    fc.asyncProperty(text, async (content) => {
      const outcome = await readDocuments(table(content), openCsv).catch((error: unknown) => error)
      if (outcome instanceof Error)
        expect(outcome).toMatchObject({ name: 'WorkbenchError', hint: expect.any(String) })
    }),
    { numRuns: 200 },
  )
})

describe.skipIf(whyNoPython)(`tables of Python's csv${whyNoPython ? `: ${whyNoPython}` : ''}`, () => {
  it('have every value', async () => {
    const values = fc.array(
      fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', ';', 'ß', '\t', ' ') }),
      {
        minLength: 2,
        maxLength: 2,
      },
    )
    const rows = fc.sample(fc.array(values, { minLength: 1, maxLength: 9 }), { numRuns: 30, seed: 1 })
    for (const dialect of ['excel', 'excel-tab', 'unix']) {
      const written = runPython(
        'import csv, io, json, sys\n' +
          'rows = json.load(sys.stdin)\n' +
          'out = io.StringIO(newline="")\n' +
          'writer = csv.writer(out, sys.argv[1])\n' +
          'writer.writerow(["one", "two"])\n' +
          'writer.writerows(rows)\n' +
          'sys.stdout.buffer.write(out.getvalue().encode())',
        { input: JSON.stringify(rows.flat()), arguments: [dialect] },
      )
      const read = await readTable(table(written, dialect === 'excel-tab' ? 'a.tsv' : 'a.csv'), openCsv)
      expect(read).toEqual(rows.flat().map((row) => row.map((value) => value || null)))
    }
  })
})
