/**
 * The chart of a quantity against step, as an echarts option: a line per variant (mean over seeds), a band from the smallest
 * to the largest seed, the best point of each line (not of smoothed ones), and baselines. Pure: the same input gives the same option.
 */
import type { CustomSeriesRenderItem, CustomSeriesRenderItemReturn } from 'echarts'
import type { EChartsOption } from './echarts.ts'
import type { Axis } from './axis.ts'
import { hasBand, bestIndex, type AggregatedCurve } from './aggregate.ts'
import type { ChartTheme, VariantStyle } from './palette.ts'
import type { Quantity } from './quantity.ts'
import { logarithmicTicks, niceRange, type AxisRange } from './range.ts'
import { valueAxis } from './valueAxis.ts'

export type Span = 'all' | 'second half' | 'logarithmic'

export interface MetricLine {
  id: string
  style: VariantStyle
  curve: AggregatedCurve
  /** Where `curve.mean` is smoothed: the means before, drawn faintly behind it. */
  raw: readonly number[] | null
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
  /** Whether equal distances are equal ratios of values; those of 0 and below are left out. */
  logarithmicValues: boolean
}

/** Pixels around the plot; what is laid over it needs them too. */
export const chartMargins = { left: 42, right: 40, top: 26, bottom: 26 } as const

/** First and last place of the axis. A logarithmic axis cannot show 0 and starts at the first positive place. */
export function stepRange(chart: Pick<MetricChart, 'lines' | 'axis' | 'end' | 'span'>): [number, number] {
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
  [first, last]: [number, number],
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
  const extent = valueExtent(chart.lines, stepRange(chart), chart.logarithmicValues)
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
  const shown = valueExtent(chart.lines, stepRange(chart), true)
  const values = [...(shown ?? []), ...chart.baselines.map(({ value }) => value).filter((value) => value > 0)]
  if (values.length === 0) return null
  const scale = valueAxis([Math.min(...values), Math.max(...values)], true, theme)
  const formatter = (value: number) => chart.quantity.tick(value, value / 10)
  return { ...scale, axisLabel: { ...scale.axisLabel, formatter } }
}

/** A band, in pieces between its gaps. */
export function bandPolygons(
  curve: AggregatedCurve,
  firstStep: number,
  fill: string,
): CustomSeriesRenderItem {
  const pieces: AggregatedCurve[] = []
  let start = 0
  for (let end = 0; end <= curve.steps.length; end++) {
    if (end < curve.steps.length && curve.count[end]! > 0) continue
    const piece = <Value>(values: readonly Value[]) => values.slice(start, end)
    if (end > start)
      pieces.push({
        ...{ steps: piece(curve.steps), mean: piece(curve.mean), count: piece(curve.count) },
        ...{ lower: piece(curve.lower), upper: piece(curve.upper) },
      })
    start = end + 1
  }
  const draw = pieces.map((piece) => bandPolygon(piece, firstStep, fill))
  return (parameters, api) => ({
    type: 'group',
    children: draw.map((item) => item(parameters, api)) as CustomSeriesRenderItemReturn[] as never[],
  })
}

/** A polygon along the upper edge and back along the lower one, in pixels. */
export function bandPolygon(curve: AggregatedCurve, firstStep: number, fill: string): CustomSeriesRenderItem {
  return (_, api) => {
    const edge = (values: readonly number[]) =>
      curve.steps.flatMap((step, index) => (step < firstStep ? [] : [api.coord([step, values[index]!])]))
    return {
      type: 'polygon',
      shape: { points: [...edge(curve.upper), ...edge(curve.lower).reverse()] },
      style: { fill, opacity: 0.16 },
      silent: true,
    }
  }
}

