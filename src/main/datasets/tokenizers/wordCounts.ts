/** How often each word of a text occurs, in bounded memory: what merges are learned from. */
import { createWords } from './words.ts'

/**
 * Distinct words, and bytes in them, that are counted. Words that first come when either is reached are left out:
 * by then the frequent ones, which decide the merges, have long been met.
 */
export const wordLimits = { words: 2 ** 17, bytes: 2 ** 21 } as const

export interface WordCounts {
  readonly counts: ReadonlyMap<string, number>
  /** Words, with repetitions, that were left out for the limits. */
  readonly leftOut: number
}

export interface WordCounter {
  /** Takes the next piece of a text. */
  push(text: string): void
  /** Ends a text. */
  end(): void
  result(): WordCounts
}

export function createWordCounter(limits: { words: number; bytes: number } = wordLimits): WordCounter {
  const counts = new Map<string, number>()
  const words = createWords()
  let bytes = 0
  let leftOut = 0
  function add(word: string): void {
    const count = counts.get(word)
    if (count !== undefined) return void counts.set(word, count + 1)
    const encoded = Buffer.from(word)
    if (counts.size >= limits.words || bytes + encoded.length > limits.bytes) return void leftOut++
    bytes += encoded.length
    counts.set(encoded.toString(), 1) // a copy: a part of a string keeps the whole of it in memory
  }
  return {
    push(text) {
      for (const word of words.push(text)) add(word)
    },
    end() {
      for (const word of words.end()) add(word)
    },
    result: () => ({ counts, leftOut }),
  }
}
