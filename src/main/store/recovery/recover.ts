/** Makes a new database of what can be read of a damaged one, which is kept, with its write-ahead log, under another name. */
import fs from 'node:fs'
import path from 'node:path'
import SQLite, { type Database } from 'better-sqlite3'
import type { ErrorRecord } from '../../../shared/experiment.ts'
import { migrate, openDatabase } from '../database.ts'
import { isDamage } from '../errors.ts'
import { migrations } from '../migrations/index.ts'
import { markOf } from './damage.ts'
import { salvage, type Row } from './salvage.ts'

/**
 * Nobody else may have the database open.
 * @param damage what is wrong with it, in words
 * @returns what a person should know: what was saved, and where the damaged file is
 */
export function recover(file: string, damage: string, now = new Date()): ErrorRecord {
  const made = `${file}.recovering`
  for (const leftover of [made, `${made}-wal`, `${made}-shm`]) fs.rmSync(leftover, { force: true })
  const saved = copyReadable(file, made)
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-')
  const { dir, name, ext } = path.parse(file)
  const kept = path.join(dir, `${name}.damaged-${stamp}${ext}`)
  for (const suffix of ['', '-wal'])
    if (fs.existsSync(file + suffix)) fs.renameSync(file + suffix, kept + suffix)
  fs.rmSync(`${file}-shm`, { force: true })
  fs.renameSync(made, file)
  fs.rmSync(markOf(file), { force: true })
  const count = (table: string, unit: string) => `${(saved.get(table) ?? 0).toLocaleString('en-US')} ${unit}`
  return {
    code: 'database-damaged',
    message:
      `The database was damaged (${damage.replaceAll(/\s+/g, ' ')}). Saved: ${count('experiment', 'experiments')}, ` +
      `${count('run', 'runs')}, ${count('point', 'points')}, ${count('measurement', 'measurements')}.`,
    hint: `What could not be read is missing. The damaged file is kept: ${kept}`,
  }
}

/** Copies what can be read of `from` into a new database `to`; how many rows, by table. */
function copyReadable(from: string, to: string): Map<string, number> {
  const source = openDamaged(from, to)
  const version = source ? versionOf(source) : migrations.length
  const target = new SQLite(to)
  const saved = new Map<string, number>()
  try {
    migrate(target, to, migrations.slice(0, version))
    const tables = target
      .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
      .pluck()
      .all()
    target.pragma('foreign_keys = ON') // a row of a run that is lost is of no use
    for (const table of source ? tables : []) saved.set(table, copyTable(source!, target, table))
  } finally {
    source?.close()
    target.close()
    fs.rmSync(patchedOf(to), { force: true })
  }
  openDatabase(to).close() // to the newest version
  return saved
}

function copyTable(source: Database, target: Database, table: string): number {
  const columns = target.prepare<[string], string>(`SELECT name FROM pragma_table_info(?)`).pluck().all(table)
  const insert = target.prepare<Row>(
    `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `:${name}`).join(', ')})`,
  )
  let count = 0
  target.transaction(() => {
    try {
      for (const row of salvage(source, table)) {
        try {
          count += insert.run(row).changes
        } catch {
          // it refers to a row that is lost, or is itself half of something
        }
      }
    } catch (error) {
      if (!isDamage(error) && !(error instanceof SQLite.SqliteError)) throw error // the table is not there at all
    }
  })()
  return count
}

/** The version whose tables and columns a database has: its header, which names it, may be what is damaged. */
function versionOf(source: Database): number {
  const columnsOf = (database: Database) =>
    database
      .prepare<[], string>(
        `SELECT entity.name || '.' || column.name FROM sqlite_schema AS entity, pragma_table_info(entity.name) AS column
         WHERE entity.type = 'table'`,
      )
      .pluck()
      .all()
  const found = new Set(columnsOf(source))
  for (let version = migrations.length; version > 1; version--) {
    const expected = new SQLite(':memory:')
    migrate(expected, ':memory:', migrations.slice(0, version))
    const isThis = columnsOf(expected).every((column) => found.has(column))
    expected.close()
    if (isThis) return version
  }
  return 1
}

const patchedOf = (to: string) => `${to}.patched`

/**
 * Opens what is left of a database to read from; undefined where nothing can be. A file whose first hundred bytes are not
 * those of a database is read as a copy that gets those of a new one.
 */
function openDamaged(file: string, to: string): Database | undefined {
  return openLeniently(file) ?? openLeniently(patched(file, to))
}

function openLeniently(file: string): Database | undefined {
  let database: Database | undefined
  try {
    database = new SQLite(file, { readonly: true })
    database.unsafeMode(true)
    database.pragma('writable_schema = ON') // reads a file that is shorter than it says
    database.prepare('SELECT count(*) FROM sqlite_schema').get()
    return database
  } catch {
    database?.close()
    return undefined
  }
}

const headerBytes = 100
const pageBytes = 4096

function patched(file: string, to: string): string {
  const copy = patchedOf(to)
  fs.copyFileSync(file, copy)
  const fresh = `${to}.header`
  openDatabase(fresh).close()
  const header = fs.readFileSync(fresh).subarray(0, headerBytes)
  fs.rmSync(fresh)
  header.writeUInt32BE(Math.floor(fs.statSync(copy).size / pageBytes), 28) // pages of the file
  header.writeUInt32BE(0, 32) // no list of free pages
  header.writeUInt32BE(0, 36)
  const handle = fs.openSync(copy, 'r+')
  fs.writeSync(handle, header, 0, headerBytes, 0)
  fs.closeSync(handle)
  return copy
}
