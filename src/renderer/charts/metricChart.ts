/**
 * The chart of a quantity against step, as an echarts option: a line per variant (mean over seeds), a band from the smallest
 * to the largest seed, the best point of each line (not of smoothed ones), and baselines. Pure: the same input gives the same
 * option. Here are its axes; what it draws is in metricSeries.ts.
 */
import type { EChartsOption } from './echarts.ts'
import type { Axis } from './axis.ts'
import type { AggregatedCurve } from './aggregate.ts'
import { metricSeries } from './metricSeries.ts'
import type { ChartTheme, VariantStyle } from './palette.ts'
import type { Quantity } from './quantity.ts'
import { logarithmicTicks, niceRange, type AxisRange } from './range.ts'
import { valueAxis } from './valueAxis.ts'
import type { AxisSpan } from './zoom.ts'

export type Span = 'all' | 'second half' | 'logarithmic'

export interface MetricLine {
  id: string
  style: VariantStyle
  curve: AggregatedCurve
  /** Where `curve.mean` is smoothed: the means before, drawn faintly behind it. */
  raw: readonly number[] | null
  /** Drawn faintly, one by one; absent: none is. */
  seeds?: readonly SeedLine[]
}

/** One run of a line. */
export interface SeedLine {
  run: string
  seed: number
  /** Of the run alone, as in VariantStyle; null: that of the line. */
  colour: string | null
  curve: AggregatedCurve
}

export interface Baseline {
  name: string
  /** In the unit of the quantity. */
  value: number
}

/** A curve from elsewhere. */
export interface ReferenceLine {
  id: string
  name: string
  points: readonly (readonly [step: number, value: number])[]
}

export interface MetricChart {
  quantity: Quantity
  lines: readonly MetricLine[]
  baselines: readonly Baseline[]
  references: readonly ReferenceLine[]
  axis: Axis
  /** The right end of the axis from the start, so that curves grow into it: the planned steps, and what they take. */
  end: number
  span: Span
  /** The part of the axis that is looked at; absent or null: all that `span` says. */
  zoom?: AxisSpan | null
  /** Lines of other charts beside this one, for whose values its axis has room too: so all have the same axis. */
  beside?: readonly MetricLine[]
  /** Whether equal distances are equal ratios of values; those of 0 and below are left out. */
  logarithmicValues: boolean
}

/** Pixels around the plot; what is laid over it needs them too. */
export const chartMargins = { left: 42, right: 40, top: 26, bottom: 26 } as const

/** First and last place of what is shown of the axis. */
export const stepRange = (chart: Pick<MetricChart, 'lines' | 'axis' | 'end' | 'span' | 'zoom'>) =>
  chart.zoom ?? wholeRange(chart)

/** First and last place of the axis. A logarithmic axis cannot show 0 and starts at the first positive place. */
export function wholeRange(chart: Pick<MetricChart, 'lines' | 'axis' | 'end' | 'span'>): AxisSpan {
  const isStep = chart.axis.kind === 'step'
  const last = isStep ? Math.max(1, chart.end) : chart.end || 1
  if (chart.span === 'all') return [0, last]
  if (chart.span === 'second half') return [isStep ? Math.floor(last / 2) : last / 2, last]
  const first = Math.min(...chart.lines.map((line) => line.curve.steps.find((step) => step > 0) ?? Infinity))
  if (Number.isFinite(first) && first < last) return [first, last]
  return isStep ? [1, Math.max(2, last)] : [last / 100, last]
}

/** Smallest and largest value drawn in a range of steps, of positive ones where `logarithmic`; null when nothing is. */
export function valueExtent(
  lines: readonly MetricLine[],
  [first, last]: AxisSpan,
  logarithmic = false,
): [number, number] | null {
  let low = Infinity
  let high = -Infinity
  for (const { curve } of lines)
    curve.steps.forEach((step, index) => {
      if (step < first || step > last || !(curve.count[index]! > 0)) return
      if (logarithmic && !(curve.mean[index]! > 0)) return
      const lower = curve.lower[index]!
      low = Math.min(low, logarithmic && lower <= 0 ? curve.mean[index]! : lower)
      high = Math.max(high, curve.upper[index]!)
    })
  return Number.isFinite(low) && Number.isFinite(high) ? [low, high] : null
}

