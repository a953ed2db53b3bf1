/**
 * Wilcoxon's signed rank test (Wilcoxon 1945, "Individual comparisons by ranking methods", Biometrics Bulletin 1):
 * whether paired differences lie symmetrically about zero, from their ranks alone. One wild seed cannot decide it.
 */
export interface SignedRank {
  /** W+, the sum of the ranks of positive differences; equal sizes share the mean of their ranks. */
  statistic: number
  /** Two-sided, exact: over all 2ⁿ ways to give the ranks their signs, also where sizes are equal. */
  p: number
  /** The smallest p that this many differences can have, 2^(1 − n): 0.0625 of five. */
  smallestP: number
}

/** Differences that are zero are left out, as Wilcoxon does; null where none is left. */
export function signedRank(differences: readonly number[]): SignedRank | null {
  const values = differences.filter((difference) => difference !== 0)
  if (values.length === 0) return null
  const doubled = doubledRanks(values.map(Math.abs))
  const positive = doubled.reduce((sum, rank, index) => sum + (values[index]! > 0 ? rank : 0), 0)
  const ways = waysToSum(doubled)
  const share = (from: number, to: number) => {
    let sum = 0
    for (let total = from; total <= to; total++) sum += ways[total]!
    return sum
  }
  const tail = Math.min(share(0, positive), share(positive, ways.length - 1))
  return { statistic: positive / 2, p: Math.min(1, 2 * tail), smallestP: 2 ** (1 - values.length) }
}

/** Twice the rank of every size, 1 for the smallest: whole numbers also where equal sizes share a mean rank. */
function doubledRanks(sizes: readonly number[]): number[] {
  return sizes.map((size) => {
    const below = sizes.filter((other) => other < size).length
    const equal = sizes.filter((other) => other === size).length
    return 2 * below + equal + 1
  })
}

/** By sum: the share of the 2ⁿ subsets of the ranks that have it. */
function waysToSum(ranks: readonly number[]): Float64Array {
  const largest = ranks.reduce((sum, rank) => sum + rank, 0)
  const shares = new Float64Array(largest + 1)
  shares[0] = 1
  for (const rank of ranks)
    for (let sum = largest; sum >= 0; sum--)
      shares[sum] = (shares[sum]! + (sum >= rank ? shares[sum - rank]! : 0)) / 2
  return shares
}
