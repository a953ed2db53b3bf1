import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodePixels } from '../../../src/main/datasets/decodeImage.ts'
import { decodeSmallJpeg } from '../../../src/main/datasets/smallJpeg.ts'
import { uniformAt } from '../../../src/main/engine/random.ts'

const picture = (height: number, width: number, channels: 1 | 3) => {
  const pixels = Uint8Array.from({ length: height * width * channels }, (_, index) =>
    Math.floor(128 + 60 * Math.sin(index / 50) + 60 * uniformAt(0, 'sampling', width, index)),
  )
  return sharp(pixels, { raw: { height, width, channels } })
}
const byLibvips = async (bytes: Uint8Array, channels = 3) => {
  const image = sharp(bytes, { failOn: 'error' })
  return new Uint8Array(await (channels === 1 ? image.greyscale() : image).raw().toBuffer())
}

describe('a small JPEG', () => {
  it('has the pixels that libvips finds, to the last bit', async () => {
    const side = fc.integer({ min: 1, max: 70 })
    const options = fc.record({
      quality: fc.integer({ min: 1, max: 100 }),
      progressive: fc.boolean(),
      chromaSubsampling: fc.constantFrom('4:2:0', '4:4:4'),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<1 | 3>(1, 3),
        side,
        side,
        options,
        async (channels, height, width, how) => {
          const bytes = await picture(height, width, channels)
            .toColourspace(channels === 1 ? 'b-w' : 'srgb')
            .jpeg(how)
            .toBuffer()
          const found = await decodeSmallJpeg(bytes, { height, width, channels })
          expect(found).toEqual(await byLibvips(bytes, channels))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('is left to libvips where it is not what the dataset holds, or says more of itself', async () => {
    const shape = { height: 12, width: 10, channels: 3 }
    const image = picture(12, 10, 3)
    const plain = await image.clone().jpeg().toBuffer()
    expect(await decodeSmallJpeg(plain, shape)).toBeDefined()
    expect(await decodeSmallJpeg(plain, { ...shape, width: 9 })).toBeUndefined()
    expect(await decodeSmallJpeg(plain, { ...shape, channels: 1 })).toBeUndefined()
    const others = {
      turned: image.clone().withMetadata({ orientation: 3 }).jpeg(),
      'with a profile': image.clone().withIccProfile('p3').jpeg(),
      'for print': image.clone().toColourspace('cmyk').jpeg(),
      grey: image.clone().toColourspace('b-w').jpeg(),
      PNG: image.clone().png(),
    }
    for (const [name, other] of Object.entries(others))
      expect(await decodeSmallJpeg(await other.toBuffer(), shape), name).toBeUndefined()
    const large = await picture(300, 300, 3).jpeg().toBuffer()
    expect(await decodeSmallJpeg(large, { height: 300, width: 300, channels: 3 })).toBeUndefined()
  })

  it('that is damaged is refused as by libvips, and the next one is read', async () => {
    const shape = { height: 40, width: 40, channels: 3 }
    const whole = await picture(40, 40, 3).jpeg({ quality: 90 }).toBuffer()
    const expected = await byLibvips(whole)
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: whole.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        fc.boolean(),
        async (at, value, isCut) => {
          const damaged = Uint8Array.from(isCut ? whole.subarray(0, at) : whole)
          if (!isCut) damaged[at] = value
          const [found, libvips] = await Promise.all([
            decodePixels({ bytes: damaged, name: 'damaged.jpg' }, shape).catch(() => null),
            byLibvips(damaged).catch(() => null),
          ])
          expect(found === null).toBe(libvips === null)
          expect(await decodePixels({ bytes: whole, name: 'whole.jpg' }, shape)).toEqual(expected)
        },
      ),
      { numRuns: 60 },
    )
  })
})
