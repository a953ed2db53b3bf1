import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { longestContext, wittenBell } from '../../../src/main/datasets/wittenBell.ts'
import { characterTokenizer } from '../../../src/main/datasets/tokenizers/character.ts'
import { samplesFolder } from '../../../src/main/paths.ts'
import { readerOf } from './readers.ts'

/** The formula of wittenBell.ts, by recursion and search. */
function expected(train: number[], validation: number[], vocabulary: number, context: number): number {
  const continuations = (history: number[]) =>
    train.filter(
      (_, index) =>
        index >= history.length &&
        history.every((token, offset) => train[index - history.length + offset] === token),
    )
  const probability = (token: number, history: number[] | null): number => {
    if (history === null) return 1 / vocabulary
    const shorter = probability(token, history.length === 0 ? null : history.slice(1))
    const followers = continuations(history)
    if (followers.length === 0) return shorter
    const distinct = new Set(followers).size
    const count = followers.filter((other) => other === token).length
    return (count + distinct * shorter) / (followers.length + distinct)
  }
  const losses = validation.map(
    (token, index) => -Math.log(probability(token, validation.slice(Math.max(0, index - context), index))),
  )
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length
}

describe('wittenBell', () => {
  it('by hand: 0 1 0 1 0 | 0 1 of three tokens', async () => {
    const { losses, ...counted } = await wittenBell(readerOf([0, 1, 0, 1, 0]), readerOf([0, 1]), 3)
    const [zero, one] = [(3 + 2 / 3) / 7, (2 + 2 / 3) / 7] // three and two of five, two distinct
    expect(losses[0]).toBeCloseTo(-(Math.log(zero) + Math.log(one)) / 2, 12)
    const afterZero = (2 + one) / 3 // 0 is followed twice, both times by 1; the first 0 has nothing before it
    expect(losses[1]).toBeCloseTo(-(Math.log(zero) + Math.log(afterZero)) / 2, 12)
    expect(losses.slice(2)).toEqual(Array(longestContext - 1).fill(losses[1]))
    expect(counted).toEqual({ countedTokens: 5, measuredTokens: 2 })
  })

  it('is the formula', async () => {
    const tokens = fc.array(fc.nat({ max: 3 }), { minLength: 2, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(tokens, tokens, async (train, validation) => {
        const { losses } = await wittenBell(readerOf(train), readerOf(validation), 5)
        losses.forEach((loss, context) =>
          expect(loss).toBeCloseTo(expected(train, validation, 5, context), 10),
        )
      }),
      { numRuns: 50 },
    )
  })

  it('gives the numbers of the theory on tinyshakespeare', async () => {
    const text = fs.readFileSync(path.join(samplesFolder, 'tinyshakespeare.txt'), 'utf8')
    const tokenizer = characterTokenizer([...new Set(text)].sort())
    const tokens = tokenizer.encode(text)
    const train = Math.floor(0.9 * tokens.length)
    const { losses, ...counted } = await wittenBell(
      readerOf(tokens.subarray(0, train)),
      readerOf(tokens.subarray(train)),
      tokenizer.size,
    )
    const golden = [3.347, 2.486, 2.049, 1.774, 1.669, 1.698, 1.779, 1.876]
    expect(losses.map((loss) => Number(loss.toFixed(3)))).toEqual(golden)
    expect(counted).toEqual({ countedTokens: 1_003_854, measuredTokens: 111_540 })
  })

  it('counts and measures the beginning of a long text, and says so', async () => {
    const limits = { counted: 5, measured: 2 }
    const long = await wittenBell(readerOf([0, 1, 0, 1, 0, 2, 2]), readerOf([0, 1, 2]), 3, undefined, limits)
    expect(long).toEqual(await wittenBell(readerOf([0, 1, 0, 1, 0]), readerOf([0, 1]), 3))
  })

  it('can be ended between blocks', async () => {
    const check = () => {
      throw new Error('enough')
    }
    await expect(wittenBell(readerOf([0, 1]), readerOf([0, 1]), 2, check)).rejects.toThrow('enough')
  })
})
