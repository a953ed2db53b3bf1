/**
 * Opens the database file and brings it to this program's version. What the tables hold is in experiments.ts,
 * runs.ts and series.ts; how they came to be in migrations/.
 */
import fs from 'node:fs'
import path from 'node:path'
import SQLite from 'better-sqlite3'
import type { Database } from 'better-sqlite3'
import { WorkbenchError } from '../../shared/errors.ts'
import { appVersion } from '../version.ts'
import { lacksRoom } from '../fullDisk.ts'
import { isSqliteError, openingError } from './errors.ts'
import { migrations as allMigrations } from './migrations/index.ts'

/** How long a statement waits for another process (the app, a command line) to finish its transaction. */
const busyTimeoutMs = 10_000
/** Bytes that must be free before a database that was opened on a full disk is shared: an index of its log takes 32 KiB. */
const roomToShare = 1e6

/**
 * Opens `file` (`:memory:` allowed), creating it and its folder where they are missing.
 * Throws WorkbenchError 'database-newer', 'database-damaged', 'disk-full' or 'home-unwritable'.
 */
export function openDatabase(file: string): Database {
  try {
    if (file !== ':memory:') fs.mkdirSync(path.dirname(file), { recursive: true })
    try {
      return opened(file)
    } catch (error) {
      // A full disk lets one look at a database of this version: alone, without the file that processes share.
      if (isSqliteError(error, 'SQLITE_IOERR_SHM')) return opened(file, true)
      throw error
    }
  } catch (error) {
    throw openingError(error, file)
  }
}

/** @param alone keeps other processes out, and the index of the log in memory, until there is room on the disk */
function opened(file: string, alone = false): Database {
  const database = new SQLite(file, { timeout: busyTimeoutMs })
  try {
    if (alone) database.pragma('locking_mode = EXCLUSIVE')
    // A newer program's file is refused before anything in it is touched.
    refuseNewer(database, file, allMigrations.length)
    enterWriteAheadLog(database)
    // The log is flushed at checkpoints: a killed process loses nothing, a power cut at most the last moments.
    database.pragma('synchronous = NORMAL')
    database.pragma('foreign_keys = OFF') // a migration may rebuild a table that others refer to
    migrate(database, file)
    database.pragma('foreign_keys = ON')
    if (alone) shareWithRoom(database, file)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Lets other processes in as soon as there is room for what they share: see opened. */
function shareWithRoom(database: Database, file: string): void {
  const timer = setInterval(() => {
    if (!database.open) return clearInterval(timer)
    const { bavail, bsize } = fs.statfsSync(path.dirname(file))
    if (bavail * bsize < roomToShare || database.inTransaction) return
    try {
      database.pragma('journal_mode = DELETE') // only outside of the log can the way of locking be changed
      database.pragma('locking_mode = NORMAL')
      enterWriteAheadLog(database)
      clearInterval(timer)
    } catch (error) {
      if (!lacksRoom(error) && !isSqliteError(error, 'SQLITE_BUSY')) throw error
    }
  }, 1000)
  timer.unref()
}

/**
 * Applies, in one transaction, the migrations that `database` has not seen. The version is read inside the
 * transaction, so that of several processes that open a new file at once exactly one migrates it.
 */
export function migrate(database: Database, file: string, migrations = allMigrations): void {
  if (databaseVersion(database) === migrations.length) return
  database
    .transaction(() => {
      refuseNewer(database, file, migrations.length)
      for (const migration of migrations.slice(databaseVersion(database))) database.exec(migration)
      const broken = database.pragma('foreign_key_check') as unknown[]
      if (broken.length > 0)
        throw new Error(`The migration left ${broken.length} rows that refer to nothing.`)
      database.pragma(`user_version = ${migrations.length}`)
      if (migrations.length >= settingsSince)
        database
          .prepare(`INSERT OR REPLACE INTO setting (name, value) VALUES ('app-version', ?)`)
          .run(JSON.stringify(appVersion))
    })
    .immediate()
}

export function databaseVersion(database: Database): number {
  return database.pragma('user_version', { simple: true }) as number
}

/** The schema as SQL text, as schema.sql records it: tables, then indices and views, in order of creation. */
export function schemaText(database: Database): string {
  const statements = database
    .prepare<[], string>(`SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid`)
    .pluck()
    .all()
  return [`PRAGMA user_version = ${databaseVersion(database)}`, ...statements]
    .map((sql) => `${sql};\n`)
    .join('\n')
}

/** The version that brought the table of settings, where the program that migrated last leaves its own version. */
const settingsSince = 6

function refuseNewer(database: Database, file: string, known: number): void {
  const version = databaseVersion(database)
  if (version <= known) return
  const writer = writerOf(database)
  throw new WorkbenchError(
    'database-newer',
    `The database ${file} has version ${version}; this program knows versions up to ${known}.`,
    `Use ${writer ? `Attention Workbench ${writer}` : 'the version of the Attention Workbench'} that wrote it or a newer one (this is ${appVersion}), or choose another home folder with --home.`,
  )
}

/** The version of the program that brought a database to its own; undefined where it does not say. */
function writerOf(database: Database): string | undefined {
  try {
    const sql = `SELECT value FROM setting WHERE name = 'app-version'`
    const value = database.prepare<[], string>(sql).pluck().get()
    return value === undefined ? undefined : String(JSON.parse(value))
  } catch {
    return undefined // a later version may keep it elsewhere
  }
}

/**
 * Switches to the write-ahead log, so that one process can write while others read. SQLite does not wait for
 * other processes in this one statement, hence the retries; a file that is already in this mode needs none.
 */
function enterWriteAheadLog(database: Database): void {
  const deadline = Date.now() + busyTimeoutMs
  for (;;) {
    try {
      database.pragma('journal_mode = WAL')
      return
    } catch (error) {
      if (!isSqliteError(error, 'SQLITE_BUSY') || Date.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}
