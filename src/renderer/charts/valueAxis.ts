/** An axis of values of any magnitude, linear or logarithmic, that ends on round numbers. */
import { formatTick } from '../logic/hidden/format.ts'
import type { ChartTheme } from './palette.ts'
import { logarithmicTicks, niceRange } from './range.ts'

/** Between two powers of ten this many ticks are written; beyond, the powers themselves. */
const mostTicks = 8

/** The axis over the values between two ends, as an echarts option; linear where they are not positive. */
export function valueAxis(
  [lowest, highest]: readonly [number, number],
  logarithmic: boolean,
  theme: Pick<ChartTheme, 'faint' | 'line' | 'font'>,
) {
  const style = {
    axisTick: { show: false },
    axisLine: { show: false },
    splitLine: { lineStyle: { color: theme.line, opacity: 0.7 } },
  }
  const label = { color: theme.faint, fontSize: 11, fontFamily: theme.font, formatter: formatTick }
  if (!logarithmic || lowest <= 0) {
    const { minimum, maximum, interval } = niceRange(lowest, highest)
    return {
      ...{ ...style, type: 'value' as const, min: minimum, max: maximum, interval },
      axisLabel: { ...label, hideOverlap: true },
    }
  }
  const margin = Math.max(1.02, (highest / lowest) ** 0.04)
  const [minimum, maximum] = [lowest / margin, highest * margin]
  const ticks = ticksBetween(minimum, maximum)
  return {
    ...{ ...style, type: 'log' as const, min: minimum, max: maximum },
    axisTick: { show: false, customValues: ticks }, // where the lines across are
    axisLabel: { ...label, hideOverlap: true, customValues: ticks },
  }
}

function ticksBetween(lowest: number, highest: number): number[] {
  const ticks = logarithmicTicks(lowest, highest)
  const powers = ticks.filter((tick) => Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-9)
  if (ticks.length > mostTicks && powers.length > 1) return powers
  // Within a factor of two there may be no round number of that kind.
  return ticks.length > 2 ? ticks : linearTicks(lowest, highest)
}
function linearTicks(lowest: number, highest: number): number[] {
  const { minimum, maximum, interval } = niceRange(lowest, highest)
  const count = Math.round((maximum - minimum) / interval)
  return Array.from({ length: count + 1 }, (_, index) =>
    Number((minimum + index * interval).toPrecision(12)),
  ).filter((tick) => tick >= lowest && tick <= highest)
}
