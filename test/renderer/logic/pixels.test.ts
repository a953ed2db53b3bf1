import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, imagesPerRow, toRgba } from '../../../src/renderer/logic/pixels.ts'

describe('bytesOf', () => {
  it('reads the base64 of Node back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(bytesOf(Buffer.from(bytes).toString('base64'))).toEqual(Uint8Array.from(bytes))
      }),
    )
  })
})

describe('toRgba', () => {
  it('repeats grey and keeps colours, all opaque', () => {
    expect([...toRgba(Uint8Array.of(0, 7), 1)]).toEqual([0, 0, 0, 255, 7, 7, 7, 255])
    expect([...toRgba(Uint8Array.of(1, 2, 3, 4, 5, 6), 3)]).toEqual([1, 2, 3, 255, 4, 5, 6, 255])
  })
})

describe('imagesPerRow', () => {
  it('is what was wanted while it fits, and never nothing', () => {
    expect(imagesPerRow(8, 10, 784, 4 * 2 ** 20)).toBe(8)
    expect(imagesPerRow(8, 10, 224 * 224 * 3, 4 * 2 ** 20)).toBe(2)
    expect(imagesPerRow(8, 20, 2 ** 20, 2 ** 20)).toBe(1)
  })
})
