/** A matrix as coloured cells, rows downward: of similarities, of attention weights, of classes taken for each other. */
import type { HeatmapSeriesOption } from 'echarts/charts'
import { colourAt, colourTable, readableOn } from './colourScale.ts'
import type { EChartsOption } from './echarts.ts'
import type { ChartTheme } from './palette.ts'
import { widthOf } from './pictureMarks.ts'

export interface MatrixChart {
  /** Names of the rows and of the columns. */
  rows: readonly string[]
  columns: readonly string[]
  /** What rows and columns are: names of the axes. */
  axes?: { rows: string; columns: string }
  /** Place on the colours, 0 to 1; null: nothing is there. */
  position: (row: number, column: number) => number | null
  /** At equal distances, from position 0 to 1. */
  colours: readonly string[]
  /** What is written into a cell; a line break begins a second line. */
  words?: (row: number, column: number) => string
  /** Of a cell, in pixels. */
  cell: { width: number; height: number }
}

/** Longer names end in an ellipsis. */
const mostNameWidth = 190
/** Of more names only some are written, at round distances. */
const mostNames = 24
const distanceOf = (count: number) => [2, 5, 10, 20, 50, 100].find((one) => count / one <= 13) ?? 200

/** Pixels around the cells. */
function marginsOf({ rows, columns, axes, cell }: MatrixChart) {
  const named = axes ? 22 : 0
  return {
    left: longest(rows) + 12 + named,
    right: 6,
    top: 4,
    bottom: (isSlanted(columns, cell.width) ? longest(columns) * 0.75 + 14 : 18) + named,
  }
}
const longest = (names: readonly string[]) =>
  Math.min(mostNameWidth, Math.ceil(Math.max(0, ...names.map((name) => widthOf(name, 12)))))
/** Names that are wider than their columns; where there are few columns they end in an ellipsis instead. */
const isSlanted = (columns: readonly string[], width: number) =>
  columns.length > 8 && columns.length <= mostNames && longest(columns) > width

/** How large the chart is, with the names at its axes. */
export function matrixSize(chart: MatrixChart): { width: number; height: number } {
  const { left, right, top, bottom } = marginsOf(chart)
  const { rows, columns, cell } = chart
  return {
    width: Math.ceil(left + right + columns.length * cell.width),
    height: Math.ceil(top + bottom + rows.length * cell.height),
  }
}

export function matrixOption(chart: MatrixChart, theme: ChartTheme): EChartsOption {
  const { rows, columns, axes, position, colours, words, cell } = chart
  const margins = marginsOf(chart)
  const table = colourTable(colours)
  const label = { color: theme.text, fontSize: 12, fontFamily: theme.font }
  const axis = (name: string | undefined, gap: number) => ({
    type: 'category' as const,
    axisTick: { show: false },
    axisLine: { show: false },
    splitLine: { show: false },
    name: name ?? '',
    nameLocation: 'middle' as const,
    nameGap: gap,
    nameTextStyle: { ...label, color: theme.faint },
  })
  const named = axes ? 22 : 0
  const labelled = (names: readonly string[]) => ({
    ...{ ...label, margin: 6, overflow: 'truncate' as const },
    color: names.length > mostNames ? theme.faint : theme.text,
    interval: (place: number) => names.length <= mostNames || place % distanceOf(names.length) === 0,
  })
  return {
    animation: false,
    grid: { ...margins, outerBoundsMode: 'none' },
    xAxis: {
      ...axis(axes?.columns, margins.bottom - named + 2),
      data: [...columns],
      axisLabel: {
        ...labelled(columns),
        ...(isSlanted(columns, cell.width) ? { rotate: 45, width: mostNameWidth } : {}),
        ...(columns.length <= 8 ? { width: cell.width - 6 } : {}),
      },
    },
    yAxis: {
      ...axis(axes?.rows, margins.left - named + 4),
      inverse: true,
      data: [...rows],
      axisLabel: { ...labelled(rows), width: mostNameWidth },
    },
    visualMap: {
      ...{ type: 'continuous', show: false, dimension: 2, min: 0, max: 1 },
      inRange: { color: [...colours] },
    },
    series: [
      {
        type: 'heatmap',
        silent: true,
        progressive: 0,
        emphasis: { disabled: true },
        itemStyle: words ? { borderColor: theme.surface, borderWidth: 2 } : { borderWidth: 0 },
        label: { show: words !== undefined, fontSize: 12, lineHeight: 16, fontFamily: theme.font },
        data: rows.flatMap((_, row) =>
          columns.flatMap((_, column): HeatmapSeriesOption['data'] & object => {
            const place = position(row, column)
            if (place === null) return []
            const value = [column, row, place]
            if (!words) return [value]
            return [
              {
                value,
                label: {
                  formatter: words(row, column),
                  color: readableOn(colourAt(table, place)),
                },
              },
            ]
          }),
        ),
      },
    ],
  }
}
