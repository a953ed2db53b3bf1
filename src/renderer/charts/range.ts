/** Axis ranges that end on round numbers. */

export interface AxisRange {
  minimum: number
  maximum: number
  /** Distance between two ticks. */
  interval: number
}

/** The smallest round range around the values with about `ticks` intervals: 1, 2 or 5 times a power of ten. */
export function niceRange(lowest: number, highest: number, ticks = 5): AxisRange {
  if (!(highest > lowest)) {
    const margin = Math.abs(lowest) * 0.05 || 1
    return niceRange(lowest - margin, lowest + margin, ticks)
  }
  const rough = (highest - lowest) / ticks
  const power = 10 ** Math.floor(Math.log10(rough))
  const interval = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10)
  // Rounded to the interval's decimals, so that 0.1 + 0.2 is written 0.3.
  const decimals = Math.max(0, -Math.floor(Math.log10(interval) + 1e-9))
  const round = (value: number) => Number(value.toFixed(decimals))
  return {
    minimum: round(Math.floor(lowest / interval + 1e-9) * interval),
    maximum: round(Math.ceil(highest / interval - 1e-9) * interval),
    interval: round(interval),
  }
}

/** 1, 2 and 5 times the powers of ten between two positive values; the ends themselves where there are fewer than two. */
export function logarithmicTicks(lowest: number, highest: number): number[] {
  const ticks: number[] = []
  for (let power = 10 ** Math.floor(Math.log10(lowest)); power <= highest; power *= 10)
    for (const factor of [1, 2, 5]) {
      const tick = factor * power
      if (tick >= lowest && tick <= highest) ticks.push(tick)
    }
  return ticks.length < 2 ? [lowest, highest] : ticks
}
