/** The table `setting`: what belongs to the home rather than to a run. Values are JSON text. */
import type { Database } from 'better-sqlite3'
import { settingsSchema, type SettingName, type Settings } from '../../shared/settings.ts'

export interface SettingTable {
  /** Undefined where it was never set, or where something stands that is no value of it. */
  read<Name extends SettingName>(name: Name): Settings[Name] | undefined
  write<Name extends SettingName>(name: Name, value: Settings[Name]): void
}

export function settingTable(database: Database): SettingTable {
  const read = database.prepare<[string], string>(`SELECT value FROM setting WHERE name = ?`).pluck()
  const write = database.prepare<[string, string]>(
    `INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`,
  )
  return {
    read(name) {
      const parsed = settingsSchema.shape[name].safeParse(parseJson(read.get(name)))
      return parsed.data as Settings[typeof name] | undefined
    },
    write: (name, value) => void write.run(name, JSON.stringify(value)),
  }
}

/** The file is the person's to change: what is no JSON is no value. */
function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
