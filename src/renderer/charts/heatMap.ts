/** A statistic by layer (up) and step (to the right), as an echarts option. Pure: the same input gives the same option. */
import type { Grid } from '../logic/hidden/values.ts'
import { coloursOf, positionOn, type ColourScale } from './colourScale.ts'
import type { EChartsOption } from './echarts.ts'
import type { ChartTheme } from './palette.ts'

export interface HeatMap {
  grid: Grid
  attention: string
  /** The same one for every variant. */
  scale: ColourScale
}

/** Pixels around the cells; what is laid over them needs them too. */
export const heatMapMargins = { left: 26, right: 14, top: 4, bottom: 22 } as const

export function heatMapOption({ grid, attention, scale }: HeatMap, theme: ChartTheme): EChartsOption {
  const label = { color: theme.faint, fontSize: 11, fontFamily: theme.font, hideOverlap: true }
  const axis = {
    type: 'category' as const,
    axisTick: { show: false },
    axisLine: { show: false },
    splitLine: { show: false },
  }
  const cells = grid.layers.flatMap((layer, row) =>
    grid.steps.flatMap((step, column) => {
      const mean = grid.find(attention, layer, step)?.mean ?? null
      return mean === null ? [] : [[column, row, positionOn(scale, mean)]]
    }),
  )
  return {
    animation: false,
    grid: {
      ...heatMapMargins,
      outerBoundsMode: 'none',
      show: true,
      borderWidth: 0,
      backgroundColor: theme.colour('--hover'),
    },
    xAxis: {
      ...axis,
      data: grid.steps.map((step) => step.toLocaleString('en-US')),
      axisLabel: { ...label, margin: 6 },
    },
    yAxis: {
      ...axis,
      data: grid.layers.map((layer) => (layer === null ? '' : String(layer))),
      axisLabel: { ...label, margin: 6 },
    },
    visualMap: {
      type: 'continuous',
      show: false,
      dimension: 2,
      min: 0,
      max: 1,
      inRange: { color: coloursOf(scale.kind, theme) },
    },
    series: [
      {
        type: 'heatmap',
        data: cells,
        silent: true,
        progressive: 0,
        itemStyle: { borderWidth: 0 },
        emphasis: { disabled: true },
      },
    ],
  }
}
