/** A key for a DialogRoot, another each time it opens. */
import { ref, watch, type Ref } from 'vue'

/**
 * reka-ui gives the focus back to where it was when a dialog opened, but where nothing had it, to where it was the time before:
 * a dialog that begins anew knows of no time before.
 */
export function useOpening(isOpen: () => boolean): Ref<number> {
  const opening = ref(0)
  watch(isOpen, (open) => void (open && opening.value++), { flush: 'sync' })
  return opening
}
