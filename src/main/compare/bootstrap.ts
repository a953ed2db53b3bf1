/**
 * Bootstrap interval of a mean over seeds: BCa, bias-corrected and accelerated (Efron 1987, "Better bootstrap confidence
 * intervals", JASA 82; Efron & Tibshirani 1993, eq. 14.9 to 14.15). It assumes no shape of the distribution. It cannot know
 * what the few values do not show: it never leaves the range of the values, and below some ten it is too narrow
 * (docs/comparison.md has its measured coverage). Student's t is the interval to believe with few seeds.
 */
import { normalBelow, normalQuantile } from '../statistics/distributions.ts'
import { resampledMeans, type ResampledMeans } from './resamples.ts'

export interface BootstrapInterval {
  kind: 'BCa'
  ci95: [low: number, high: number]
  /** How many resamples were taken, or all there are: n to the power of n. */
  resamples: number
  /** Whether these are all resamples there are, so that nothing was drawn. */
  exact: boolean
}

/** Fewer values than this have no bootstrap interval. */
const fewest = 3

/** The 95 % interval of the mean; null below three values. The same values always have the same interval. */
export function bootstrapInterval(values: readonly number[]): BootstrapInterval | null {
  if (values.length < fewest) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const means = resampledMeans(values)
  const bias = normalQuantile(shareBelow(means, mean))
  const acceleration = accelerationOf(values, mean)
  /** The quantile of the resampled means to take for that of the nominal z. */
  const corrected = (z: number) => normalBelow(bias + (bias + z) / (1 - acceleration * (bias + z)))
  const z = normalQuantile(0.975)
  return {
    kind: 'BCa',
    ci95: [means.quantile(corrected(-z)), means.quantile(corrected(z))],
    resamples: means.total,
    exact: means.exact,
  }
}

/** The share of resampled means below the mean; those equal to it, up to rounding, count half. */
function shareBelow({ sorted, countTo, total }: ResampledMeans, mean: number): number {
  const rounding = 1e-12 * Math.max(Math.abs(sorted[0]!), Math.abs(sorted.at(-1)!))
  let below = 0
  let upTo = 0
  for (let i = 0; i < sorted.length && sorted[i]! <= mean + rounding; i++) {
    if (sorted[i]! < mean - rounding) below = countTo[i]!
    upTo = countTo[i]!
  }
  return (below + upTo) / (2 * total)
}

/** a = Σ (x − mean)³ / 6 (Σ (x − mean)²)^(3/2): the acceleration of a mean by the jackknife; 0 where there is no spread. */
function accelerationOf(values: readonly number[], mean: number): number {
  let [squares, cubes] = [0, 0]
  for (const value of values) {
    squares += (value - mean) ** 2
    cubes += (value - mean) ** 3
  }
  const scale = squares ** 1.5 // also zero of spreads too small for their squares
  return scale === 0 ? 0 : cubes / (6 * scale)
}
