/**
 * Byte pair encoding is learned: the pair of neighbouring tokens that occurs most often becomes a token of its own,
 * again and again (Sennrich, Haddow & Birch 2016, "Neural Machine Translation of Rare Words with Subword Units",
 * algorithm 1), beginning with the 256 bytes and never across words (words.ts), as GPT-2 does it. Of pairs that occur
 * equally often the one with the smaller left token is merged first, then the one with the smaller right token: the
 * merges depend on the counts of the words alone. A pair that occurs once is not merged.
 */
import { setImmediate } from 'node:timers/promises'
import { createPairIndex } from '../pairIndex.ts'
import { byteValues } from './byte.ts'
import { createPairQueue } from './pairQueue.ts'

/** The two tokens that the token 256 + k is made of, by k. */
export type Merges = readonly (readonly [left: number, right: number])[]

const fewest = 2
/** Tokens of words that are looked at between two turns of the event loop. */
const blockTokens = 2 ** 17

/**
 * At most `vocabulary` - 256 merges; fewer where no pair occurs twice any more.
 * Memory: some 200 MB for as many words as wordCounts.ts counts at most. `check` is called now and then and may throw.
 */
export async function learnMerges(
  counts: ReadonlyMap<string, number>,
  vocabulary: number,
  check: () => void = () => {},
): Promise<Merges> {
  const words = layOut(counts)
  const pairs = createPairIndex()
  const occurrences: number[] = [] // of every pair, in all words
  const places: number[][] = [] // of every pair, the words that it was once in, each once
  const lefts: number[] = []
  const rights: number[] = []
  let seen = 0
  const pause = async (looked: number) => {
    if ((seen += looked) < blockTokens) return
    seen = 0
    check()
    await setImmediate()
  }

  /** Adds `times` occurrences of every pair of neighbours in a word; `merged` is the token that is new, if any. */
  function count(word: number, times: number, merged?: number): void {
    const { tokens, starts, lengths } = words
    const end = starts[word]! + lengths[word]! - 1
    for (let at = starts[word]!; at < end; at++) {
      const [left, right] = [tokens[at]!, tokens[at + 1]!]
      const pair = pairs.add(left, right)
      if (pair === occurrences.length) {
        occurrences.push(0)
        places.push([])
        lefts.push(left)
        rights.push(right)
      }
      occurrences[pair]! += times
      if (merged !== undefined && left !== merged && right !== merged) continue // known to be there
      const own = places[pair]!
      if (own.at(-1) !== word) own.push(word)
    }
  }

  for (let word = 0; word < words.times.length; word++) {
    count(word, words.times[word]!)
    await pause(words.lengths[word]!)
  }
  const queue = createPairQueue(
    (pair) => occurrences[pair]!,
    (a, b) => lefts[a]! < lefts[b]! || (lefts[a] === lefts[b] && rights[a]! < rights[b]!),
  )
  for (let pair = 0; pair < occurrences.length; pair++) queue.add(pair)

  const merges: [number, number][] = []
  while (merges.length < vocabulary - byteValues) {
    const pair = queue.take()
    if (pair === undefined || occurrences[pair]! < fewest) break
    const [left, right] = [lefts[pair]!, rights[pair]!]
    const token = byteValues + merges.push([left, right]) - 1
    const known = occurrences.length
    for (const word of places[pair]!) {
      await pause(words.lengths[word]!)
      if (!contains(words, word, left, right)) continue // a merge since then took it apart
      count(word, -words.times[word]!, token)
      merge(words, word, left, right, token)
      count(word, words.times[word]!, token)
    }
    places[pair] = []
    for (let fresh = known; fresh < occurrences.length; fresh++) queue.add(fresh)
  }
  return merges
}

/** Words as tokens, all in one row. */
interface LaidOut {
  readonly tokens: Uint16Array
  readonly starts: Uint32Array
  /** Tokens of each word, which merges make fewer. */
  readonly lengths: Uint16Array
  /** Occurrences of each word. */
  readonly times: Float64Array
}

function layOut(counts: ReadonlyMap<string, number>): LaidOut {
  let bytes = 0
  for (const word of counts.keys()) bytes += Buffer.byteLength(word)
  const tokens = new Uint16Array(bytes)
  const starts = new Uint32Array(counts.size)
  const lengths = new Uint16Array(counts.size)
  const times = new Float64Array(counts.size)
  let number = 0
  let start = 0
  for (const [word, count] of counts) {
    const own = Buffer.from(word)
    tokens.set(own, start)
    starts[number] = start
    lengths[number] = own.length
    times[number++] = count
    start += own.length
  }
  return { tokens, starts, lengths, times }
}

function contains({ tokens, starts, lengths }: LaidOut, word: number, left: number, right: number): boolean {
  const end = starts[word]! + lengths[word]! - 1
  for (let at = starts[word]!; at < end; at++)
    if (tokens[at] === left && tokens[at + 1] === right) return true
  return false
}

/** Replaces the pair by `token` wherever it is, from the left. */
function merge(
  { tokens, starts, lengths }: LaidOut,
  word: number,
  left: number,
  right: number,
  token: number,
) {
  const start = starts[word]!
  const end = start + lengths[word]!
  let to = start
  for (let at = start; at < end; at++) {
    const isPair = at + 1 < end && tokens[at] === left && tokens[at + 1] === right
    tokens[to++] = isPair ? token : tokens[at]!
    if (isPair) at++
  }
  lengths[word] = to - start
}
