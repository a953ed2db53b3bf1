/** What happened elsewhere, and what can be undone: told in one place, briefly, three at a time at most. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { desktop } from '../api/index.ts'
import { useSettings } from './settings.ts'

export interface Notification {
  readonly key: number
  /** What it is about: news of the same thing replaces what was told before. */
  readonly about: string
  readonly kind: 'news' | 'problem' | 'undo'
  readonly title: string
  readonly detail?: string
  readonly action?: { readonly label: string; run(): unknown }
}

const most = 3
/** Milliseconds for which each kind stays, unless one points at it. */
export const staysMs = { news: 7000, undo: 10_000, problem: 20_000 } as const

export const useNotifications = defineStore('notifications', () => {
  const settings = useSettings()
  const shown = shallowRef<readonly Notification[]>([])
  /** The latest act that can be undone, also when its notification has gone. */
  const undoable = shallowRef<{ readonly key: number; readonly what: string; run(): unknown } | null>(null)
  let keys = 0

  function tell(notification: Omit<Notification, 'key'>): number {
    const key = keys++
    const others = shown.value.filter(({ about }) => about !== notification.about)
    shown.value = [...others, { key, ...notification }].slice(-most)
    return key
  }
  function dismiss(key: number): void {
    shown.value = shown.value.filter((notification) => notification.key !== key)
  }

  /** Says what was done, and offers to undo it: here, and with the command. */
  function offerUndo(what: string, run: () => unknown): void {
    const key = tell({ about: what, kind: 'undo', title: what, action: { label: 'Undo', run: undo } })
    undoable.value = { key, what, run }
  }
  async function undo(): Promise<void> {
    const latest = undoable.value
    if (!latest) return
    undoable.value = null
    dismiss(latest.key)
    await latest.run()
  }

  /** Also says it on the desktop, where the person wants that and looks at something else. */
  function tellDesktop(title: string, detail = ''): void {
    if (settings.values.notifications && !document.hasFocus()) desktop?.notify({ title, body: detail })
  }

  return { shown: computed(() => shown.value), undoable, tell, dismiss, offerUndo, undo, tellDesktop }
})
