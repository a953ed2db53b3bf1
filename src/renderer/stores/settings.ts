/** The settings of the home, and the theme that follows them. Others may change them too: they are read anew when the window is looked at. */
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { errorRecord } from '../../shared/errors.ts'
import type { ErrorRecord } from '../../shared/experiment.ts'
import { defaultSettings, type Settings } from '../../shared/settings.ts'
import { workbench } from '../api/index.ts'

export const useSettings = defineStore('settings', () => {
  const values = shallowRef<Settings>(defaultSettings)
  const error = shallowRef<ErrorRecord | null>(null)

  async function load(): Promise<void> {
    values.value = await workbench.readSettings({})
    showTheme()
  }
  async function change(changes: Partial<Settings>): Promise<void> {
    try {
      values.value = await workbench.changeSettings(changes)
      error.value = null
    } catch (problem) {
      error.value = errorRecord(problem)
    }
  }
  function follow(): void {
    workbench.subscribe('settingsChanged', (changed) => void (values.value = changed))
    // If this fails the connection is lost, and what is shown stays what it was.
    window.addEventListener('focus', () => void load().catch(() => {}))
  }

  /** tokens.css follows the attribute, and the system where there is none; the host writes it into the page at the start. */
  function showTheme(): void {
    const { theme } = values.value
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
  }
  watch(() => values.value.theme, showTheme)

  return { values, error, load, change, follow }
})
