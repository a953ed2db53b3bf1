/** How many seeds it takes to see a difference: the power of the paired t test, by the noncentral t distribution. */
import { normalBelow } from '../statistics/distributions.ts'
import { tQuantile } from './student-t.ts'

/** What a test should do: miss a true difference once in five times, find one that is not there once in twenty. */
export const wantedPower = 0.8
export const significance = 0.05

const mostSeeds = 1_000_000

/**
 * The smallest number of seeds, two or more, with which a two-sided paired t test at the level 0.05 finds a difference of
 * `effect` standard deviations of the differences with probability 0.8. Null where a million are not enough.
 */
export function seedsNeeded(effect: number): number | null {
  if (!(pairedPower(effect, mostSeeds) >= wantedPower)) return null
  let high = 2
  while (pairedPower(effect, high) < wantedPower) high *= 2
  let low = high / 2 // too few, or one
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (pairedPower(effect, middle) < wantedPower) low = middle
    else high = middle
  }
  return high
}

/** P(|T'| > t(0.975, n − 1)) of a noncentral t variable T' with n − 1 degrees of freedom and noncentrality effect √n. */
export function pairedPower(effect: number, seeds: number): number {
  const degrees = seeds - 1
  const critical = tQuantile(1 - significance / 2, degrees)
  const noncentrality = effect * Math.sqrt(seeds)
  return averageOverScale(
    degrees,
    (scale) => normalBelow(noncentrality - critical * scale) + normalBelow(-noncentrality - critical * scale),
  )
}

/** Of the integral below: errors under 1e-8. */
const intervals = 2048

/**
 * E f(s) with s² = χ²(ν) / ν, whose density goes with s^(ν − 1) exp(−ν s² / 2), by Simpson's rule over all that counts
 * of it. T' = (Z + δ) / s has P(T' > t) = E Φ(δ − t s). Dividing by the integral of the density spares its constant.
 */
function averageOverScale(degrees: number, f: (scale: number) => number): number {
  const reach = 12 / Math.sqrt(2 * degrees)
  const [from, to] = [Math.max(0, 1 - reach), 1 + reach]
  const logDensity = (s: number) => (degrees === 1 ? 0 : (degrees - 1) * Math.log(s)) - (degrees * s * s) / 2
  const atOne = logDensity(1)
  let [sum, weights] = [0, 0]
  for (let i = 0; i <= intervals; i++) {
    const scale = from + ((to - from) * i) / intervals
    const simpson = i === 0 || i === intervals ? 1 : i % 2 === 1 ? 4 : 2
    const weight = simpson * Math.exp(logDensity(scale) - atOne)
    sum += weight * f(scale)
    weights += weight
  }
  return sum / weights
}
