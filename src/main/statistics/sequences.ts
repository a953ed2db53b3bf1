/** Statistics of one sequence at a time, for a batch of sequences of one length that lie below each other. */
import { mean, sliceRows, type Matrix } from './matrix.ts'

/** The mean over sequences where the statistic is defined; null where it is in none. */
export function meanOverSequences(
  x: Matrix,
  length: number,
  statistic: (sequence: Matrix, index: number) => number | null,
): number | null {
  const found = Array.from({ length: Math.floor(x.rows / length) }, (_, index) =>
    statistic(sliceRows(x, index * length, (index + 1) * length), index),
  )
  return mean(found.filter((value) => value !== null))
}
