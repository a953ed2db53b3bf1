/** The colours of the page for what is drawn on a canvas, anew when another theme is chosen or the system changes its own. */
import { onBeforeUnmount, onMounted, shallowRef, type ShallowRef } from 'vue'
import { readChartTheme, type ChartTheme } from './palette.ts'

export function useChartTheme(): ShallowRef<ChartTheme> {
  const theme = shallowRef(readChartTheme())
  const read = () => void (theme.value = readChartTheme())
  const scheme = window.matchMedia('(prefers-color-scheme: dark)')
  const chosen = new MutationObserver(read)
  onMounted(() => {
    scheme.addEventListener('change', read)
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  })
  onBeforeUnmount(() => {
    scheme.removeEventListener('change', read)
    chosen.disconnect()
  })
  return theme
}