/** The range of the axis of values: everything drawn, and the baselines that are shown. */
export function valueRange(chart: MetricChart): AxisRange {
  const lines = [...chart.lines, ...(chart.beside ?? [])]
  const extent = valueExtent(lines, stepRange(chart), chart.logarithmicValues)
  const [first, last] = stepRange(chart)
  const elsewhere = chart.references.flatMap(({ points }) =>
    points.filter(([step]) => step >= first && step <= last).map(([, value]) => value),
  )
  const values = [...(extent ?? []), ...chart.baselines.map((baseline) => baseline.value), ...elsewhere]
  const [least, most] = chart.quantity.limits
  if (values.length === 0) return niceRange(0, Math.min(4, most))
  const range = niceRange(extent ? Math.min(...values) : 0, Math.max(...values), 7)
  return { ...range, minimum: Math.max(least, range.minimum), maximum: Math.min(most, range.maximum) }
}

/** The axis of values where it is logarithmic and something positive is drawn. */
function logarithmicScale(chart: MetricChart, theme: ChartTheme) {
  if (!chart.logarithmicValues) return null
  const lines = [...chart.lines, ...(chart.beside ?? [])]
  const shown = valueExtent(lines, stepRange(chart), true)
  const values = [...(shown ?? []), ...chart.baselines.map(({ value }) => value).filter((value) => value > 0)]
  if (values.length === 0) return null
  const scale = valueAxis([Math.min(...values), Math.max(...values)], true, theme)
  const formatter = (value: number) => chart.quantity.tick(value, value / 10)
  return { ...scale, axisLabel: { ...scale.axisLabel, formatter } }
}

export function metricChartOption(chart: MetricChart, theme: ChartTheme): EChartsOption {
  const [firstStep, lastStep] = stepRange(chart)
  const values = valueRange(chart)
  const label = { color: theme.faint, fontSize: 11, fontFamily: theme.font }
  const logarithmic = chart.span === 'logarithmic'
  const isStep = chart.axis.kind === 'step'
  const scale = logarithmicScale(chart, theme)

  const axis = {
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { ...label, hideOverlap: true },
    nameTextStyle: { ...label, color: theme.text },
  }
  return {
    animation: false,
    grid: { ...chartMargins, outerBoundsMode: 'none' },
    xAxis: {
      ...axis,
      type: logarithmic ? 'log' : 'value',
      name: chart.axis.name,
      nameLocation: 'end',
      nameGap: 10,
      // a longer name than that of steps takes the place of the last label
      nameTextStyle: {
        ...axis.nameTextStyle,
        ...{ verticalAlign: 'top', padding: [9, 0, 0, 0], align: isStep ? 'left' : 'right' },
      },
      min: firstStep,
      max: lastStep,
      axisLine: { show: true, onZero: false, lineStyle: { color: theme.line } },
      axisLabel: {
        ...axis.axisLabel,
        ...(logarithmic ? { customValues: logarithmicTicks(firstStep, lastStep) } : {}),
        formatter: chart.axis.tick,
        ...(isStep ? {} : { showMaxLabel: false }),
      },
      splitLine: { show: false },
    },
    yAxis: {
      ...axis,
      type: 'value' as const,
      name: chart.quantity.unit,
      nameLocation: 'end',
      nameGap: 10,
      nameTextStyle: { ...axis.nameTextStyle, align: 'left', padding: [0, 0, 0, -chartMargins.left + 4] },
      min: values.minimum,
      max: values.maximum,
      interval: values.interval,
      axisLabel: {
        ...axis.axisLabel,
        formatter: (value: number) => chart.quantity.tick(value, values.interval),
      },
      splitLine: { lineStyle: { color: theme.line, opacity: 0.7 } },
      ...scale,
    },
    series: metricSeries(
      chart,
      { span: [firstStep, lastStep], range: values, lowest: scale?.min ?? null },
      theme,
    ),
  }
}
