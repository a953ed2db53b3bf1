/** What SQLite throws, as the errors that people are told. */
import SQLite from 'better-sqlite3'
import { WorkbenchError } from '../../shared/errors.ts'
import { diskFull, lacksRoom } from '../fullDisk.ts'

export function isSqliteError(error: unknown, ...codes: string[]): boolean {
  return error instanceof SQLite.SqliteError && codes.some((code) => error.code.startsWith(code))
}

export const isDamage = (error: unknown): boolean => isSqliteError(error, 'SQLITE_NOTADB', 'SQLITE_CORRUPT')

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
  if (lacksRoom(error))
    return diskFull(
      `the database: ${reason}`,
      'Make room on it: what trains waits meanwhile and goes on by itself; anything else, try again.',
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
  if (lacksRoom(error))
    return diskFull(`the database ${file}`, 'Make room on it, or choose another home with --home.')
  if (isSqliteError(error, 'SQLITE_BUSY'))
    return new WorkbenchError(
      'home-unwritable',
      `The database ${file} is kept locked by another process.`,
      'Wait for that process, or close it. One that opened the home on a full disk shares it when there is room.',
    )
  const unwritable = isSqliteError(error, 'SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_IOERR')
  if (unwritable || (error instanceof Error && 'syscall' in error))
    return new WorkbenchError(
      'home-unwritable',
      `The database ${file} cannot be opened for writing: ${reason}.`,
      'Check the permissions and the free space of that folder, or choose another with --home.',
    )
  return error
}
