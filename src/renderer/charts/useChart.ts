/** An echarts instance that lives in an element: follows its size and its option, repaints at most ten times a second. */
import { markRaw, onBeforeUnmount, onMounted, shallowRef, watch, type ShallowRef } from 'vue'
import { init, type EChartsOption, type EChartsType } from './echarts.ts'
import { throttle } from './throttle.ts'

const repaintIntervalMs = 100

export interface ChartHandle {
  chart: ShallowRef<EChartsType | null>
  /** Grows by one with every repaint: what is laid over the chart follows it. */
  repaints: ShallowRef<number>
  /** Width of the element in CSS pixels. */
  width: ShallowRef<number>
}

export function useChart(element: ShallowRef<HTMLElement | null>, option: () => EChartsOption): ChartHandle {
  const chart = shallowRef<EChartsType | null>(null)
  const repaints = shallowRef(0)
  const width = shallowRef(0)
  const repaint = throttle(() => {
    chart.value?.setOption(option(), { notMerge: true })
    repaints.value++
  }, repaintIntervalMs)
  const observer = new ResizeObserver(([entry]) => {
    if (!entry || !chart.value) return
    width.value = entry.contentRect.width
    chart.value.resize()
    repaint.request()
  })
  onMounted(() => {
    if (!element.value) return
    chart.value = markRaw(init(element.value, null, { renderer: 'canvas' }))
    width.value = element.value.clientWidth
    observer.observe(element.value)
    watch(option, () => repaint.request(), { immediate: true })
  })
  onBeforeUnmount(() => {
    observer.disconnect()
    repaint.cancel()
    chart.value?.dispose()
    chart.value = null
  })
  return { chart, repaints, width }
}
