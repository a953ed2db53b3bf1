/** The colours of the page for what is drawn on a canvas, anew when the theme of the system changes. */
import { onBeforeUnmount, onMounted, shallowRef, type ShallowRef } from 'vue'
import { readChartTheme, type ChartTheme } from './palette.ts'

export function useChartTheme(): ShallowRef<ChartTheme> {
  const theme = shallowRef(readChartTheme())
  const scheme = window.matchMedia('(prefers-color-scheme: dark)')
  const read = () => void (theme.value = readChartTheme())
  onMounted(() => scheme.addEventListener('change', read))
  onBeforeUnmount(() => scheme.removeEventListener('change', read))
  return theme
}
