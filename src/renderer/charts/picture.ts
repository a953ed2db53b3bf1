/** Charts as files: PNG and SVG, with a title and a legend of their own, since those of the window are not part of a chart. */
import { LegendComponent, TitleComponent } from 'echarts/components'
import { use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { init, type EChartsOption } from './echarts.ts'
import type { ChartTheme } from './palette.ts'

use([LegendComponent, TitleComponent, SVGRenderer])

export interface Picture {
  readonly option: EChartsOption
  readonly title: string
  /** What the legend calls the series of these ids. */
  readonly names: ReadonlyMap<string, string>
  readonly theme: ChartTheme
}

/** In CSS pixels; a PNG has twice as many. */
const [width, height] = [1200, 640]
/** Between the top and the chart. */
const heading = 70

type Series = { id?: string | number; name?: string | number }

/** The chart with a heading above it. Exported for its test. */
export function pictureOption({ option, title, names, theme }: Picture): Record<string, unknown> {
  const series = [option.series ?? []].flat() as Series[]
  const text = { color: theme.text, fontFamily: theme.font }
  const grid = option.grid as { top: number } & Record<string, unknown>
  return {
    ...option,
    backgroundColor: theme.surface,
    title: { text: title, left: 16, top: 10, textStyle: { ...text, fontSize: 18, fontWeight: 600 } },
    legend: {
      left: 12,
      top: 38,
      itemWidth: 30,
      itemStyle: { opacity: 0 }, // the line alone
      textStyle: { ...text, fontSize: 13 },
      data: series.flatMap(({ id }) => names.get(String(id)) ?? []),
    },
    grid: { ...grid, top: grid.top + heading },
    series: series.map((one) => {
      const name = names.get(String(one.id))
      return name === undefined ? one : { ...one, name }
    }),
  }
}

export function svgOf(picture: Picture): Blob {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption(pictureOption(picture))
    return new Blob([chart.renderToSVGString()], { type: 'image/svg+xml' })
  } finally {
    chart.dispose()
  }
}

export async function pngOf(picture: Picture): Promise<Blob> {
  const chart = init(document.createElement('div'), null, { renderer: 'canvas', width, height })
  try {
    chart.setOption(pictureOption(picture))
    const canvas = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: picture.theme.surface })
    return await new Promise((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error('The picture is empty.'))),
        'image/png',
      ),
    )
  } finally {
    chart.dispose()
  }
}
