/** The table `setting`: what belongs to the home rather than to a run. Values are JSON text. */
import type { Database } from 'better-sqlite3'

/** Every setting, with the type of its value. */
export interface Settings {
  /** How many runs train at once without a graphics processor; null: as many as the cores suggest. */
  concurrency: number | null
}

export interface SettingTable {
  /** Undefined where it was never set. */
  read<Name extends keyof Settings>(name: Name): Settings[Name] | undefined
  write<Name extends keyof Settings>(name: Name, value: Settings[Name]): void
}

export function settingTable(database: Database): SettingTable {
  const read = database.prepare<[string], string>(`SELECT value FROM setting WHERE name = ?`).pluck()
  const write = database.prepare<[string, string]>(
    `INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`,
  )
  return {
    read(name) {
      const text = read.get(name)
      return text === undefined ? undefined : (JSON.parse(text) as Settings[typeof name])
    },
    write: (name, value) => void write.run(name, JSON.stringify(value)),
  }
}
