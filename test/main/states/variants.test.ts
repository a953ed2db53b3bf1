import { describe, expect, it } from 'vitest'
import { betweenVariants } from '../../../src/main/states/variants.ts'

const runs = ['a', 'b'].flatMap((attention) => [0, 1, 2].map((seed) => ({ attention, seed })))
/** Tens and units say which runs: of rows a0 a1 a2 b0 b1 b2 and the same columns. */
const values = runs.map((_, row) =>
  runs.map((_, column) => 10 * Math.min(row, column) + Math.max(row, column)),
)
const cellOf = (cells: ReturnType<typeof betweenVariants>, attention: string, other: string) =>
  cells.find((cell) => cell.attention === attention && cell.other === other)!

describe('betweenVariants', () => {
  const cells = betweenVariants('linear-alignment', runs, ['a', 'b'], values)

  it('has every ordered pair of variants', () => {
    expect(cells.map(({ attention, other }) => attention + other)).toEqual(['aa', 'ab', 'ba', 'bb'])
  })
  it('takes the pairs of one seed between two variants', () => {
    const { sameSeed } = cellOf(cells, 'a', 'b') // a0b0 03, a1b1 14, a2b2 25
    expect(sameSeed).toEqual({ count: 3, mean: 14, sd: 11 })
    expect(cellOf(cells, 'b', 'a').sameSeed).toEqual(sameSeed)
  })
  it('has the noise floor on the diagonal: every pair of seeds once, and no run with itself', () => {
    const { sameSeed, otherSeeds } = cellOf(cells, 'a', 'a') // 01 02 12
    expect(sameSeed).toBeNull()
    expect(otherSeeds).toMatchObject({ count: 3, mean: 5 })
  })
  it('takes all pairs of different seeds between two variants', () => {
    // 04 05 13 15 23 24
    expect(cellOf(cells, 'a', 'b').otherSeeds).toMatchObject({ count: 6, mean: 14 })
  })
  it('has no noise floor with one seed, and no spread', () => {
    const one = betweenVariants(
      'linear-alignment',
      [runs[0]!, runs[3]!],
      ['a', 'b'],
      [
        [1, 0.5],
        [0.5, 1],
      ],
    )
    expect(cellOf(one, 'a', 'a')).toEqual({ attention: 'a', other: 'a', sameSeed: null, otherSeeds: null })
    expect(cellOf(one, 'a', 'b')).toMatchObject({
      sameSeed: { count: 1, mean: 0.5, sd: null },
      otherSeeds: null,
    })
  })
  it('leaves out what is not defined', () => {
    const some = values.map((row, i) => row.map((value, j) => (i % 3 === 0 && j % 3 === 0 ? null : value)))
    expect(
      cellOf(betweenVariants('linear-alignment', runs, ['a', 'b'], some), 'a', 'b').sameSeed,
    ).toMatchObject({
      count: 2,
      mean: 19.5,
    })
    const none = values.map((row) => row.map(() => null))
    expect(cellOf(betweenVariants('linear-alignment', runs, ['a', 'b'], none), 'a', 'b').sameSeed).toEqual({
      ...{ count: 0, mean: null, sd: null },
    })
  })
  it('compares heads within one seed only, row against column', () => {
    const directed = values.map((row, i) => row.map((value, j) => (i <= j ? value : -value)))
    const maps = betweenVariants('attention-divergence', runs, ['a', 'b'], directed)
    expect(maps.every(({ otherSeeds }) => otherSeeds === null)).toBe(true)
    expect([cellOf(maps, 'a', 'b').sameSeed!.mean, cellOf(maps, 'b', 'a').sameSeed!.mean]).toEqual([14, -14])
  })
})
