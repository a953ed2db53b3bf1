/**
 * Cross entropies of interpolated n-gram models, in nats per token (theory 4.1). The model that sees the k tokens h
 * before a token w mixes its relative frequency with the model that sees one less, h':
 *
 *     P_k(w|h) = (c(h,w) + T(h) P_{k-1}(w|h')) / (c(h) + T(h)),     P_{-1}(w) = 1/V
 *
 * with c the counts of the training split and T(h) the number of distinct tokens that follow h there; a context that
 * never occurred leaves P_k = P_{k-1}. Witten & Bell 1991, "The zero-frequency problem"; Chen & Goodman 1998, section
 * 2.4. Contexts lie within one split: the first tokens of the validation split are predicted from what there is.
 *
 * It goes order by order and keeps, for each position, only the number of its context of that order: contexts of order
 * k + 1 are pairs (context of order k, the token before it), so that no context is ever hashed as a whole. Counted are
 * only contexts that the validation split asks for; without them a position is done, for all longer contexts too.
 */
import { setImmediate } from 'node:timers/promises'
import type { WittenBell } from '../../shared/experiment.ts'
import { createPairIndex } from './pairIndex.ts'
import type { TokenReader } from './tokens.ts'

/** Contexts of 0 to this many tokens. */
export const longestContext = 7

/**
 * Of longer splits only so many tokens from the beginning are counted and measured, so that a text of any size takes
 * some ten seconds and 150 MB at most. The record says how many they were.
 */
export const wittenBellLimits = { counted: 2 ** 21, measured: 2 ** 20 } as const

/** Positions between two turns of the event loop. */
const blockPositions = 65_536
/** Where a position has no context of the order, or one that does not occur in the other split. */
const none = 0xffffffff

/** `check` is called between blocks and may throw to end the work. */
export async function wittenBell(
  train: TokenReader,
  validation: TokenReader,
  vocabulary: number,
  check: () => void = () => {},
  limits: { counted: number; measured: number } = wittenBellLimits,
): Promise<WittenBell> {
  const seen = firstTokens(train, limits.counted)
  const unseen = firstTokens(validation, limits.measured)
  const seenContexts = new Uint32Array(seen.length) // at order 0 all have context 0
  const unseenContexts = new Uint32Array(unseen.length)
  const probabilities = new Float64Array(unseen.length).fill(1 / vocabulary) // P_{-1}

  // Both are used again for every order, and never grow: what is let go stays in memory until it is collected.
  const longer = createPairIndex(unseen.length)
  const followers = createPairIndex(seen.length)
  const together = new Uint32Array(seen.length) // c(h,w), by pair of context and token

  const losses: number[] = []
  for (let order = 0; order <= longestContext; order++) {
    const contexts = order === 0 ? 1 : await extend(order)
    losses.push(await interpolate(await countFollowers(contexts)))
  }
  return { losses, countedTokens: seen.length, measuredTokens: unseen.length }

  /** Makes every context one token longer, and returns how many distinct ones the validation split has. */
  async function extend(order: number): Promise<number> {
    longer.clear()
    await eachPosition(unseen.length, check, (position) => {
      const shorter = unseenContexts[position]!
      unseenContexts[position] =
        position < order || shorter === none ? none : longer.add(shorter, unseen[position - order]!)
    })
    await eachPosition(seen.length, check, (position) => {
      const shorter = seenContexts[position]!
      const found = position < order || shorter === none ? -1 : longer.find(shorter, seen[position - order]!)
      seenContexts[position] = found < 0 ? none : found
    })
    return longer.size
  }

  async function countFollowers(contexts: number): Promise<Counts> {
    const occurrences = new Uint32Array(contexts)
    const distinct = new Uint32Array(contexts)
    followers.clear()
    together.fill(0)
    await eachPosition(seen.length, check, (position) => {
      const context = seenContexts[position]!
      if (context === none) return
      const before = followers.size
      const pair = followers.add(context, seen[position]!)
      if (followers.size > before) distinct[context]!++
      together[pair]!++
      occurrences[context]!++
    })
    return { occurrences, distinct }
  }

  /** From P_{k-1} to P_k at every validation token; returns the mean of -log P_k. */
  async function interpolate(counts: Counts): Promise<number> {
    let sum = 0
    await eachPosition(unseen.length, check, (position) => {
      const context = unseenContexts[position]!
      if (context !== none && counts.occurrences[context] === 0) unseenContexts[position] = none
      else if (context !== none) {
        const pair = followers.find(context, unseen[position]!)
        const count = pair < 0 ? 0 : together[pair]!
        const distinct = counts.distinct[context]!
        probabilities[position] =
          (count + distinct * probabilities[position]!) / (counts.occurrences[context]! + distinct)
      }
      sum -= Math.log(probabilities[position]!)
    })
    return sum / unseen.length
  }
}

/** Of one order, in the training split. */
interface Counts {
  /** c(h), by context. */
  readonly occurrences: Uint32Array
  /** T(h), by context. */
  readonly distinct: Uint32Array
}

function firstTokens(reader: TokenReader, limit: number): Int32Array {
  const tokens = new Int32Array(Math.min(reader.length, limit))
  reader.read(0, tokens)
  return tokens
}

async function eachPosition(
  length: number,
  check: () => void,
  visit: (position: number) => void,
): Promise<void> {
  for (let first = 0; first < length; first += blockPositions) {
    check()
    const end = Math.min(length, first + blockPositions)
    for (let position = first; position < end; position++) visit(position)
    await setImmediate()
  }
}
