/**
 * A series as a chart draws it: in no more buckets than there are pixels, each with the smallest, the largest and the
 * last of its values, so that no spike is lost. What is smoothed is smoothed before: every point counts.
 */
import type { Bucket } from '../../shared/contract.ts'
import { debiasedMean } from './smoothing.ts'

/** How many points a series has (Infinity: more than there are buckets), and the steps of the first and the last one. */
export interface Extent {
  readonly points: number
  readonly first: number
  readonly last: number
}

export interface BucketChoice {
  /** The most buckets, 2 or more. */
  readonly buckets: number
  /** Weight of what came before in the smoothed values, see smoothing.ts; 0: none. */
  readonly smoothing: number
}

/**
 * With no more points than buckets every point is a bucket of its own. Otherwise the first point is the first bucket,
 * and the steps after it are cut into equal ranges; ranges without points give no bucket. Where none of the values is
 * finite the bucket is a gap: its values are null. Otherwise those that are not finite are passed over.
 * @param series steps ascending
 */
export function bucketsOf(
  series: Iterable<readonly [step: number, value: number]>,
  extent: Extent,
  { buckets, smoothing }: BucketChoice,
): Bucket[] {
  const fits = extent.points <= buckets
  /** Which bucket a step falls into. */
  const place = (step: number): number =>
    fits || step === extent.first
      ? step - extent.first
      : 1 + Math.floor(((step - extent.first - 1) * (buckets - 1)) / (extent.last - extent.first))
  const smooth = debiasedMean(smoothing)
  const result: Bucket[] = []
  let current: Bucket | undefined
  let at = NaN
  for (const [step, value] of series) {
    const here = place(step)
    if (!current || here !== at) {
      current = { step, minimum: null, maximum: null, last: null }
      if (smoothing > 0) current.smoothed = { minimum: null, maximum: null, last: null }
      result.push(current)
      at = here
    }
    if (!Number.isFinite(value)) {
      if (current.last === null) current.step = step
      continue
    }
    current.step = step
    extend(current, value)
    if (current.smoothed) extend(current.smoothed, smooth(value))
  }
  return result
}

function extend(range: Pick<Bucket, 'minimum' | 'maximum' | 'last'>, value: number): void {
  if (range.minimum === null || value < range.minimum) range.minimum = value
  if (range.maximum === null || value > range.maximum) range.maximum = value
  range.last = value
}
