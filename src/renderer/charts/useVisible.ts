/** Whether an element is in view, or about to be: what is not need not be drawn, nor asked for. */
import { onBeforeUnmount, onMounted, ref, type Ref, type ShallowRef } from 'vue'

/** So far beyond the window, in CSS pixels, that it is there when it is scrolled to. */
const margin = '120px'

export function useVisible(element: Readonly<ShallowRef<HTMLElement | null>>): Ref<boolean> {
  const visible = ref(false)
  const observer = new IntersectionObserver(
    (entries) => void (visible.value = entries.at(-1)?.isIntersecting ?? false),
    { rootMargin: margin },
  )
  onMounted(() => element.value && observer.observe(element.value))
  onBeforeUnmount(() => observer.disconnect())
  return visible
}
