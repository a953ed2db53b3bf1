/**
 * Cross entropies on the validation split of models that need no training (theory 4.1), in nats per token:
 *
 *   uniform   log V
 *   unigram   mean over all validation tokens y of      -log (n(y) + 1) / (N + V)
 *   bigram    mean over all validation pairs (x, y) of  -log (n(x, y) + 1) / (n(x, .) + V)
 *
 * with the counts n of the training split, its N tokens, and V distinct tokens. A pair is two neighbours within one
 * split, so the first validation token has no bigram term: it is also the one that no model is asked to predict.
 * Longer contexts, interpolated, are wittenBell.ts's.
 */
import { setImmediate } from 'node:timers/promises'
import type { TextBaselines } from '../../shared/experiment.ts'
import type { TokenReader } from './tokens.ts'
import { wittenBell } from './wittenBell.ts'

/** Up to this many distinct tokens the pairs are counted in a table of V x V (16 MB). */
const denseVocabulary = 2048
/**
 * Beyond it only the pairs that are measured are counted, in a Map of at most this many (some 100 MB). A validation
 * split with more pairs is measured at every k-th of them: a standard error of about 0.002 nats.
 */
export const measuredPairs = 2 ** 20

/** Tokens read at once; between two blocks the event loop runs. */
const blockTokens = 65_536

/** `check` is called between blocks and may throw to end the work. */
export async function textBaselines(
  train: TokenReader,
  validation: TokenReader,
  vocabulary: number,
  check: () => void = () => {},
): Promise<TextBaselines> {
  const pairs = vocabulary <= denseVocabulary ? densePairs(vocabulary) : sparsePairs(vocabulary)
  const stride = pairs.limit < validation.length ? Math.ceil(validation.length / pairs.limit) : 1

  if (pairs.expect)
    await eachPair(validation, check, (previous, token, index) => {
      if (previous >= 0 && index % stride === 0) pairs.expect!(previous, token)
    })

  const counts = new Float64Array(vocabulary)
  const followed = new Float64Array(vocabulary)
  await eachPair(train, check, (previous, token) => {
    counts[token]!++
    if (previous < 0) return
    followed[previous]!++
    pairs.add(previous, token)
  })

  let unigram = 0
  let bigram = 0
  let measured = 0
  await eachPair(validation, check, (previous, token, index) => {
    unigram -= Math.log((counts[token]! + 1) / (train.length + vocabulary))
    if (previous < 0 || index % stride !== 0) return
    bigram -= Math.log((pairs.count(previous, token) + 1) / (followed[previous]! + vocabulary))
    measured++
  })
  return {
    uniform: Math.log(vocabulary),
    unigram: unigram / validation.length,
    bigram: bigram / measured,
    wittenBell: await wittenBell(train, validation, vocabulary, check),
  }
}

interface PairCounts {
  /** The most pairs that may be expected. */
  readonly limit: number
  /** Where it exists, pairs are counted only after they were expected. */
  expect?(previous: number, token: number): void
  add(previous: number, token: number): void
  count(previous: number, token: number): number
}

function densePairs(vocabulary: number): PairCounts {
  const counts = new Uint32Array(vocabulary * vocabulary)
  return {
    limit: Infinity,
    add: (previous, token) => void counts[previous * vocabulary + token]!++,
    count: (previous, token) => counts[previous * vocabulary + token]!,
  }
}

function sparsePairs(vocabulary: number): PairCounts {
  const counts = new Map<number, number>()
  return {
    limit: measuredPairs,
    expect: (previous, token) => void counts.set(previous * vocabulary + token, 0),
    add(previous, token) {
      const pair = previous * vocabulary + token
      const count = counts.get(pair)
      if (count !== undefined) counts.set(pair, count + 1)
    },
    count: (previous, token) => counts.get(previous * vocabulary + token) ?? 0,
  }
}

/** Visits every token with the one before it (-1 for the first) and its index. */
async function eachPair(
  reader: TokenReader,
  check: () => void,
  visit: (previous: number, token: number, index: number) => void,
): Promise<void> {
  const buffer = new Int32Array(Math.min(blockTokens, reader.length))
  let previous = -1
  for (let offset = 0; offset < reader.length; offset += buffer.length) {
    check()
    const block = buffer.subarray(0, reader.length - offset)
    reader.read(offset, block)
    for (let index = 0; index < block.length; index++) {
      visit(previous, block[index]!, offset + index)
      previous = block[index]!
    }
    await setImmediate()
  }
}
