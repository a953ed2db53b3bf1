/** A curve as a small drawing in a row of a table: its shape, without axes. */
import type { Bucket } from '../../../shared/contract.ts'

export interface Sparkline {
  /** Of an SVG path. */
  readonly path: string
  /** Where the curve has come to; null where nothing is recorded. */
  readonly end: readonly [x: number, y: number] | null
}

/** CSS pixels. */
export const sparklineSize = { width: 84, height: 20 } as const
/** Around the curve, so that its line and its end are not cut off. */
const margin = 2.5

/**
 * From left to right the planned steps, so that a curve grows; from bottom to top its own smallest and largest value. A gap
 * breaks it.
 */
export function sparklineOf(buckets: readonly Pick<Bucket, 'step' | 'last'>[], steps: number): Sparkline {
  const values = buckets.flatMap(({ last }) => last ?? [])
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const [width, height] = [sparklineSize.width - 2 * margin, sparklineSize.height - 2 * margin]
  const round = (pixels: number) => Number(pixels.toFixed(1))
  let path = ''
  let end: Sparkline['end'] = null
  let draws = false
  for (const { step, last } of buckets) {
    if (last !== null) {
      const share = high > low ? (last - low) / (high - low) : 0.5
      const x = round(margin + (width * Math.min(step, steps)) / Math.max(1, steps))
      const y = round(margin + height * (1 - share))
      path += `${draws ? 'L' : 'M'}${x} ${y}`
      end = [x, y]
    }
    draws = last !== null
  }
  return { path, end }
}
