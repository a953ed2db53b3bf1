/**
 * Curves of several seeds as one line with a band. A seed counts at every step between its first and its last point;
 * between two of its points its values are interpolated linearly.
 */
import type { Bucket } from '../../shared/contract.ts'

export interface AggregatedCurve {
  /** Ascending; every step at which any seed has a point. */
  steps: number[]
  /** Mean over the seeds that reach the step. */
  mean: number[]
  /** Smallest and largest value over those seeds (and within their buckets). */
  lower: number[]
  upper: number[]
  /** How many seeds reach the step. */
  count: number[]
}

export function aggregateSeeds(curves: readonly (readonly Bucket[])[]): AggregatedCurve {
  const used = curves.filter((curve) => curve.length > 0)
  const steps = [...new Set(used.flatMap((curve) => curve.map((bucket) => bucket.step)))].sort(
    (a, b) => a - b,
  )
  const result: AggregatedCurve = { steps, mean: [], lower: [], upper: [], count: [] }
  const cursors = used.map(() => 0)
  for (const step of steps) {
    let sum = 0
    let lower = Infinity
    let upper = -Infinity
    let count = 0
    used.forEach((curve, index) => {
      let cursor = cursors[index]!
      while (cursor + 1 < curve.length && curve[cursor + 1]!.step <= step) cursor++
      cursors[index] = cursor
      const here = curve[cursor]!
      const next = curve[cursor + 1]
      if (step < here.step || (step > here.step && !next)) return
      const share = next && step > here.step ? (step - here.step) / (next.step - here.step) : 0
      const between = (pick: (bucket: Bucket) => number) =>
        share === 0 ? pick(here) : pick(here) + share * (pick(next!) - pick(here))
      sum += between((bucket) => bucket.last)
      lower = Math.min(
        lower,
        between((bucket) => bucket.minimum),
      )
      upper = Math.max(
        upper,
        between((bucket) => bucket.maximum),
      )
      count++
    })
    result.mean.push(sum / count)
    result.lower.push(lower)
    result.upper.push(upper)
    result.count.push(count)
  }
  return result
}

/**
 * Mean of the values whose step is within half a window of each step; a window of 0 changes nothing. At the first
 * steps, where losses fall steeply, the window is narrower, so that the line begins where the values begin.
 */
export function movingAverage(steps: readonly number[], values: readonly number[], window: number): number[] {
  let first = 0
  let next = 0
  let sum = 0
  return steps.map((step) => {
    const half = Math.min(window / 2, step - steps[0]!)
    while (next < steps.length && steps[next]! <= step + half) sum += values[next++]!
    while (steps[first]! < step - half) sum -= values[first++]!
    return sum / (next - first)
  })
}

/** Index of the point at, or nearest to, a step; -1 for an empty curve. */
export function nearestIndex(steps: readonly number[], step: number): number {
  let low = 0
  let high = steps.length - 1
  if (high < 0) return -1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (steps[middle]! <= step) low = middle
    else high = middle
  }
  return Math.abs(steps[low]! - step) <= Math.abs(steps[high]! - step) ? low : high
}

/** Index of the smallest or largest mean, whichever is better; the first of several; -1 for an empty curve. */
export function bestIndex(curve: AggregatedCurve, better: 'lower' | 'higher'): number {
  const sign = better === 'lower' ? 1 : -1
  let best = -1
  curve.mean.forEach((value, index) => {
    if (Number.isFinite(value) && (best < 0 || sign * value < sign * curve.mean[best]!)) best = index
  })
  return best
}

/** Whether anything of the band would show. */
export function hasBand(curve: AggregatedCurve): boolean {
  return curve.upper.some((value, index) => value > curve.lower[index]!)
}
