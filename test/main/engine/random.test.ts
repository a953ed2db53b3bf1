import { describe, expect, it } from 'vitest'
import { normals, philox, streamOf, uniformAt } from '../../../src/main/engine/random.ts'

describe('Philox4x32-10', () => {
  // Known answers of the authors' Random123 library, file kat_vectors.
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('gives the published words for counter %j', (counter, key, expected) => {
    expect(philox(counter as [number, number, number, number], key as [number, number])).toEqual(expected)
  })
})

describe('draws', () => {
  it('are uniform in [0, 1) with the right mean and variance', () => {
    const draws = Array.from({ length: 20_000 }, (_, index) => uniformAt(3, 'dataOrder', 5, index))
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...draws)).toBeLessThan(1)
    expect(mean).toBeCloseTo(1 / 2, 2)
    expect(variance).toBeCloseTo(1 / 12, 2)
  })

  it('are normal with the wanted deviation', () => {
    const draws = normals(3, 'initialisation', 0, 40_001, 0.02)
    const moment = (power: number) =>
      draws.reduce((sum, draw) => sum + (draw / 0.02) ** power, 0) / draws.length
    expect(moment(1)).toBeCloseTo(0, 1)
    expect(moment(2)).toBeCloseTo(1, 1)
    expect(moment(4)).toBeCloseTo(3, 0)
  })

  it('depend on seed, purpose, stream and index, and on nothing else', () => {
    const draws = [
      uniformAt(0, 'dataOrder', 0, 0),
      uniformAt(1, 'dataOrder', 0, 0),
      uniformAt(0, 'initialisation', 0, 0),
      uniformAt(0, 'dataOrder', 1, 0),
      uniformAt(0, 'dataOrder', 0, 1),
    ]
    expect(new Set(draws).size).toBe(draws.length)
    expect(uniformAt(0, 'dataOrder', 0, 1)).toBe(draws[4])
    expect(streamOf('a')).not.toBe(streamOf('b'))
  })
})
