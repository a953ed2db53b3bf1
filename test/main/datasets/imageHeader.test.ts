import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import type { Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { readImageHeader } from '../../../src/main/datasets/imageHeader.ts'

const fixtures = path.resolve('test/fixtures/datasets')

const picture = (width: number, height: number, channels: 1 | 3 | 4) =>
  sharp(new Uint8Array(width * height * channels).fill(90), { raw: { width, height, channels } })

describe('the header of an image', () => {
  it('says what libvips says, of every JPEG and PNG that it writes', async () => {
    const side = fc.integer({ min: 1, max: 300 })
    const writers = {
      jpeg: (image: Sharp) => image.jpeg(),
      progressive: (image: Sharp) => image.jpeg({ progressive: true }),
      png: (image: Sharp) => image.png(),
      interlaced: (image: Sharp) => image.png({ progressive: true }),
      palette: (image: Sharp) => image.png({ palette: true }),
      deep: (image: Sharp) => image.toColourspace('rgb16').png(),
      'grey, deep': (image: Sharp) => image.toColourspace('grey16').png(),
      grey: (image: Sharp) => image.greyscale().png(),
      'grey jpeg': (image: Sharp) => image.greyscale().jpeg(),
      print: (image: Sharp) => image.toColourspace('cmyk').jpeg(),
      'with a profile': (image: Sharp) => image.withIccProfile('p3').jpeg(),
    }
    const writer = fc.constantFrom(...(Object.keys(writers) as (keyof typeof writers)[]))
    const channels = fc.constantFrom(1 as const, 3 as const, 4 as const)
    await fc.assert(
      fc.asyncProperty(writer, side, side, channels, async (kind, width, height, bands) => {
        const bytes = await writers[kind](picture(width, height, bands)).toBuffer()
        const { space } = await sharp(bytes).metadata()
        expect(readImageHeader(bytes)).toEqual({
          width,
          height,
          isGrey: space === 'b-w' || space === 'grey16',
        })
      }),
      { numRuns: 120 },
    )
  })

  it('says what libvips says of the files that Pillow wrote', async () => {
    const folder = path.join(fixtures, 'digits')
    const files = fs
      .readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /png$/.test(name))
    expect(files.length).toBeGreaterThan(5)
    for (const file of files)
      expect(readImageHeader(fs.readFileSync(path.join(folder, file)))).toEqual({
        width: 5,
        height: 6,
        isGrey: true,
      })
  })

  it.each(['jpeg', 'png'] as const)('is left to libvips where a %s may be turned', async (format) => {
    const bytes = await picture(3, 2, 3).withMetadata({ orientation: 6 }).toFormat(format).toBuffer()
    expect(readImageHeader(bytes)).toBeUndefined()
  })

  it('is none in other formats', async () => {
    expect(readImageHeader(await picture(3, 2, 3).webp().toBuffer())).toBeUndefined()
    expect(readImageHeader(new Uint8Array(0))).toBeUndefined()
  })

  it('never fails, whatever the bytes are and wherever they end', () => {
    const starts = fc.constantFrom(
      [],
      [0xff, 0xd8],
      [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13],
    )
    fc.assert(
      fc.property(starts, fc.uint8Array({ maxLength: 200 }), (start, rest) => {
        const found = readImageHeader(Uint8Array.of(...start, ...rest))
        if (found) expect(Math.min(found.width, found.height)).toBeGreaterThan(0)
      }),
    )
  })
})
