import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from '../../../../../src/main/datasets/importers/text/utf8.ts'

/** `bytes` in pieces that end at `cuts`, all in one buffer that is overwritten, as the source does it. */
async function* inPieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(bytes.length)
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  )
  let start = 0
  for (const end of ends) {
    buffer.fill(0xff)
    buffer.set(bytes.subarray(start, end))
    yield buffer.subarray(0, end - start)
    start = end
  }
}

async function decode(bytes: Uint8Array, cuts: readonly number[] = []): Promise<string[]> {
  const texts: string[] = []
  for await (const text of decodeUtf8(inPieces(bytes, cuts), 'a.txt')) texts.push(text)
  return texts
}

const utf8 = (text: string) => new TextEncoder().encode(text)
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\ufeff', '\u{1f469}\u200d\u{1f52c}', 'ß', '€', '\r\n'),
    ),
  )
  .map((parts) => parts.join('').replaceAll('\0', ''))

describe('decodeUtf8', () => {
  it('gives the same text for any text in any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.array(fc.nat()), async (text, cuts) => {
        const pieces = await decode(utf8(text), cuts)
        expect(pieces.join('')).toBe(text.replace(/^\ufeff/, ''))
        for (const piece of pieces) expect(piece.isWellFormed()).toBe(true)
      }),
    )
  })

  it('agrees with the decoder of the platform on any bytes', async () => {
    const hostile = fc.array(
      fc.oneof(
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom(0x41, 0x80, 0xbf, 0xc3, 0xe2, 0x82, 0xac, 0xf0, 0x9f),
      ),
    )
    await fc.assert(
      fc.asyncProperty(hostile, fc.array(fc.nat()), async (values, cuts) => {
        const bytes = Uint8Array.from(values)
        let expected: string | undefined
        try {
          expected = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
        } catch {
          expected = undefined
        }
        const found = await decode(bytes, cuts).then(
          (pieces) => pieces.join(''),
          (error: { code: string }) => (expect(error.code).toBe('not-text'), undefined),
        )
        expect(found).toBe(expected)
      }),
      { numRuns: 300 },
    )
  })

  it('drops a byte order mark at the beginning only', async () => {
    const bytes = utf8('\ufeffa\ufeffb')
    expect((await decode(bytes)).join('')).toBe('a\ufeffb')
    expect((await decode(bytes, [1, 2, 3, 4, 5])).join('')).toBe('a\ufeffb')
  })

  it.each([
    ['an invalid byte', [0x41, 0x42, 0xff, 0x43], 'it is not valid UTF-8 at byte 2'],
    ['a character that breaks off', [0x41, 0xe2, 0x82, 0x41, 0x41], 'it is not valid UTF-8 at byte 3'],
    ['a continuation without a beginning', [0x41, 0x80, 0x80, 0x80, 0x80], 'it is not valid UTF-8 at byte 1'],
    ['an overlong form', [0x41, 0xc0, 0xaf], 'it is not valid UTF-8 at byte 1'],
    ['a surrogate', [0x41, 0xed, 0xa0, 0x80, 0x41], 'it is not valid UTF-8 at byte 2'],
    ['an end within a character', [0x41, 0x42, 0xe2, 0x82], 'it ends within a character, at byte 2'],
    ['a zero byte', [0x41, 0x42, 0x43, 0x00], 'byte 3 is zero, which only binary files contain'],
    ['UTF-16', [0xff, 0xfe, 0x41, 0x01], 'it is not valid UTF-8 at byte 0'],
  ])('says where %s stops the text, wherever the pieces end', async (_, values, reason) => {
    const bytes = Uint8Array.from(values)
    const message = `a.txt is not a text file in UTF-8: ${reason}.`
    const everyByte = values.map((_, index) => index)
    for (const cuts of [[], [1], [2], [3], everyByte])
      await expect(decode(bytes, cuts)).rejects.toMatchObject({ code: 'not-text', message })
  })
})
