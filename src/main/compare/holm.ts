/**
 * Several tests at once: the more variants are held against one baseline, the likelier one of them differs by chance.
 * Holm 1979, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6.
 */

/**
 * The adjusted p of every p: those below α belong to tests that hold together, with a chance of at most α that any of them
 * is mistaken. With p in ascending order p₁ … pₘ the adjusted one is max over j ≤ i of min(1, (m − j + 1) pⱼ).
 */
export function holm(probabilities: readonly number[]): number[] {
  const order = probabilities.map((_, index) => index).sort((a, b) => probabilities[a]! - probabilities[b]!)
  const adjusted = Array<number>(probabilities.length)
  let largest = 0
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (probabilities.length - rank) * probabilities[index]!))
    adjusted[index] = largest
  })
  return adjusted
}
