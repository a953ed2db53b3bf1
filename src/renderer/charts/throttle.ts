/** Repaints at most once per interval: the last call always happens. */

export interface Throttle {
  request(): void
  cancel(): void
}

/** Calls `action` now, or `intervalMs` after the last call, however often it is requested in between. */
export function throttle(action: () => void, intervalMs: number): Throttle {
  let last = -Infinity
  let timer: ReturnType<typeof setTimeout> | null = null
  const act = () => {
    timer = null
    last = performance.now()
    action()
  }
  return {
    request() {
      if (timer !== null) return
      timer = setTimeout(act, Math.max(0, last + intervalMs - performance.now()))
    },
    cancel() {
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}
