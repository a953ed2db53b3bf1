/**
 * Curves of several seeds as one line with a band. A seed counts at every place between its first and its last point,
 * except in its gaps; between two of its points its values are interpolated linearly.
 */
import type { Bucket } from '../../shared/contract.ts'

/** A point of a seed's curve; its values are null together, which is a gap. */
export type SeedPoint = Pick<Bucket, 'step' | 'minimum' | 'maximum' | 'last'>

export interface AggregatedCurve {
  /** Places along the axis, ascending: every one at which any seed has a point. Steps, unless the axis shows another measure. */
  steps: number[]
  /** Mean over the seeds that reach the place; NaN where none does: a gap. */
  mean: number[]
  /** Smallest and largest value over those seeds (and within their buckets). */
  lower: number[]
  upper: number[]
  /** How many seeds reach the place. */
  count: number[]
}

export function aggregateSeeds(curves: readonly (readonly SeedPoint[])[]): AggregatedCurve {
  const used = curves.filter((curve) => curve.length > 0)
  const steps = [...new Set(used.flatMap((curve) => curve.map((point) => point.step)))].sort((a, b) => a - b)
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
      const next = step > here.step ? curve[cursor + 1] : here
      if (step < here.step || !next || here.last === null || next.last === null) return
      const share = next === here ? 0 : (step - here.step) / (next.step - here.step)
      const between = (from: number, to: number) => (share === 0 ? from : from + share * (to - from))
      sum += between(here.last, next.last)
      lower = Math.min(lower, between(here.minimum!, next.minimum!))
      upper = Math.max(upper, between(here.maximum!, next.maximum!))
      count++
    })
    result.mean.push(sum / count)
    result.lower.push(count > 0 ? lower : NaN)
    result.upper.push(count > 0 ? upper : NaN)
    result.count.push(count)
  }
  return result
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

/** Index of the smallest or largest mean, whichever is better; the first of several; -1 for an empty curve, or where neither is. */
export function bestIndex(curve: AggregatedCurve, better: 'lower' | 'higher' | null): number {
  if (better === null) return -1
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
