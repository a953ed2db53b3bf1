import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measuredPairs, textBaselines } from '../../../src/main/datasets/baselines.ts'
import { readerOf } from './readers.ts'

/** The formulas of baselines.ts, with objects and loops. */
function expected(train: number[], validation: number[], vocabulary: number) {
  const count = (tokens: number[], token: number) => tokens.filter((other) => other === token).length
  const pairs = (tokens: number[]) => tokens.slice(1).map((token, index) => [tokens[index]!, token] as const)
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
  return {
    uniform: Math.log(vocabulary),
    unigram: mean(validation.map((y) => -Math.log((count(train, y) + 1) / (train.length + vocabulary)))),
    bigram: mean(
      pairs(validation).map(([x, y]) => {
        const both = pairs(train).filter(([a, b]) => a === x && b === y).length
        return -Math.log((both + 1) / (count(train.slice(0, -1), x) + vocabulary))
      }),
    ),
  }
}

describe('textBaselines', () => {
  it('by hand: 0 1 0 1 0 | 0 1 of two tokens', async () => {
    const found = await textBaselines(readerOf([0, 1, 0, 1, 0]), readerOf([0, 1]), 2)
    expect(found.uniform).toBeCloseTo(Math.log(2), 12)
    expect(found.unigram).toBeCloseTo(-(Math.log(4 / 7) + Math.log(3 / 7)) / 2, 12)
    expect(found.bigram).toBeCloseTo(-Math.log(3 / 4), 12) // 0 is followed twice, both times by 1
  })

  it.each([
    ['a table', 5],
    ['a map', 2049],
  ])('is the formula when pairs are counted in %s', async (_, vocabulary) => {
    const tokens = fc.array(fc.nat({ max: 4 }), { minLength: 2, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(tokens, tokens, async (train, validation) => {
        const found = await textBaselines(readerOf(train), readerOf(validation), vocabulary)
        const formula = expected(train, validation, vocabulary)
        for (const name of ['uniform', 'unigram', 'bigram'] as const)
          expect(found[name]).toBeCloseTo(formula[name], 10)
      }),
      { numRuns: 50 },
    )
  })

  it('measures every k-th pair of a large split with a large vocabulary', async () => {
    // neighbours alternate, so that only a stride that skips pairs can be seen: 0 1 0 1 ... with stride 2 gives (1, 0)
    const validation = readerOf(Int32Array.from({ length: measuredPairs + 2 }, (_, index) => index % 2))
    const found = await textBaselines(readerOf([1, 0, 0, 0]), validation, 3000)
    expect(found.bigram).toBeCloseTo(-Math.log(2 / 3001), 10)
  })

  it('can be ended between blocks', async () => {
    const check = () => {
      throw new Error('enough')
    }
    await expect(textBaselines(readerOf([0, 1]), readerOf([0, 1]), 2, check)).rejects.toThrow('enough')
  })
})
