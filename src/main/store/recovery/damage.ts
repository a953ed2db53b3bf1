/** Whether a database can be read, found out without changing a byte of it. */
import fs from 'node:fs'
import SQLite from 'better-sqlite3'
import { isDamage, isSqliteError } from '../errors.ts'

/** Files up to this size are checked as a whole at every start: a hundred milliseconds. */
const wholeBytes = 64e6

/** Beside a database: somebody met damage in it while it was open, and it is to be checked as a whole. */
export const markOf = (file: string): string => `${file}.damaged`

/** What is wrong with the database, in words; undefined where nothing is, or where there is no file. */
export function damageOf(file: string): string | undefined {
  const bytes = [file, `${file}-wal`].map((name) => fs.statSync(name, { throwIfNoEntry: false })?.size ?? 0)
  if (bytes[0] === 0) return undefined
  const isSuspect = fs.existsSync(markOf(file))
  // Read-only: closing it changes nothing. What is no database throws at the first statement.
  const database = new SQLite(file, { readonly: true })
  try {
    if (isSuspect || bytes[0]! + bytes[1]! <= wholeBytes) {
      const found = database.pragma('quick_check(1)', { simple: true }) as string
      return found === 'ok' ? undefined : found
    }
    return void lookAtEnds(database)
  } catch (error) {
    if (isDamage(error)) return (error as Error).message
    if (isSqliteError(error, 'SQLITE_IOERR_SHM')) return undefined // a full disk: it is looked at when there is room
    throw error
  } finally {
    database.close()
  }
}

/** Reads the first and the last row of every table. */
function lookAtEnds(database: SQLite.Database): void {
  const tables = database
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .pluck()
    .all()
  for (const table of tables)
    for (const order of ['', ' ORDER BY 1 DESC'])
      database.prepare(`SELECT * FROM ${table}${order} LIMIT 1`).get()
}
