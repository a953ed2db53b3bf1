import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSeeds } from '../../../src/renderer/logic/seeds.ts'

describe('parseSeeds', () => {
  it.each([
    ['0', [0]],
    ['0, 1, 2', [0, 1, 2]],
    [' 3  1;7 ', [3, 1, 7]],
    ['0-4', [0, 1, 2, 3, 4]],
    ['0 – 2, 9', [0, 1, 2, 9]],
    ['2147483647', [2147483647]],
  ])('reads %j', (text, seeds) => expect(parseSeeds(text)).toEqual({ seeds, error: null }))

  it.each([
    ['', 'at least one seed'],
    ['1, x', '“x” is not a seed'],
    ['1.5', '“1.5” is not a seed'],
    ['-1', '“-1” is not a seed'],
    ['1, 2, 1', 'Seed 1 is named twice'],
    ['4-2', 'write 2-4'],
    ['2147483648', 'the largest is 2147483647'],
    ['0-100', 'more than 100 seeds'],
    ['0-999999999', 'more than 100 seeds'],
  ])('refuses %j and says why', (text, part) => {
    const { seeds, error } = parseSeeds(text)
    expect(seeds).toBeNull()
    expect(error).toContain(part)
  })

  it('reads back whatever list of distinct seeds is written', () => {
    const seeds = fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 100 })
    fc.assert(
      fc.property(seeds, (list) => {
        expect(parseSeeds(list.join(', '))).toEqual({ seeds: list, error: null })
      }),
    )
  })
})
