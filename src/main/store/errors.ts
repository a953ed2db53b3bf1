/** What SQLite throws, as the errors that people are told. */
import SQLite from 'better-sqlite3'
import { WorkbenchError } from '../../shared/errors.ts'

export function isSqliteError(error: unknown, ...codes: string[]): boolean {
  return error instanceof SQLite.SqliteError && codes.some((code) => error.code.startsWith(code))
}

export const isDamage = (error: unknown): boolean => isSqliteError(error, 'SQLITE_NOTADB', 'SQLITE_CORRUPT')
const isLackOfRoom = (error: unknown): boolean => isSqliteError(error, 'SQLITE_FULL', 'SQLITE_IOERR_WRITE')

export function damaged(file: string, reason: string): WorkbenchError {
  return new WorkbenchError(
    'database-damaged',
    `The file ${file} is not a readable database: ${reason}.`,
    'Close every workbench of this home and start one again: it keeps the damaged file and saves what can be read.',
  )
}

/** What a statement on an open database threw. */
export function statementError(error: unknown): unknown {
  const reason = error instanceof Error ? error.message : String(error)
  if (isLackOfRoom(error))
    return new WorkbenchError(
      'disk-full',
      `The disk has no room for the database: ${reason}.`,
      'Make room on it: what waits goes on by itself.',
    )
  if (isDamage(error))
    return new WorkbenchError(
      'database-damaged',
      `The database is damaged: ${reason}.`,
      'Close every workbench of this home and start one again: it keeps the damaged file and saves what can be read.',
    )
  return error
}

/** What opening `file` threw. */
export function openingError(error: unknown, file: string): unknown {
  if (error instanceof WorkbenchError) return error
  const reason = error instanceof Error ? error.message : String(error)
  if (isDamage(error)) return damaged(file, reason)
  const unwritable = isSqliteError(error, 'SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_FULL', 'SQLITE_IOERR')
  if (unwritable || (error instanceof Error && 'syscall' in error))
    return new WorkbenchError(
      'home-unwritable',
      `The database ${file} cannot be opened for writing: ${reason}.`,
      'Check the permissions and the free space of that folder, or choose another with --home.',
    )
  return error
}
