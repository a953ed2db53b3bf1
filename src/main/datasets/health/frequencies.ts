/** How often every token occurs. */
import type { TokenCount, TokenFrequencies } from '../../../shared/health.ts'
import type { TokenReader } from '../tokens.ts'
import { tokenBlocks } from './blocks.ts'

/** A token that occurs less often in training is hardly learned. */
export const seldomBelow = 10
/** Tokens that are named at either end. */
const named = 20

/** The occurrences of each token, token k at index k. */
export async function countTokens(reader: TokenReader, vocabulary: number): Promise<Float64Array> {
  const counts = new Float64Array(vocabulary)
  for await (const block of tokenBlocks(reader)) for (const token of block) counts[token]!++
  return counts
}

/** @param textOf what a token stands for */
export function tokenFrequencies(
  train: Float64Array,
  validation: Float64Array,
  textOf: (token: number) => string,
): TokenFrequencies {
  const tokens = [...train.keys()]
  const total = (token: number) => train[token]! + validation[token]!
  const used = tokens.filter((token) => total(token) > 0)
  const byCount = used.toSorted((a, b) => total(b) - total(a) || a - b)
  const unseen = used.filter((token) => train[token] === 0)
  const record = (token: number): TokenCount => ({ token, text: textOf(token), count: total(token) })
  return {
    used: used.length,
    seldom: used.filter((token) => train[token]! > 0 && train[token]! < seldomBelow).length,
    unseen: unseen.length,
    unseenPlaces: unseen.reduce((sum, token) => sum + validation[token]!, 0),
    frequent: byCount.slice(0, named).map(record),
    rare: byCount.slice(named).toReversed().slice(0, named).map(record),
  }
}
