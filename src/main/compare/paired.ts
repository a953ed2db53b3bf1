/**
 * The difference between two variants that were measured with the same seeds. Pairing takes out what a seed does to
 * both (initialisation, order of the data), so that few seeds can show a small difference.
 */
import type { ComparisonRow } from '../../shared/experiment.ts'
import { twoSidedP } from './student-t.ts'
import { summarise } from './summary.ts'

export type Difference = NonNullable<ComparisonRow['differenceFromBaseline']>

/**
 * From the differences d of at least one pair:
 *   mean d, its Student t interval, p = P(|T| >= |mean d| sqrt n / sd d) with n - 1 degrees of freedom (paired t
 *   test, two-sided), and the effect size mean d / sd d (Cohen's d of the paired differences).
 * One pair has a mean only. Where all differences are equal, p and the effect size are null: there is no spread
 * to hold the mean against.
 */
export function pairedDifference(differences: readonly number[]): Difference {
  const { mean, sd, ci95 } = summarise(differences)
  if (sd === null) return { mean, ci95, p: null, test: 'paired t (needs two shared seeds)', effectSize: null }
  const test = 'paired t'
  if (sd === 0) return { mean, ci95, p: null, test, effectSize: null }
  const effectSize = mean / sd
  const t = effectSize * Math.sqrt(differences.length)
  return { mean, ci95, p: twoSidedP(t, differences.length - 1), test, effectSize }
}
