import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { augment, placementAt, type Placement } from '../../../../src/main/training/feed/augmentation.ts'

const none = { shiftPixels: 0, flip: false, smallestCrop: 1 }
const shape = { height: 3, width: 4, channels: 2 }
const plain = { gains: [1, 1], offsets: [0, 0] }
const whole: Placement = {
  crop: { top: 0, left: 0, height: 3, width: 4 },
  mirrored: false,
  down: 0,
  right: 0,
}
/** Row y, column x, channel c is 100 c + 10 y + x. */
const image = Uint8Array.from(
  { length: 24 },
  (_, at) => 100 * (at % 2) + 10 * Math.floor(at / 8) + (Math.floor(at / 2) % 4),
)

function augmented(changes: Partial<Placement>, normalisation = plain): number[][][] {
  const target = new Float32Array(24).fill(NaN)
  augment(image, target, shape, { ...whole, ...changes }, normalisation)
  return Array.from({ length: 2 }, (_, channel) =>
    Array.from({ length: 3 }, (_, y) =>
      Array.from({ length: 4 }, (_, x) => target[(y * 4 + x) * 2 + channel]!),
    ),
  )
}

describe('an augmented image', () => {
  it('is the image itself where nothing is to be done', () => {
    expect(augmented({})).toEqual([
      [
        [0, 1, 2, 3],
        [10, 11, 12, 13],
        [20, 21, 22, 23],
      ],
      [
        [100, 101, 102, 103],
        [110, 111, 112, 113],
        [120, 121, 122, 123],
      ],
    ])
  })

  it('is normalised by channel', () => {
    const [first, second] = augmented({}, { gains: [2, 0.5], offsets: [1, -50] })
    expect([first![1]![1], second![1]![1]]).toEqual([23, 5.5])
  })

  it('is mirrored left to right', () => {
    expect(augmented({ mirrored: true })[0]).toEqual([
      [3, 2, 1, 0],
      [13, 12, 11, 10],
      [23, 22, 21, 20],
    ])
  })

  it('moves down and right, and is black where it was', () => {
    const [first, second] = augmented({ down: 1, right: -2 }, { gains: [1, 1], offsets: [0, 7] })
    expect(first).toEqual([
      [0, 0, 0, 0],
      [2, 3, 0, 0],
      [12, 13, 0, 0],
    ])
    expect(second![0]).toEqual([7, 7, 7, 7])
  })

  it('moves by as much when it is mirrored', () => {
    expect(augmented({ mirrored: true, right: 1 })[0]![0]).toEqual([0, 3, 2, 1])
  })

  it('is interpolated linearly between the centres of pixels, and constant beyond the outermost', () => {
    // columns 1 and 2, stretched to four: centres at 0.75, 1.25, 1.75 and 2.25
    expect(augmented({ crop: { top: 0, left: 1, height: 3, width: 2 } })[0]![0]).toEqual([
      0.75, 1.25, 1.75, 2.25,
    ])
    // the left half: the first centre lies at -0.25
    expect(augmented({ crop: { top: 0, left: 0, height: 3, width: 2 } })[0]![0]).toEqual([
      0, 0.25, 0.75, 1.25,
    ])
    // rows by thirds around row 1
    const rows = augmented({ crop: { top: 1, left: 0, height: 1, width: 4 } })[0]!.map(([first]) => first!)
    for (const [index, value] of [10 - 10 / 3, 10, 10 + 10 / 3].entries())
      expect(rows[index]).toBeCloseTo(value, 5)
  })
})

describe('a placement', () => {
  it('changes nothing where no augmentation is wanted', () => {
    expect(placementAt(none, shape, 1, 2, 3)).toEqual(whole)
  })

  it('belongs to the seed, the step and the place in the batch', () => {
    const wild = { shiftPixels: 4, flip: true, smallestCrop: 0.3 }
    const at = (seed: number, step: number, row: number) => placementAt(wild, shape, seed, step, row)
    expect(at(1, 2, 3)).toEqual(at(1, 2, 3))
    const others = [at(1, 2, 3), at(2, 2, 3), at(1, 3, 3), at(1, 2, 4)].map(({ crop }) => crop.left)
    expect(new Set(others).size).toBe(4)
  })

  it('shifts by every whole number of pixels up to the largest equally often, and mirrors half of the images', () => {
    const placements = Array.from({ length: 5000 }, (_, row) =>
      placementAt({ ...none, shiftPixels: 2, flip: true }, shape, 0, 0, row),
    )
    for (const axis of ['down', 'right'] as const) {
      const counts = [-2, -1, 0, 1, 2].map(
        (shift) => placements.filter((placement) => placement[axis] === shift).length,
      )
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5000)
      for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(800))
    }
    const mirrored = placements.filter((placement) => placement.mirrored).length
    expect(Math.abs(mirrored - 2500)).toBeLessThan(5 * Math.sqrt(1250))
  })

  it('crops a share of the area between the smallest and all of it, within the image, nearly as wide as high', () => {
    const square = { height: 8, width: 8, channels: 1 }
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 0.999, noNaN: true }), fc.nat(), (smallestCrop, row) => {
        const { crop } = placementAt({ ...none, smallestCrop }, square, 0, 1, row)
        const share = (crop.height * crop.width) / 64
        expect(share).toBeGreaterThanOrEqual(smallestCrop - 1e-12)
        expect(share).toBeLessThanOrEqual(1 + 1e-12)
        expect(crop.top).toBeGreaterThanOrEqual(0)
        expect(crop.left).toBeGreaterThanOrEqual(0)
        expect(crop.top + crop.height).toBeLessThanOrEqual(8 + 1e-12)
        expect(crop.left + crop.width).toBeLessThanOrEqual(8 + 1e-12)
        expect(Math.abs(Math.log(crop.width / crop.height))).toBeLessThanOrEqual(Math.log(4 / 3) + 1e-12)
      }),
    )
  })
})
