/** Two statistics against each other over training: a path per variant, from its first step (ring) to its last (dot). */
import type { PathPoint } from '../logic/hidden/values.ts'
import type { EChartsOption } from './echarts.ts'
import { lineType, type ChartTheme, type VariantStyle } from './palette.ts'
import { valueAxis } from './valueAxis.ts'

export interface Path {
  id: string
  style: VariantStyle
  points: readonly PathPoint[]
}

export interface PathChart {
  paths: readonly Path[]
  /** Names of the axes. */
  across: string
  up: string
  /** The step that is marked on every path that has come so far. */
  step: number | null
  /** Which axes are; only where all their values are positive. */
  logarithmic: { across: boolean; up: boolean }
}

export const pathMargins = { left: 52, right: 20, top: 24, bottom: 40 } as const

/** The latest point at or before a step; undefined where the path begins later. */
export const pointAt = (points: readonly PathPoint[], step: number | null): PathPoint | undefined =>
  step === null ? undefined : points.findLast((point) => point.step <= step)

export function pathChartOption(
  { paths, across, up, step, logarithmic }: PathChart,
  theme: ChartTheme,
): EChartsOption {
  const label = { color: theme.faint, fontSize: 11, fontFamily: theme.font }
  const axisOf = (values: readonly number[], isLogarithmic: boolean) => ({
    ...valueAxis(
      values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)],
      isLogarithmic,
      theme,
    ),
    nameTextStyle: { ...label, color: theme.text },
  })
  const points = paths.flatMap((path) => path.points)
  const coordinates = ({ across: x, up: y }: PathPoint) => [x, y]
  const mark = (id: string, colour: string, point: PathPoint | undefined, hollow: boolean, size: number) =>
    point
      ? [
          {
            id,
            type: 'scatter' as const,
            data: [coordinates(point)],
            symbol: 'circle',
            symbolSize: size,
            itemStyle: hollow
              ? { color: theme.surface, borderColor: colour, borderWidth: 2 }
              : { color: colour, borderColor: theme.surface, borderWidth: 1.5 },
            silent: true,
            clip: false,
            z: 4,
          },
        ]
      : []
  return {
    animation: false,
    grid: { ...pathMargins, outerBoundsMode: 'none' },
    xAxis: {
      ...axisOf(
        points.map((point) => point.across),
        logarithmic.across,
      ),
      name: across,
      nameLocation: 'middle',
      nameGap: 24,
    },
    yAxis: {
      ...axisOf(
        points.map((point) => point.up),
        logarithmic.up,
      ),
      name: up,
      nameLocation: 'end',
      nameGap: 10,
      nameTextStyle: {
        ...label,
        color: theme.text,
        align: 'left',
        padding: [0, 0, 0, -pathMargins.left + 6],
      },
    },
    series: paths.flatMap(({ id, style, points: own }) => {
      const colour = theme.colour(style.colour)
      return [
        {
          id,
          type: 'line' as const,
          data: own.map(coordinates),
          showSymbol: true,
          symbol: 'circle',
          symbolSize: 3.5,
          silent: true,
          clip: false,
          itemStyle: { color: colour },
          lineStyle: {
            color: colour,
            width: 1.75,
            type: lineType(style),
            join: 'round' as const,
          },
          z: 2,
        },
        ...mark(`${id} start`, colour, own[0], true, 8),
        ...mark(`${id} step`, colour, pointAt(own, step), false, 11),
      ]
    }),
  }
}