export function metricChartOption(chart: MetricChart, theme: ChartTheme): EChartsOption {
  const [firstStep, lastStep] = stepRange(chart)
  const values = valueRange(chart)
  const label = { color: theme.faint, fontSize: 11, fontFamily: theme.font }
  const logarithmic = chart.span === 'logarithmic'
  const visible = (step: number) => !logarithmic || step > 0
  const isStep = chart.axis.kind === 'step'
  const scale = logarithmicScale(chart, theme)
  const drawable = (value: number) => (scale && !(value > 0) ? NaN : value)

  const bands = chart.lines
    .filter(({ curve }) => hasBand(curve))
    .map(({ id, style, curve }) => ({
      id: `${id} band`,
      type: 'custom' as const,
      renderItem: bandPolygons(
        scale ? { ...curve, lower: curve.lower.map((value) => Math.max(value, scale.min)) } : curve,
        firstStep,
        theme.colour(style.colour),
      ),
      // One item: the polygon is drawn from the curve itself.
      data: [[lastStep, values.minimum]],
      clip: true,
      silent: true,
      z: 1,
    }))
  const raw = chart.lines.flatMap(({ id, style, curve, raw: means }) =>
    means
      ? [
          {
            id: `${id} raw`,
            type: 'line' as const,
            data: curve.steps.flatMap((step, index) =>
              visible(step) ? [[step, drawable(means[index]!)]] : [],
            ),
            showSymbol: false,
            clip: true,
            silent: true,
            lineStyle: { color: theme.colour(style.colour), width: 1, opacity: 0.3 },
            z: 1,
          },
        ]
      : [],
  )
  const lines = chart.lines.map(({ id, style, curve }) => ({
    id,
    type: 'line' as const,
    data: curve.steps.flatMap((step, index) => (visible(step) ? [[step, drawable(curve.mean[index]!)]] : [])),
    showSymbol: curve.steps.length === 1,
    symbol: 'circle',
    symbolSize: 5,
    clip: true,
    silent: true,
    itemStyle: { color: theme.colour(style.colour) },
    lineStyle: {
      color: theme.colour(style.colour),
      width: 2,
      type: style.dash.length > 0 ? [...style.dash] : ('solid' as const),
      join: 'round' as const,
    },
    z: 3,
  }))
  const best = chart.lines.flatMap(({ id, style, curve, raw: means }) => {
    if (means) return []
    const index = bestIndex(curve, chart.quantity.better)
    if (index < 0 || curve.steps.length < 2 || !visible(curve.steps[index]!)) return []
    return [
      {
        id: `${id} best`,
        type: 'scatter' as const,
        data: [[curve.steps[index]!, curve.mean[index]!]],
        symbol: 'circle',
        symbolSize: 8,
        itemStyle: { color: theme.surface, borderColor: theme.colour(style.colour), borderWidth: 2 },
        clip: false,
        silent: true,
        z: 4,
      },
    ]
  })
  const baselines = {
    id: 'baselines',
    type: 'line' as const,
    data: [],
    silent: true,
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      lineStyle: { color: theme.faint, width: 1, type: [1, 3], opacity: 0.9 },
      label: {
        ...label,
        position: 'insideEndTop' as const,
        distance: [2, 4],
        textBorderColor: theme.surface,
        textBorderWidth: 3,
        padding: [0, 0, 3, 0],
      },
      data: chart.baselines.map(({ name, value }) => ({
        yAxis: value,
        label: { formatter: `${name} ${chart.quantity.tick(value, 0.01)}` },
      })),
    },
    z: 2,
  }

  const references = chart.references.map(({ id, name, points }) => ({
    id: `reference ${id}`,
    type: 'line' as const,
    data: points.filter(([step]) => visible(step)).map(([step, value]) => [step, value]),
    showSymbol: points.length === 1,
    symbol: 'circle',
    symbolSize: 4,
    clip: true,
    silent: true,
    itemStyle: { color: theme.text },
    lineStyle: { color: theme.text, width: 1.5, type: [2, 4], opacity: 0.85 },
    endLabel: {
      ...{ ...label, show: true, formatter: name, align: 'right' as const, offset: [-8, -11] },
      ...{ textBorderColor: theme.surface, textBorderWidth: 3 },
    },
    z: 2,
  }))

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
    series: [...bands, ...raw, baselines, ...references, ...lines, ...best],
  }
}
