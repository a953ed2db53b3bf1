/** A statistic by layer at one step: a line per variant, a band over its seeds. The range of values stays while steps pass. */
import { formatValue } from '../logic/hidden/format.ts'
import { hasBand, type AggregatedCurve } from './aggregate.ts'
import type { EChartsOption } from './echarts.ts'
import { bandPolygon } from './bands.ts'
import { lineType, type ChartTheme, type VariantStyle } from './palette.ts'
import { valueAxis } from './valueAxis.ts'

export interface ProfileLine {
  id: string
  style: VariantStyle
  /** `steps` are places in `layers`. */
  curve: AggregatedCurve
}

export interface DepthProfile {
  lines: readonly ProfileLine[]
  layers: readonly (number | null)[]
  /** Smallest and largest value of any step. */
  extent: readonly [number, number]
  /** Name of the axis of values. */
  unit: string
  /** Where a line is drawn across: what neither says one thing nor the other. */
  neutral: number | null
  /** Only where all values are positive. */
  logarithmic: boolean
}

export const profileMargins = { left: 52, right: 36, top: 24, bottom: 24 } as const

export function depthProfileOption(profile: DepthProfile, theme: ChartTheme): EChartsOption {
  const { lines, layers, extent, unit, neutral, logarithmic } = profile
  const values = valueAxis(extent, logarithmic, theme)
  const label = { color: theme.faint, fontSize: 11, fontFamily: theme.font }
  const axis = {
    axisTick: { show: false },
    axisLabel: { ...label, hideOverlap: true },
    nameTextStyle: { ...label, color: theme.text },
    nameLocation: 'end' as const,
    nameGap: 8,
  }
  /** A band that reaches below the axis ends there. */
  const shown = ({ lower, ...curve }: AggregatedCurve): AggregatedCurve => ({
    ...curve,
    lower: logarithmic ? lower.map((value) => Math.max(value, values.min)) : lower,
  })
  const bands = lines
    .filter(({ curve }) => hasBand(curve))
    .map(({ id, style, curve }) => ({
      id: `${id} band`,
      type: 'custom' as const,
      renderItem: bandPolygon(shown(curve), 0, theme.colour(style.colour)),
      data: [[curve.steps[0]!, curve.mean[0]!]], // one item: the polygon is drawn from the curve itself
      clip: true,
      silent: true,
      z: 1,
    }))
  const drawn = lines.map(({ id, style, curve }) => ({
    id,
    type: 'line' as const,
    data: curve.steps.map((place, index) => [place, curve.mean[index]!]),
    symbol: 'circle',
    symbolSize: 6,
    silent: true,
    clip: true,
    itemStyle: { color: theme.colour(style.colour) },
    lineStyle: {
      color: theme.colour(style.colour),
      width: 2,
      type: lineType(style),
    },
    z: 3,
  }))
  const showsNeutral = neutral !== null && neutral >= values.min && neutral <= values.max
  return {
    animation: false,
    grid: { ...profileMargins, outerBoundsMode: 'none' },
    xAxis: {
      ...axis,
      type: 'value',
      name: 'layer',
      nameTextStyle: { ...axis.nameTextStyle, verticalAlign: 'top', padding: [8, 0, 0, 0] },
      min: -0.25,
      max: layers.length - 0.75,
      axisLine: { show: true, onZero: false, lineStyle: { color: theme.line } },
      splitLine: { show: false },
      axisLabel: {
        ...axis.axisLabel,
        customValues: layers.map((_, place) => place),
        formatter: (place: number) => String(layers[place] ?? 'model'),
      },
    },
    yAxis: {
      ...values,
      axisLine: { show: false, onZero: false }, // its name stands at the left end, not above layer 0
      name: unit,
      nameLocation: 'end',
      nameGap: 8,
      nameTextStyle: { ...axis.nameTextStyle, align: 'left', padding: [0, 0, 0, -profileMargins.left + 6] },
    },
    series: [
      ...bands,
      ...drawn,
      {
        id: 'neutral',
        type: 'line',
        data: [],
        silent: true,
        markLine: {
          silent: true,
          symbol: 'none',
          animation: false,
          lineStyle: { color: theme.faint, width: 1, type: [1, 3] },
          label: { ...label, position: 'end', formatter: formatValue(neutral) },
          data: showsNeutral ? [{ yAxis: neutral }] : [],
        },
      },
    ],
  }
}
