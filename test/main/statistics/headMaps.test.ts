import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  gradientAlignment,
  headMapsOf,
  symmetricShare,
  valueOutputTrace,
  type HeadMaps,
} from '../../../src/main/statistics/headMaps.ts'
import { identity, matrixOf, sumOfSquares, transposed, zeros } from '../../../src/main/statistics/matrix.ts'
import { product, rowProducts } from '../../../src/main/statistics/products.ts'
import { degenerate, gaussian, numbersIn, rotation, scaled } from './arbitrary.ts'

const random = (seed: number, channels = 12, width = 3): HeadMaps => ({
  query: gaussian(channels, width, seed, 'query'),
  key: gaussian(channels, width, seed, 'key'),
  value: gaussian(channels, width, seed, 'value'),
  output: gaussian(width, channels, seed, 'output'),
})

/** The definitions, with D × D matrices. */
function plain({ query, key, value, output }: HeadMaps): number[] {
  const written = product(value, output)
  const climbed = rowProducts(key, query)
  const compared = rowProducts(query, key)
  const norm = (x: typeof written) => Math.sqrt(sumOfSquares(x))
  const dot = written.numbers.reduce((sum, entry, index) => sum + entry * climbed.numbers[index]!, 0)
  const symmetric = { ...compared, numbers: compared.numbers.map((entry, index) => (entry + transposed(compared).numbers[index]!) / 2) } // prettier-ignore
  let trace = 0
  for (let i = 0; i < written.rows; i++) trace += written.numbers[i * written.columns + i]!
  return [
    dot / (norm(written) * norm(climbed)),
    sumOfSquares(symmetric) / sumOfSquares(compared),
    trace / (Math.sqrt(query.columns) * norm(written)),
  ]
}
const measures = (maps: HeadMaps) => [gradientAlignment(maps), symmetricShare(maps), valueOutputTrace(maps)]

describe('the maps of a head', () => {
  it('are what their definitions with D × D matrices say, in any basis of the residual stream', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 1, max: 4 }),
        (seed, D, d) => {
          const maps = random(seed, D, d)
          plain(maps).forEach((value, index) => expect(measures(maps)[index]).toBeCloseTo(value, 10))
          const turn = rotation(D, seed)
          const turned = {
            query: product(turn, maps.query),
            key: product(turn, maps.key),
            value: scaled(product(turn, maps.value), 3),
            output: rowProducts(maps.output, turn),
          }
          plain(maps).forEach((value, index) => expect(measures(turned)[index]).toBeCloseTo(value, 8))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('climb log Z where values are keys mapped back by queries, and descend with the other sign', () => {
    const { query, key } = random(1)
    const tied = { query, key, value: key, output: transposed(query) }
    expect(gradientAlignment(tied)).toBeCloseTo(1, 12)
    expect(gradientAlignment({ ...tied, output: scaled(transposed(query), -2) })).toBeCloseTo(-1, 12)
    const found = Array.from({ length: 200 }, (_, seed) => gradientAlignment(random(seed, 16, 4))!)
    const deviation = Math.sqrt(found.reduce((sum, value) => sum + value ** 2, 0) / found.length)
    expect(deviation * 16).toBeGreaterThan(0.8) // about 1/D
    expect(deviation * 16).toBeLessThan(1.2)
  })

  it('split into a symmetric and an antisymmetric part', () => {
    const { query } = random(2, 6, 4)
    expect(symmetricShare({ query, key: query })).toBeCloseTo(1, 12)
    const turn = zeros(4, 4) // the generator of a rotation
    for (const [i, j] of [[0, 1], [2, 3]] as const) { turn.numbers[4 * i + j] = 1; turn.numbers[4 * j + i] = -1 } // prettier-ignore
    expect(symmetricShare({ query, key: product(query, turn) })).toBeCloseTo(0, 12)
  })

  it('have the trace of a projection', () => {
    const { rows, columns, numbers } = rotation(6)
    const value = transposed({ rows: 2, columns, numbers: numbers.subarray(0, 2 * rows) })
    expect(valueOutputTrace({ value, output: transposed(value) })).toBeCloseTo(1, 12)
    expect(valueOutputTrace({ value: identity(3), output: scaled(identity(3), -4) })).toBeCloseTo(-1, 12)
  })

  it('are columns of the joined maps, and rows of the output', () => {
    const joined = matrixOf([[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]]) // prettier-ignore
    const output = matrixOf([[1, 2], [3, 4]]) // prettier-ignore
    const found = headMapsOf(joined, output, 2).map(({ query, key, value, output: back }) =>
      [query, key, value, back].map(({ numbers }) => [...numbers]),
    )
    expect(found[0]).toEqual([[1, 7], [3, 9], [5, 11], [1, 2]]) // prettier-ignore
    expect(found[1]).toEqual([[2, 8], [4, 10], [6, 12], [3, 4]]) // prettier-ignore
    expect(headMapsOf(joined, output, 1)[0]!.key.numbers).toEqual(Float64Array.of(3, 4, 9, 10))
  })

  it.each(Object.entries(degenerate))('give numbers or null for %s', (_, x) => {
    const found = measures({ query: x, key: x, value: x, output: transposed(x) })
    expect(numbersIn(found).every(Number.isFinite)).toBe(true)
  })
})
