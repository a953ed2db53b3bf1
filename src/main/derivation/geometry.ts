/** How a cloud differs from what it was one step before: expansion, distances of pairs, hulls (theory 3.5). */
import { streamOf, uniformAt } from '../engine/random.ts'
import { squaredDistance, type Cloud } from './cloud.ts'

/** Up to this many pairs are all measured: those of 256 tokens. */
export const mostPairs = 2 ** 15

export type Pair = readonly [a: number, b: number]

/** All pairs of different tokens, or `mostPairs` drawn ones where there are more. */
export function somePairs(count: number, seed: number): Pair[] {
  if ((count * (count - 1)) / 2 > mostPairs) {
    const draw = (index: number) => uniformAt(seed, 'derivation', streamOf('pairs'), index)
    return Array.from({ length: mostPairs }, (_, index) => {
      const a = Math.floor(draw(2 * index) * count)
      const other = Math.floor(draw(2 * index + 1) * (count - 1))
      return [a, other < a ? other : other + 1]
    })
  }
  const pairs: Pair[] = []
  for (let a = 0; a < count; a++) for (let b = a + 1; b < count; b++) pairs.push([a, b])
  return pairs
}

/** Median and smallest ‖y_a − y_b‖ / ‖x_a − x_b‖; null where no pair of x is apart. */
export function pairRatios(
  before: Cloud,
  after: Cloud,
  pairs: readonly Pair[],
): { median: number; smallest: number } | null {
  const ratios = pairs
    .map(([a, b]) => [squaredDistance(before, a, b), squaredDistance(after, a, b)] as const)
    .filter(([x]) => x > 0)
    .map(([x, y]) => Math.sqrt(y / x))
    .sort((a, b) => a - b)
  if (ratios.length === 0) return null
  const middle = ratios.length >> 1
  const median = ratios.length % 2 === 1 ? ratios[middle]! : (ratios[middle - 1]! + ratios[middle]!) / 2
  return { median, smallest: ratios[0]! }
}

/**
 * Share of the tokens of `after` that lie within the range of `before` in every coordinate: a necessary condition for
 * the convex hull that is cheap in any dimension. Rounding of 32-bit numbers does not count.
 */
export function insideHull(before: Cloud, after: Cloud): number {
  const { count, width } = before
  const low = new Float64Array(width).fill(Infinity)
  const high = new Float64Array(width).fill(-Infinity)
  before.values.forEach((value, index) => {
    const column = index % width
    low[column] = Math.min(low[column]!, value)
    high[column] = Math.max(high[column]!, value)
  })
  let inside = 0
  for (let token = 0; token < count; token++) {
    let isInside = true
    for (let column = 0; column < width && isInside; column++) {
      const value = after.values[token * width + column]!
      const tolerance = 1e-5 * Math.max(Math.abs(low[column]!), Math.abs(high[column]!))
      isInside = value >= low[column]! - tolerance && value <= high[column]! + tolerance
    }
    if (isInside) inside++
  }
  return inside / count
}
