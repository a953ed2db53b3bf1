/** A small chart of one measure by step: a line per variant, a line across where nothing changes, and the step looked at. */
import { formatTick } from '../logic/hidden/format.ts'
import type { EChartsOption } from './echarts.ts'
import { lineType, type ChartTheme, type VariantStyle } from './palette.ts'
import { valueAxis } from './valueAxis.ts'

export interface StepChart {
  lines: readonly {
    id: string
    style: VariantStyle
    points: readonly (readonly [step: number, value: number])[]
    /** What the line is held against: drawn thin and dotted, in its colour. */
    baseline?: readonly (readonly [step: number, value: number])[]
  }[]
  /** Last step of the axis. */
  steps: number
  extent: readonly [number, number]
  neutral: number | null
  logarithmic: boolean
  /** The step that is looked at. */
  step: number
}

export const stepChartMargins = { left: 46, right: 12, top: 8, bottom: 22 } as const

/** The chart is low: of many powers of ten, a few are written. */
const mostTicks = 5
function thinned(axis: ReturnType<typeof valueAxis>) {
  if (axis.type !== 'log') return axis
  const ticks = axis.axisLabel.customValues
  const stride = Math.ceil(ticks.length / mostTicks)
  const customValues = ticks.filter((_, place) => place % stride === 0)
  return {
    ...axis,
    axisTick: { ...axis.axisTick, customValues },
    axisLabel: { ...axis.axisLabel, customValues },
  }
}

export function stepChartOption(chart: StepChart, theme: ChartTheme): EChartsOption {
  const { lines, steps, extent, neutral, logarithmic, step } = chart
  const [low, high] = neutral === null ? extent : [Math.min(neutral, extent[0]), Math.max(neutral, extent[1])]
  const values = thinned(valueAxis([low, high], logarithmic, theme))
  const label = { color: theme.faint, fontSize: 11, fontFamily: theme.font }
  return {
    animation: false,
    grid: { ...stepChartMargins, outerBoundsMode: 'none' },
    xAxis: {
      type: 'value',
      ...{ min: 0, max: steps, minInterval: 1 },
      axisTick: { show: false },
      axisLine: { show: true, onZero: false, lineStyle: { color: theme.line } },
      axisLabel: { ...label, hideOverlap: true, formatter: formatTick },
      splitLine: { show: false },
    },
    yAxis: values,
    series: [
      ...lines.map(({ id, style, points }) => ({
        id,
        type: 'line' as const,
        data: points.map((point) => [...point]),
        symbol: 'circle',
        symbolSize: 4,
        showSymbol: points.length <= 17,
        silent: true,
        clip: true,
        itemStyle: { color: theme.colour(style.colour) },
        lineStyle: {
          color: theme.colour(style.colour),
          width: 1.75,
          type: lineType(style),
        },
        z: 3,
      })),
      ...lines
        .filter(({ baseline }) => baseline && baseline.length > 0)
        .map(({ id, style, baseline }) => ({
          id: `${id}, baseline`,
          type: 'line' as const,
          data: baseline!.map((point) => [...point]),
          symbol: 'none',
          silent: true,
          clip: true,
          lineStyle: { color: theme.colour(style.colour), width: 1.25, type: 'dotted' as const },
          z: 2,
        })),
      {
        id: 'marks',
        type: 'line',
        data: [],
        silent: true,
        markLine: {
          silent: true,
          symbol: 'none',
          animation: false,
          label: { show: false },
          data: [
            { xAxis: step, lineStyle: { color: theme.faint, width: 1, type: 'solid' } },
            ...(neutral === null
              ? []
              : [{ yAxis: neutral, lineStyle: { color: theme.faint, width: 1, type: [1, 3] } }]),
          ],
        },
      },
    ],
  }
}
