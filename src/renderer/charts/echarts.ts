/**
 * The parts of echarts that the window uses, registered once. Import echarts from nowhere else; what only files of charts
 * need is added in picture.ts.
 */
import { CustomChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts'
import type {
  CustomSeriesOption,
  HeatmapSeriesOption,
  LineSeriesOption,
  ScatterSeriesOption,
} from 'echarts/charts'
import { GridComponent, MarkLineComponent, VisualMapContinuousComponent } from 'echarts/components'
import type {
  GridComponentOption,
  MarkLineComponentOption,
  VisualMapComponentOption,
} from 'echarts/components'
import { init, use, type ComposeOption, type EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([LineChart, ScatterChart, CustomChart, HeatmapChart])
use([GridComponent, MarkLineComponent, VisualMapContinuousComponent, CanvasRenderer])

export type EChartsOption = ComposeOption<
  | CustomSeriesOption
  | HeatmapSeriesOption
  | LineSeriesOption
  | ScatterSeriesOption
  | GridComponentOption
  | MarkLineComponentOption
  | VisualMapComponentOption
>
export { init, type EChartsType }
