/**
 * What metricChart.ts draws within its axes, from back to front: bands, single seeds, unsmoothed lines, baselines, references,
 * lines, best points.
 */
import { bandPolygons } from './bands.ts'
import { bestIndex, hasBand } from './aggregate.ts'
import type { EChartsOption } from './echarts.ts'
import type { MetricChart } from './metricChart.ts'
import { lineType, type ChartTheme } from './palette.ts'
import type { AxisRange } from './range.ts'
import { cutLine, type AxisSpan } from './zoom.ts'

interface Axes {
  /** What is shown of the horizontal one. */
  span: AxisSpan
  /** Of values. */
  range: AxisRange
  /** Of a logarithmic axis of values: where it begins. */
  lowest: number | null
}

export function metricSeries(
  chart: MetricChart,
  { span: [firstStep, lastStep], range, lowest }: Axes,
  theme: ChartTheme,
): NonNullable<EChartsOption['series']> {
  const logarithmic = chart.span === 'logarithmic'
  const visible = (step: number) => !logarithmic || step > 0
  const drawable = (value: number) => (lowest !== null && !(value > 0) ? NaN : value)
  const points = (steps: readonly number[], values: readonly number[]) =>
    steps.flatMap((step, index) => (visible(step) ? [[step, drawable(values[index]!)]] : []))
  const common = { type: 'line' as const, showSymbol: false, clip: true, silent: true }

  const bands = chart.lines
    .filter(({ curve }) => hasBand(curve))
    .map(({ id, style, curve }) => ({
      id: `${id} band`,
      type: 'custom' as const,
      renderItem: bandPolygons(
        lowest === null ? curve : { ...curve, lower: curve.lower.map((value) => Math.max(value, lowest)) },
        logarithmic ? Number.MIN_VALUE : -Infinity,
        theme.colour(style.colour),
      ),
      // One item: the polygon is drawn from the curve itself.
      data: [[lastStep, range.minimum]],
      clip: true,
      silent: true,
      z: 1,
    }))
  const seeds = chart.lines.flatMap(({ style, seeds: single = [] }) =>
    single.map(({ run, colour, curve }) => ({
      ...common,
      id: `seed ${run}`,
      data: points(curve.steps, curve.mean),
      lineStyle: { color: theme.colour(colour ?? style.colour), width: 1, opacity: 0.55 },
      z: 2,
    })),
  )
  const raw = chart.lines.flatMap(({ id, style, curve, raw: means }) =>
    means
      ? [
          {
            ...common,
            id: `${id} raw`,
            data: points(curve.steps, means),
            lineStyle: { color: theme.colour(style.colour), width: 1, opacity: 0.3 },
            z: 1,
          },
        ]
      : [],
  )
  const lines = chart.lines.map(({ id, style, curve }) => ({
    ...common,
    id,
    data: points(curve.steps, curve.mean),
    showSymbol: curve.steps.length === 1,
    symbol: 'circle',
    symbolSize: 5,
    itemStyle: { color: theme.colour(style.colour) },
    lineStyle: {
      color: theme.colour(style.colour),
      width: 2,
      type: lineType(style),
      join: 'round' as const,
    },
    z: 3,
  }))
  const best = chart.lines.flatMap(({ id, style, curve, raw: means }) => {
    if (means) return []
    const index = bestIndex(curve, chart.quantity.better)
    const step = curve.steps[index]
    if (step === undefined || curve.steps.length < 2 || step < firstStep || step > lastStep) return []
    return [
      {
        id: `${id} best`,
        type: 'scatter' as const,
        data: [[step, curve.mean[index]!]],
        symbol: 'circle',
        symbolSize: 8,
        itemStyle: { color: theme.surface, borderColor: theme.colour(style.colour), borderWidth: 2 },
        clip: false,
        silent: true,
        z: 4,
      },
    ]
  })

  const label = { color: theme.faint, fontSize: 11, fontFamily: theme.font }
  const legible = { textBorderColor: theme.surface, textBorderWidth: 3 }
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
        ...{ ...label, ...legible, padding: [0, 0, 3, 0] },
        ...{ position: 'insideEndTop' as const, distance: [2, 4] },
      },
      data: chart.baselines.map(({ name, value }) => ({
        yAxis: value,
        label: { formatter: `${name} ${chart.quantity.tick(value, 0.01)}` },
      })),
    },
    z: 2,
  }
  const references = chart.references.map(({ id, name, points: its }) => {
    const data = cutLine(
      its.filter(([step]) => visible(step)),
      [firstStep, lastStep],
    )
    return {
      ...common,
      id: `reference ${id}`,
      data,
      showSymbol: data.length === 1,
      symbol: 'circle',
      symbolSize: 4,
      itemStyle: { color: theme.text },
      lineStyle: { color: theme.text, width: 1.5, type: [2, 4], opacity: 0.85 },
      endLabel: {
        ...{ ...label, ...legible, show: true, formatter: name },
        ...{ align: 'right' as const, offset: [-8, -11] },
      },
      z: 2,
    }
  })
  return [...bands, ...seeds, ...raw, baselines, ...references, ...lines, ...best]
}
