import zlib from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gunzip, gunzipHead, isGzip } from '../../../../src/main/datasets/importers/gzip.ts'
import { limits } from '../../../../src/main/datasets/importers/limits.ts'

/** `bytes` in pieces of one buffer that is overwritten, as readers of files give them. */
async function* pieces(bytes: Uint8Array, size: number) {
  const buffer = new Uint8Array(size)
  for (let offset = 0; offset < bytes.length; offset += size) {
    const piece = bytes.subarray(offset, offset + size)
    buffer.set(piece)
    yield buffer.subarray(0, piece.length)
  }
}

async function unpack(packed: Uint8Array, changes: Partial<typeof limits> = {}, size = 7): Promise<Buffer> {
  const found: Uint8Array[] = []
  for await (const chunk of gunzip(pieces(packed, size), 'a.gz', { ...limits, ...changes })) found.push(chunk)
  return Buffer.concat(found)
}

describe('gunzip', () => {
  it('gives back any bytes, also those of several members', async () => {
    const bytes = fc.uint8Array({ maxLength: 2000 })
    await fc.assert(
      fc.asyncProperty(bytes, bytes, fc.integer({ min: 1, max: 300 }), async (one, other, size) => {
        const packed = Buffer.concat([zlib.gzipSync(one), zlib.gzipSync(other)])
        expect(isGzip(packed)).toBe(true)
        expect(await unpack(packed, {}, size)).toEqual(Buffer.concat([one, other]))
      }),
      { numRuns: 50 },
    )
  })

  it('refuses what is cut short or changed, wherever', async () => {
    const whole = zlib.gzipSync('some text, and then some text again')
    const last = whole.length - 1
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: last }), async (length) => {
        await expect(unpack(whole.subarray(0, length))).rejects.toMatchObject({
          code: 'file-damaged',
          message: expect.stringMatching(/a\.gz/),
        })
      }),
    )
  })

  it('ends with more bytes than one file may hold, and says how many those are', async () => {
    const packed = zlib.gzipSync(Buffer.alloc(3_000_000))
    await expect(unpack(packed, { decodedBytes: 1_000_000 }, 100)).rejects.toMatchObject({
      code: 'file-too-large',
      message: 'a.gz holds more than 1000000 bytes, the most that one file may hold.',
    })
  })

  it('ends with a file that grows too much, but not while it is small', async () => {
    const packed = zlib.gzipSync(Buffer.alloc(3_000_000)) // a thousandth
    await expect(unpack(packed, { freelyDecodedBytes: 1_000_000 }, 100)).rejects.toMatchObject({
      code: 'file-too-large',
      message: expect.stringMatching(/more than \d+ bytes from \d+: more than 200 times/),
    })
    expect((await unpack(packed, {}, 100)).length).toBe(3_000_000)
  })

  it('passes on what is wrong with the file itself', async () => {
    const broken = (async function* () {
      yield zlib.gzipSync('text').subarray(0, 8)
      throw new Error('the disk was pulled out')
    })()
    await expect(gunzip(broken, 'a.gz').next()).rejects.toThrow('the disk was pulled out')
  })
})

describe('gunzipHead', () => {
  it('gives the beginning of what a cut file holds, and nothing for what is no gzip', () => {
    const text = Array.from({ length: 500 }, (_, index) => `line ${index * 7919}`).join('\n')
    const packed = zlib.gzipSync(text)
    const head = Buffer.from(gunzipHead(packed.subarray(0, packed.length / 2))).toString()
    expect(head.length).toBeGreaterThan(100)
    expect(text.startsWith(head)).toBe(true)
    expect(gunzipHead(Buffer.from('no gzip'))).toHaveLength(0)
  })
})
