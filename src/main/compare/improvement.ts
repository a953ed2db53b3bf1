/**
 * P(X < Y) + P(X = Y) / 2 over all pairs of a value of `first` and a value of `second`: the probability that a run of one
 * variant has the smaller value, whatever their seeds (the Mann-Whitney U over the pairs). Agarwal et al. 2021, "Deep
 * reinforcement learning at the edge of the statistical precipice", call it the probability of improvement (rliable).
 * It describes these runs; it is no test. Null where either has no value.
 */
export function probabilityOfSmaller(first: readonly number[], second: readonly number[]): number | null {
  const pairs = first.length * second.length
  if (pairs === 0) return null
  let wins = 0
  for (const x of first) for (const y of second) wins += x < y ? 1 : x === y ? 0.5 : 0
  return wins / pairs
}
