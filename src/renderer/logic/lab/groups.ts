/** Which tokens are drawn alike: those of a class, or where there are no classes those that were beside each other. */
import type { Frame } from './clouds.ts'

/** So many groups of tokens without classes: as many as there are inks. */
export const inkCount = 7

/** Tokens by class, or by the rank of their first coordinate at step 0. */
export function pointGroups(first: Frame | null, labels: readonly number[] | null): number[][] {
  if (labels) {
    const groups: number[][] = Array.from({ length: Math.max(...labels) + 1 }, () => [])
    labels.forEach((label, token) => groups[label]!.push(token))
    return groups
  }
  const count = first ? first.length / 2 : 0
  const order = Array.from({ length: count }, (_, token) => token).sort(
    (a, b) => first![2 * a]! - first![2 * b]!,
  )
  return Array.from({ length: inkCount }, (_, place) =>
    order.slice(Math.round((place * count) / inkCount), Math.round(((place + 1) * count) / inkCount)),
  )
}
