/** The parts of echarts that the window uses, registered once. Import echarts from nowhere else. */
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts'
import { GridComponent, MarkLineComponent } from 'echarts/components'
import type { GridComponentOption, MarkLineComponentOption } from 'echarts/components'
import { init, use, type ComposeOption, type EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([LineChart, ScatterChart, CustomChart, GridComponent, MarkLineComponent, CanvasRenderer])

export type EChartsOption = ComposeOption<
  CustomSeriesOption | LineSeriesOption | ScatterSeriesOption | GridComponentOption | MarkLineComponentOption
>
export { init, type EChartsType }
