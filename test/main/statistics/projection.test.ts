import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { centred, matrixOf, sumOfSquares } from '../../../src/main/statistics/matrix.ts'
import { rowProducts } from '../../../src/main/statistics/products.ts'
import { commonAxes, projected } from '../../../src/main/statistics/projection.ts'
import { spectrumOf } from '../../../src/main/statistics/spectrum.ts'
import { gaussian, goldenX, repeated, rotated, scaled, stretched, translated } from './arbitrary.ts'

describe('commonAxes', () => {
  it('are the principal components of one cloud, with their share of its variance', () => {
    const axes = commonAxes([goldenX])!
    const { eigenvalues, directions } = spectrumOf(goldenX)!
    const total = 4.88872153 + 3.73627847
    expect(axes.share[0]).toBeCloseTo(4.88872153 / total, 8)
    expect(axes.share[1]).toBeCloseTo(eigenvalues[1]! / total, 8)
    axes.directions.numbers.forEach((value, index) =>
      expect(value).toBeCloseTo(directions.numbers[index]!, 9),
    )
  })

  it('take every cloud as much, whatever its size and place', () => {
    const a = stretched(gaussian(60, 4, 1), [3, 1, 0.2, 0.1])
    const b = stretched(gaussian(60, 4, 2), [0.1, 0.2, 3, 1])
    const axes = commonAxes([a, b])!
    const same = commonAxes([translated(scaled(a, 100), [5, 5, 5, 5]), b])!
    same.directions.numbers.forEach((value, index) =>
      expect(value).toBeCloseTo(axes.directions.numbers[index]!, 9),
    )
    // the first directions of either, in one order or the other
    const reach = [0, 2].map((channel) =>
      Math.hypot(...[0, 1].map((row) => axes.directions.numbers[row * 4 + channel]!)),
    )
    expect(Math.min(...reach)).toBeGreaterThan(0.9)
  })

  it('are orthonormal, and turn with the tokens', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const clouds = [gaussian(20, 5, seed, 'one'), gaussian(30, 5, seed, 'other')].map((cloud) =>
          stretched(cloud, [4, 2, 1, 1, 0.5]),
        )
        const axes = commonAxes(clouds)!
        const products = rowProducts(axes.directions)
        ;[1, 0, 0, 1].forEach((value, index) => expect(products.numbers[index]).toBeCloseTo(value, 9))
        const turned = commonAxes(clouds.map((cloud) => rotated(cloud, seed)))!
        expect(turned.share[0]).toBeCloseTo(axes.share[0], 8)
        // the picture is the same but for mirrors
        const [before, after] = [projected(clouds[0]!, axes), projected(rotated(clouds[0]!, seed), turned)]
        before.coordinates.numbers.forEach((value, index) =>
          expect(Math.abs(after.coordinates.numbers[index]!)).toBeCloseTo(Math.abs(value), 6),
        )
      }),
      { numRuns: 20 },
    )
  })

  it('are defined for few dimensions and not without spread', () => {
    const line = matrixOf([[1], [2], [4]])
    expect(commonAxes([line])!.share).toEqual([1, 0])
    expect(projected(line, commonAxes([line])!).share![1]).toBe(0)
    expect(commonAxes([repeated([1, 2], 5)])).toBeNull()
    expect(commonAxes([repeated([1, 2], 5), goldenX])).toEqual(commonAxes([goldenX]))
    expect(commonAxes([goldenX, line])).toBeNull()
    expect(commonAxes([matrixOf([[1, NaN]])])).toBeNull()
    expect(commonAxes([])).toBeNull()
  })
})

describe('projected', () => {
  it('holds the shares of the variance, all of it where there are two dimensions', () => {
    const { coordinates, share } = projected(goldenX, commonAxes([goldenX])!)
    expect(share![0] + share![1]).toBeCloseTo(1, 12)
    expect(sumOfSquares(coordinates)).toBeCloseTo(sumOfSquares(centred(goldenX)), 9)
  })
  it('has no share where the tokens have no spread', () => {
    const { coordinates, share } = projected(repeated([3, 4], 3), commonAxes([goldenX])!)
    expect(share).toBeNull()
    expect([...coordinates.numbers]).toEqual([0, 0, 0, 0, 0, 0])
  })
})
