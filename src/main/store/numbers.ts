/** Names that the narrow tables hold as small integers: of runs, metrics, statistics and taps. */
import type { Database } from 'better-sqlite3'
import { unknownRun } from './runs.ts'

/** The number of a name in a table of names, which takes in those that it does not hold yet. */
export function numbersOf(
  database: Database,
  table: 'metric' | 'statistic' | 'tap',
): (name: string) => number {
  const find = database.prepare<[string], number>(`SELECT number FROM ${table} WHERE name = ?`).pluck()
  const add = database.prepare<[string]>(`INSERT INTO ${table} (name) VALUES (?)`)
  return (name) => find.get(name) ?? Number(add.run(name).lastInsertRowid)
}

/** The number of a run. Throws WorkbenchError 'unknown-run'. */
export function runNumbers(database: Database): (id: string) => number {
  const find = database.prepare<[string], number>(`SELECT number FROM run WHERE id = ?`).pluck()
  return (id) => {
    const number = find.get(id)
    if (number === undefined) throw unknownRun(id)
    return number
  }
}

/** `find`, asked once per name. */
export function remember<Found extends NonNullable<unknown>>(
  find: (name: string) => Found,
): (name: string) => Found {
  const found = new Map<string, Found>()
  return (name) => {
    const known = found.get(name)
    if (known !== undefined) return known
    const asked = find(name)
    found.set(name, asked)
    return asked
  }
}
