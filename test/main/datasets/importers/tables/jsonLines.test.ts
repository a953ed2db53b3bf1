import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  looksLikeJsonLines,
  openJsonLines,
} from '../../../../../src/main/datasets/importers/tables/jsonLines.ts'
import { temporaryFolder } from '../../folders.ts'
import { runPython, whyNoPython } from '../../python.ts'
import { candidateAt, readDocuments } from './reading.ts'

const temporary = temporaryFolder()
const table = (content: string | Uint8Array) => temporary.write('a.jsonl', content)
const read = async (content: string | Uint8Array, column?: string) =>
  readDocuments(table(content), openJsonLines, column === undefined ? {} : { column })

describe('lines of JSON', () => {
  it('are objects with a text', async () => {
    const content = '{"id": 1, "text": "To be\\nor"}\n\n{"text": "not", "more": [1]}\r\n{"id": 3}\n'
    const { columns } = await openJsonLines(candidateAt(table(content)), {})
    expect(columns).toEqual([
      { name: 'id', type: 'number' },
      { name: 'text', type: 'text' },
      { name: 'more', type: 'other' },
    ])
    expect(await read(content)).toEqual({
      documents: ['To be\nor\n', 'not\n'],
      notes: ['1 row was left out: there is nothing in the column "text".'],
    })
    expect((await read(gzipSync(content))).documents).toHaveLength(2)
    expect((await read(content, 'id')).documents).toEqual(['1\n', '3\n'])
  })

  it('are strings', async () => {
    expect(await read('"To be"\n"or not\\n"')).toEqual({ documents: ['To be\n', 'or not\n'], notes: [] })
  })

  it('may use any name for a column', async () => {
    expect((await read('{"__proto__": "a", "constructor": "b"}\n', '__proto__')).documents).toEqual(['a\n'])
    expect((await read('{"constructor": "b"}\n{}\n')).documents).toEqual(['b\n'])
  })

  it('keep half characters from becoming text', async () => {
    expect((await read('{"text": "a\\ud83d"}\n')).documents).toEqual(['a\ufffd\n'])
  })

  it.each([
    ['{"text": "a"}\n{"text": ', 'file-damaged', /line 2 is no JSON/],
    ['{"text": "a"}\n7\n', 'file-damaged', /line 2 is JSON, but neither an object nor a string/],
    ['{"text": "a"}\n[]\n', 'file-damaged', /line 2 is JSON, but neither an object nor a string/],
    [
      `${'{"text": "a"}\n'.repeat(150)}{"text": ["b"]}\n`,
      'file-damaged',
      /row 151 of the column "text" is no text/,
    ],
    ['{"a": "a", "b": "b"}\n', 'column-unclear', /Its columns are "a", "b"\./],
    ['{"messages": []}\n', 'column-unclear', /Its only column is "messages"\./],
    ['\n', 'file-damaged', /there is nothing in it/],
    ['{}\n', 'file-damaged', /there is nothing in it/],
    ['{"text": "a\0"}\n', 'not-text', /zero/],
  ])('%j are refused', async (content, code, message) => {
    await expect(read(content)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('without an end are refused', async () => {
    const endless = gzipSync(Buffer.concat([Buffer.from('{"text":"'), Buffer.alloc(70 * 2 ** 20, 'b')]))
    await expect(read(endless)).rejects.toMatchObject({ code: 'file-too-large' })
  })

  it('or any others give documents or WorkbenchError', async () => {
    const line = fc.oneof(
      fc.json({ maxDepth: 2 }),
      fc.string(),
      fc.record({ text: fc.jsonValue({ maxDepth: 1 }) }).map((value) => JSON.stringify(value)),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 4 }), async (lines) => {
        const outcome = await read(lines.join('\n')).catch((error: unknown) => error)
        if (outcome instanceof Error)
          expect(outcome).toMatchObject({ name: 'WorkbenchError', hint: expect.any(String) })
      }),
      { numRuns: 200 },
    )
  })
})

it('lines of JSON are known by what they hold', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  expect(looksLikeJsonLines('a.jsonl.gz', bytes('"a"'))).toBe(true)
  expect(looksLikeJsonLines('a.txt', bytes('{"a": 1}\n{"a": 2}\n{"a'))).toBe(true)
  expect(looksLikeJsonLines('a.json', bytes('{\n"a": 1\n}\n'))).toBe(false)
  expect(looksLikeJsonLines('a.txt', bytes('"To be"\n"or not"\n'))).toBe(false)
})

describe.skipIf(whyNoPython)(`lines of Python's json${whyNoPython ? `: ${whyNoPython}` : ''}`, () => {
  it('have every text', async () => {
    const texts = fc.sample(fc.string({ unit: 'grapheme', minLength: 1 }), { numRuns: 100, seed: 1 })
    const written = runPython(
      'import json, sys\nfor text in json.load(sys.stdin): print(json.dumps({"n": 1, "text": text}))',
      { input: JSON.stringify(texts) },
    )
    const { documents } = await read(written)
    expect(documents).toEqual(texts.map((text) => (/[\r\n]$/.test(text) ? text : `${text}\n`)))
  })
})
