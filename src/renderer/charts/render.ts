/** Pictures as files: SVG and PNG. Loaded when one is wanted. */
import { GraphicComponent } from 'echarts/components'
import { use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { init } from './echarts.ts'
import type { ChartTheme } from './palette.ts'
import { composePicture, type Picture } from './picture.ts'

use([GraphicComponent, SVGRenderer])

export function svgOf(picture: Picture, theme: ChartTheme): Blob {
  const { option, width, height } = composePicture(picture, theme)
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption(option)
    return new Blob([chart.renderToSVGString()], { type: 'image/svg+xml' })
  } finally {
    chart.dispose()
  }
}

/** With two pixels per CSS pixel each way. */
export async function pngOf(picture: Picture, theme: ChartTheme): Promise<Blob> {
  const { option, width, height } = composePicture(picture, theme)
  const chart = init(document.createElement('div'), null, { renderer: 'canvas', width, height })
  try {
    chart.setOption(option)
    const canvas = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: theme.surface })
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
