/**
 * The difference between two variants that were measured with the same seeds. Pairing takes out what a seed does to
 * both (initialisation, order of the data), so that few seeds can show a small difference.
 */
import type { Difference } from '../../shared/comparison.ts'
import { bootstrapInterval } from './bootstrap.ts'
import { hedgesG } from './effect-size.ts'
import { seedsNeeded } from './power.ts'
import { signedRank } from './signed-rank.ts'
import { twoSidedP } from './student-t.ts'
import { summarise } from './summary.ts'

/** What the differences alone say; the rest of a Difference is known to who compares several variants. */
export type PairedDifference = Omit<Difference, 'pHolm' | 'probabilityOfImprovement' | 'seeds' | 'shortened'>

/**
 * From the differences d of at least one pair:
 *   mean d, its Student t interval, p = P(|T| >= |mean d| sqrt n / sd d) with n - 1 degrees of freedom (paired t
 *   test, two-sided), and the effect size mean d / sd d (Cohen's d of the paired differences).
 * One pair has a mean only. Where all differences are equal, p and the effect sizes are null: there is no spread
 * to hold the mean against.
 */
export function pairedDifference(values: readonly number[]): PairedDifference {
  const summary = summarise(values)
  const { mean, sd } = summary
  const effectSize = sd === null || sd === 0 ? null : mean / sd
  const g = effectSize === null ? null : hedgesG(effectSize, values.length)
  return {
    ...summary,
    interval: 'Student t',
    p: effectSize === null ? null : twoSidedP(effectSize * Math.sqrt(values.length), values.length - 1),
    test: sd === null ? 'paired t (needs two shared seeds)' : 'paired t',
    effectSize,
    hedgesG: g,
    bootstrap: bootstrapInterval(values),
    wilcoxon: signedRank(values),
    seedsNeeded: g === null ? null : seedsNeeded(g),
    values: [...values],
  }
}
