/** The tokenizer of byte pair encoding: the 256 bytes, and a token for each merge of merges.ts. */
import { createPairIndex } from '../pairIndex.ts'
import { byteValues, decodingOf, labelOf } from './byte.ts'
import type { Merges } from './merges.ts'
import { tokenizer, type Tokenizer } from './tokenizer.ts'
import { createWords } from './words.ts'

/** Words whose tokens are remembered. A text has few words that it repeats often. */
const rememberedWords = 2 ** 15

export function bytePairTokenizer(merges: Merges): Tokenizer {
  const ranks = createPairIndex(merges.length)
  const bytes = Array.from({ length: byteValues }, (_, byte) => Uint8Array.of(byte))
  for (const [left, right] of merges) {
    ranks.add(left, right)
    bytes.push(Buffer.concat([bytes[left]!, bytes[right]!]))
  }
  const remembered = new Map<string, readonly number[]>()
  const tokensOf = (word: string): readonly number[] => {
    const known = remembered.get(word)
    if (known) return known
    if (remembered.size === rememberedWords) remembered.clear()
    const encoded = Buffer.from(word)
    const tokens = mergeAll([...encoded], ranks)
    remembered.set(encoded.toString(), tokens) // a copy: a part of a string keeps the whole of it in memory
    return tokens
  }
  const tokensOfAll = (words: Iterable<string>): Int32Array => {
    const tokens: number[] = []
    for (const word of words) for (const token of tokensOf(word)) tokens.push(token)
    return Int32Array.from(tokens)
  }
  return tokenizer({
    size: bytes.length,
    encoding() {
      const words = createWords()
      return {
        push: (text) => tokensOfAll(words.push(text)),
        end: () => tokensOfAll(words.end()),
      }
    },
    decoding: (before) => decodingOf(bytes, before),
    label: (id) => labelOf(bytes, id),
  })
}

/** Applies the earliest of the merges that apply, wherever it does, until none does. */
function mergeAll(tokens: number[], ranks: { find(left: number, right: number): number }): number[] {
  for (;;) {
    let earliest = Infinity
    for (let at = 0; at + 1 < tokens.length; at++) {
      const rank = ranks.find(tokens[at]!, tokens[at + 1]!)
      if (rank >= 0 && rank < earliest) earliest = rank
    }
    if (earliest === Infinity) return tokens
    let to = 0
    for (let at = 0; at < tokens.length; at++) {
      const isPair = at + 1 < tokens.length && ranks.find(tokens[at]!, tokens[at + 1]!) === earliest
      tokens[to++] = isPair ? byteValues + earliest : tokens[at]!
      if (isPair) at++
    }
    tokens.length = to
  }
}
