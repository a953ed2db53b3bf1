/** Eigenvalues by rank on logarithmic axes: a line each, such as a variant over its seeds or a layer. */
import type { SpectrumLine } from '../logic/hidden/spectra.ts'
import { bandPolygon } from './bands.ts'
import type { EChartsOption } from './echarts.ts'
import { lineType, type ChartTheme } from './palette.ts'
import { valueAxis } from './valueAxis.ts'

export interface DrawnSpectrum {
  id: string
  /** As CSS has it. */
  colour: string
  dash: readonly number[]
  line: SpectrumLine
}

export interface SpectrumChart {
  spectra: readonly DrawnSpectrum[]
  /** Name of the axis of values. */
  unit: string
}

export const spectrumMargins = { left: 58, right: 20, top: 24, bottom: 38 } as const

export function spectrumChartOption({ spectra, unit }: SpectrumChart, theme: ChartTheme): EChartsOption {
  const label = { color: theme.faint, fontSize: 11, fontFamily: theme.font }
  const values = spectra.flatMap(({ line }) => [...line.lower, ...line.upper])
  const ranks = Math.max(2, ...spectra.map(({ line }) => line.mean.length))
  const extent: [number, number] = values.length === 0 ? [0.1, 1] : [Math.min(...values), Math.max(...values)]
  const points = (numbers: readonly number[]) => numbers.map((value, index) => [index + 1, value])
  return {
    animation: false,
    grid: { ...spectrumMargins, outerBoundsMode: 'none' },
    xAxis: {
      ...valueAxis([1, ranks], true, theme),
      name: 'rank of the eigenvalue',
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: { ...label, color: theme.text },
    },
    yAxis: {
      ...valueAxis(extent, true, theme),
      name: unit,
      nameLocation: 'end',
      nameGap: 10,
      nameTextStyle: {
        ...label,
        color: theme.text,
        align: 'left',
        padding: [0, 0, 0, -spectrumMargins.left + 6],
      },
    },
    series: spectra.flatMap(({ id, colour, dash, line }) => [
      ...(line.count > 1
        ? [
            {
              id: `${id} band`,
              type: 'custom' as const,
              renderItem: bandPolygon(
                {
                  steps: line.mean.map((_, index) => index + 1),
                  ...{ mean: line.mean, lower: line.lower, upper: line.upper },
                  count: line.mean.map(() => line.count),
                },
                0,
                colour,
              ),
              data: [[1, line.mean[0] ?? 1]], // one item: the polygon is drawn from the line itself
              clip: true,
              silent: true,
              z: 1,
            },
          ]
        : []),
      {
        id,
        type: 'line' as const,
        data: points(line.mean),
        showSymbol: line.mean.length < 3,
        silent: true,
        clip: true,
        itemStyle: { color: colour },
        lineStyle: { color: colour, width: 1.75, type: lineType({ dash }) },
        z: 3,
      },
    ]),
  }
}
