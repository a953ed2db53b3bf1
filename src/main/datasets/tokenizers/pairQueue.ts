/**
 * Which pair of tokens occurs most often, while counts change: a binary heap of pairs by the counts they had when they
 * were put in. A count that has fallen since is noticed when its pair comes out on top, and put back in its place.
 */
export interface PairQueue {
  /** Puts a pair in, by its number. Its count may fall afterwards; where it grows, the pair is put in again. */
  add(pair: number): void
  /** Takes out the pair with the largest count, of equal ones the first by `before`. Undefined where none is left. */
  take(): number | undefined
}

/**
 * @param countOf the present count of a pair; pairs of count 0 are forgotten
 * @param before whether, of two pairs that occur equally often, `a` comes before `b`
 */
export function createPairQueue(
  countOf: (pair: number) => number,
  before: (a: number, b: number) => boolean,
): PairQueue {
  const pairs: number[] = []
  const counts: number[] = []
  const precedes = (a: number, b: number) =>
    counts[a]! > counts[b]! || (counts[a] === counts[b] && before(pairs[a]!, pairs[b]!))

  function swap(a: number, b: number): void {
    const pair = pairs[a]!
    const count = counts[a]!
    pairs[a] = pairs[b]!
    counts[a] = counts[b]!
    pairs[b] = pair
    counts[b] = count
  }

  function add(pair: number): void {
    let place = pairs.push(pair) - 1
    counts.push(countOf(pair))
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!precedes(place, parent)) return
      swap(place, parent)
      place = parent
    }
  }

  function removeFirst(): void {
    swap(0, pairs.length - 1)
    pairs.pop()
    counts.pop()
    for (let place = 0; ;) {
      let first = place
      for (const child of [2 * place + 1, 2 * place + 2])
        if (child < pairs.length && precedes(child, first)) first = child
      if (first === place) return
      swap(place, first)
      place = first
    }
  }

  return {
    add,
    take() {
      while (pairs.length > 0) {
        const pair = pairs[0]!
        const isCurrent = counts[0] === countOf(pair)
        removeFirst()
        if (isCurrent) return pair
        if (countOf(pair) > 0) add(pair)
      }
      return undefined
    },
  }
}
