import path from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileAt } from '../../../../../src/main/datasets/importers/source.ts'
import { textReader } from '../../../../../src/main/datasets/importers/text/plainText.ts'
import type { ImportOptions } from '../../../../../src/main/datasets/importers/importer.ts'
import { withNewlines } from '../../../../../src/main/datasets/importers/text/decode.ts'
import type { Encoding } from '../../../../../src/shared/imports.ts'
import { temporaryFolder } from '../../folders.ts'
import { runPython, whyNoPython } from '../../python.ts'

const temporary = temporaryFolder()

async function read(bytes: Uint8Array, options: ImportOptions = {}) {
  const reader = textReader(fileAt(temporary.write('a.txt', bytes)))
  let text = ''
  for await (const piece of reader.texts(options, {})) text += piece
  return { text, notes: reader.notes() }
}

const german = 'Füße, Mäuse – „Öl“ und Übermut für 5 €.\r\n'.repeat(20)
/** `text` as Python encodes it. */
const encoded = (text: string, codec: string) =>
  runPython('import sys; sys.stdout.buffer.write(sys.stdin.buffer.read().decode().encode(sys.argv[1]))', {
    input: text,
    arguments: [codec],
  })

describe.skipIf(whyNoPython)(`a text that Python encoded${whyNoPython ? `: ${whyNoPython}` : ''}`, () => {
  const codecs: [string, Encoding, boolean][] = [
    ['utf-8', 'utf-8', false],
    ['utf-8-sig', 'utf-8', false],
    ['utf-16', 'utf-16le', false],
    ['utf-16-le', 'utf-16le', true],
    ['utf-16-be', 'utf-16be', true],
    ['cp1252', 'latin1', true],
  ]
  it.each(codecs)('as %s is read, guessed and chosen', async (codec, encoding, isGuess) => {
    const bytes = encoded(german, codec)
    const guessed = await read(bytes)
    expect(guessed.text).toBe(german)
    expect(guessed.notes).toEqual(
      isGuess ? [expect.stringMatching(/^a\.txt does not say its encoding; .* guess\.$/)] : [],
    )
    expect(await read(bytes, { encoding })).toEqual({ text: german, notes: [] })
    expect((await read(gzipSync(bytes))).text).toBe(german)
  })
})

describe('UTF-16', () => {
  it('keeps characters beyond its 16 bits, wherever a piece ends', async () => {
    const text = '\u{1f469}\u200d\u{1f52c} a'.repeat(60_000)
    expect(
      (await read(Buffer.concat([Buffer.of(0xff, 0xfe, 0x20, 0), Buffer.from(text, 'utf16le')]))).text,
    ).toBe(` ${text}`)
  })
})

describe('bytes that are no text, or not surely', () => {
  const numbers = Uint8Array.from({ length: 4000 }, (_, index) => (index % 2 ? 0 : (index / 2) % 256))
  const refused: [string, Uint8Array][] = [
    ['integers of 16 bits', numbers],
    ['a zero', Buffer.from('To be\0or not')],
    ['random bytes', Uint8Array.from({ length: 4000 }, (_, index) => 1 + ((index * 7919) % 255))],
    ['Cyrillic in Windows-1251', Buffer.from('cfeee2e5f1f2fc20eef220f1e5e1e5'.repeat(9), 'hex')],
    [
      'UTF-8 with one broken character',
      Buffer.concat([Buffer.from(german), Buffer.of(0xc3), Buffer.from('.')]),
    ],
    ['UTF-8 that ends within a character', Buffer.concat([Buffer.from(german), Buffer.of(0xe2, 0x82)])],
    ['half of a pair in UTF-16', Buffer.from([0xff, 0xfe, 0x3d, 0xd8, 0x41, 0])],
    ['an odd byte in UTF-16', Buffer.from([0xff, 0xfe, 0x41, 0, 0x41])],
  ]
  it.each(refused)('%s', async (_, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({
      code: 'not-text',
      message: expect.stringContaining(path.join(temporary.path, 'a.txt')),
    })
  })

  it('are read as what the person says', async () => {
    const broken = Buffer.concat([Buffer.from('ü'), Buffer.of(0xc3), Buffer.from('.')])
    expect((await read(broken, { encoding: 'latin1' })).text).toBe('Ã¼Ã.')
    await expect(read(broken, { encoding: 'utf-8' })).rejects.toMatchObject({ code: 'not-text' })
  })

  it('give a text or WorkbenchError, and the same text twice', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text, 'utf16le')),
      fc.string({ unit: fc.constantFrom('a', 'é', 'ÿ', ' ') }).map((text) => Buffer.from(text, 'latin1')),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        const outcomes = [await read(content).catch(String), await read(content).catch(String)]
        expect(outcomes[0]).toEqual(outcomes[1])
        if (typeof outcomes[0] === 'string') expect(outcomes[0]).toMatch(/^WorkbenchError: .*not a text file/)
      }),
      { numRuns: 200 },
    )
  })
})

describe('line ends', () => {
  it('are kept, or become those of Unix', async () => {
    const text = 'a\r\nb\rc\nd\r\r\n'
    expect((await read(Buffer.from(text))).text).toBe(text)
    expect((await read(Buffer.from(text), { newlines: 'kept' })).text).toBe(text)
    expect((await read(Buffer.from(text), { newlines: 'unix' })).text).toBe('a\nb\nc\nd\n\n')
  })

  it('are the same wherever the pieces end', async () => {
    const pieces = fc.array(fc.string({ unit: fc.constantFrom('\r', '\n', 'a') }))
    await fc.assert(
      fc.asyncProperty(pieces, async (texts) => {
        const source = (async function* () {
          yield* texts
        })()
        let result = ''
        for await (const text of withNewlines(source, 'unix')) result += text
        expect(result).toBe(texts.join('').replace(/\r\n?/g, '\n'))
      }),
    )
  })
})
