/** A number that follows another: at once for who wants less motion, else within a while, ever slower towards its end. */
import { onBeforeUnmount, ref, watch, type Ref } from 'vue'

const durationMs = 420
const calm = window.matchMedia('(prefers-reduced-motion: reduce)')

/** @param target changes of it are followed */
export function useGlide(target: () => number): Readonly<Ref<number>> {
  const place = ref(target())
  let frame = 0
  watch(target, (end) => {
    cancelAnimationFrame(frame)
    const start = place.value
    if (calm.matches) return void (place.value = end)
    const begin = performance.now()
    const move = (now: number) => {
      const share = Math.min(1, Math.max(0, (now - begin) / durationMs))
      place.value = share === 1 ? end : start + (end - start) * (1 - (1 - share) ** 3)
      if (share < 1) frame = requestAnimationFrame(move)
    }
    frame = requestAnimationFrame(move)
  })
  onBeforeUnmount(() => cancelAnimationFrame(frame))
  return place
}
