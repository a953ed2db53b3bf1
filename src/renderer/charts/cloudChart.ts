/** A cloud of tokens on two axes, in a square around its mean: a colour and a shape per class, or colours by position. */
import type { PointClass } from '../logic/hidden/projection.ts'
import type { EChartsOption } from './echarts.ts'
import { colourCount, type ChartTheme } from './palette.ts'
import { niceRange } from './range.ts'
import { formatTick } from '../logic/hidden/format.ts'

/** Shapes tell classes apart where colours begin again, and for who cannot tell colours apart. */
const shapes = ['circle', 'triangle', 'rect', 'diamond'] as const

/** How the class at a place of the legend is drawn. */
export const classStyle = (place: number) => ({
  colour: `--variant-${(place % colourCount) + 1}`,
  shape: shapes[(place + Math.floor(place / colourCount)) % shapes.length]!,
})

export interface CloudChart {
  coordinates: readonly (readonly [number, number])[]
  /** Null: coloured by `shades`. */
  classes: readonly PointClass[] | null
  /** A colour for every point. */
  shades: readonly string[]
  /** Half the side of the square: the same for all clouds that are compared. */
  reach: number
  /** The point that is pointed at, in every cloud. */
  marked: number | null
}

export const cloudMargins = { left: 40, right: 8, top: 8, bottom: 24 } as const

/** The square that holds a reach, with little room to spare. */
const squareOf = (reach: number) => niceRange(-reach, reach, 8)

export function cloudChartOption(
  { coordinates, classes, shades, reach, marked }: CloudChart,
  theme: ChartTheme,
): EChartsOption {
  const { maximum, interval } = squareOf(reach)
  const axis = {
    type: 'value' as const,
    ...{ min: -maximum, max: maximum, interval },
    axisTick: { show: false },
    axisLine: { show: false },
    axisLabel: {
      ...{ color: theme.faint, fontSize: 11, fontFamily: theme.font },
      hideOverlap: true,
      formatter: formatTick,
    },
    splitLine: { lineStyle: { color: theme.line, opacity: 0.7 } },
  }
  const common = { type: 'scatter' as const, symbolSize: 6, silent: true, clip: false }
  const point = coordinates[marked ?? -1]
  return {
    animation: false,
    grid: { ...cloudMargins, outerBoundsMode: 'none' },
    xAxis: axis,
    yAxis: axis,
    series: [
      ...(classes === null
        ? [
            {
              ...common,
              id: 'tokens',
              symbol: 'circle',
              data: coordinates.map((value, index) => ({
                value: [...value],
                itemStyle: { color: shades[index] ?? theme.text },
              })),
            },
          ]
        : classes.map(({ name, points }, place) => {
            const { colour, shape } = classStyle(place)
            return {
              ...common,
              id: name,
              symbol: shape,
              itemStyle: { color: theme.colour(colour), opacity: 0.85 },
              data: points.map((index) => [...coordinates[index]!]),
            }
          })),
      {
        ...common,
        id: 'marked',
        symbol: 'circle',
        symbolSize: 13,
        itemStyle: { color: 'transparent', borderColor: theme.text, borderWidth: 2 },
        data: point ? [[...point]] : [],
        z: 5,
      },
    ],
  }
}

/** Where in the square a place of the plot is: from −maximum to maximum along both axes. */
export function placeInCloud(reach: number, across: number, up: number): [number, number] {
  const { maximum } = squareOf(reach)
  return [(2 * across - 1) * maximum, (2 * up - 1) * maximum]
}
