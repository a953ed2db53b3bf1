import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBitmap, isBitmap } from '../../../src/main/datasets/bmp.ts'

/** Written by Pillow: test/fixtures/datasets/make_images.py. */
const fixtures = path.resolve('test/fixtures/datasets')
const { bitmaps } = JSON.parse(fs.readFileSync(path.join(fixtures, 'expected.json'), 'utf8'))
const read = (mode: string) => fs.readFileSync(path.join(fixtures, 'bitmaps', `${mode}.bmp`))

describe('bitmaps', () => {
  it.each(['1', 'L', 'P', 'RGB', 'RGBA'])('of mode %s have the pixels that Pillow sees', (mode) => {
    const bytes = read(mode)
    expect(isBitmap(bytes)).toBe(true)
    const { width, height, pixels } = decodeBitmap(bytes, 100)
    expect([width, height]).toEqual([11, 7])
    expect([...pixels]).toEqual(bitmaps[mode])
  })

  it('can be stored from the top', () => {
    const bytes = Buffer.from(read('RGB'))
    bytes.writeInt32LE(-7, 22)
    const rows = (flat: number[]) =>
      Array.from({ length: 7 }, (_, row) => flat.slice(33 * row, 33 * (row + 1)))
    expect(rows([...decodeBitmap(bytes, 100).pixels])).toEqual(rows(bitmaps.RGB).toReversed())
  })

  it('that are cut short or changed anywhere are read or refused, within their bounds', () => {
    const whole = read('P')
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(60), fc.nat(255), (length, at, value) => {
        const bytes = Buffer.from(whole.subarray(0, length))
        if (at < length) bytes[at] = value
        try {
          const { width, height, pixels } = decodeBitmap(bytes, 10_000)
          expect(pixels).toHaveLength(3 * width * height)
        } catch (error) {
          expect((error as Error).message).toMatch(/^(it|its) /)
        }
      }),
      { numRuns: 2000 },
    )
    expect(() => decodeBitmap(whole, 76)).toThrow('it has 11 x 7 pixels')
  })
})
