/**
 * Student's t distribution, from stdlib (docs/decisions/0003-student-t.md). Its two functions are made of some 200
 * small files, which take a tenth of a second to load: that is spent at the first comparison, not at every start.
 */
import { createRequire } from 'node:module'
import type cdf from '@stdlib/stats-base-dists-t-cdf'
import type quantile from '@stdlib/stats-base-dists-t-quantile'

const load = createRequire(import.meta.url)

/** The value below which a t variable with `degrees` of freedom stays with `probability`. */
export function tQuantile(probability: number, degrees: number): number {
  const stdlib = load('@stdlib/stats-base-dists-t-quantile') as typeof quantile
  return stdlib(probability, degrees)
}

/** P(|T| >= |t|) for a t variable T with `degrees` of freedom. */
export function twoSidedP(t: number, degrees: number): number {
  const stdlib = load('@stdlib/stats-base-dists-t-cdf') as typeof cdf
  return 2 * stdlib(-Math.abs(t), degrees)
}
