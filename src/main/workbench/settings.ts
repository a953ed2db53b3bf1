/** The settings of a home, as shared/settings.ts has them: read from the database each time, since others change them too. */
import type { WorkbenchApi } from '../../shared/contract.ts'
import {
  defaultSettings,
  settingNames,
  type SettingName,
  type Settings as SettingValues,
} from '../../shared/settings.ts'
import type { Store } from '../store/index.ts'
import type { Events } from './events.ts'

export type Settings = Pick<WorkbenchApi, 'readSettings' | 'changeSettings'>

/** @param onConcurrency hears that another number of runs may share the cores */
export function createSettings(parts: {
  readonly store: Pick<Store, 'setting' | 'setSetting'>
  readonly events: Pick<Events, 'emit'>
  onConcurrency(): void
}): Settings {
  const { store, events } = parts
  function read(): SettingValues {
    const valueOf = (name: SettingName) => store.setting(name) ?? defaultSettings[name]
    return Object.fromEntries(settingNames.map((name) => [name, valueOf(name)])) as SettingValues
  }
  return {
    readSettings: async () => read(),
    async changeSettings(changes) {
      for (const name of settingNames) if (changes[name] !== undefined) store.setSetting(name, changes[name])
      if (changes.concurrency !== undefined) parts.onConcurrency()
      const settings = read()
      events.emit('settingsChanged', settings)
      return settings
    },
  }
}
