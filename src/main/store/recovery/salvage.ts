/**
 * Reads the rows of a damaged table: forwards until something cannot be read, then past it. SQLite keeps rows in pages, and a
 * damaged page hides its own rows and, where it is an inner one, those of the pages below.
 */
import type { Database } from 'better-sqlite3'
import { isDamage } from '../errors.ts'

export type Row = Record<string, unknown>

/** A jump past damage is tried this wide, doubled each time. */
const widest = 40

interface KeyColumn {
  name: string
  type: string
}

/** The columns by which the rows lie in order: the primary key, or the row's number. */
function keyOf(database: Database, table: string): KeyColumn[] {
  const key = database
    .prepare<[string], KeyColumn>(`SELECT name, type FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk`)
    .all(table)
  const hasNumber = database
    .prepare<[string], number>(`SELECT wr = 0 FROM pragma_table_list WHERE schema = 'main' AND name = ?`)
    .pluck()
    .get(table)
  return hasNumber ? [{ name: 'rowid', type: 'INTEGER' }] : key
}

/** Rows that can be read, each once or, beside damage, more often. */
export function* salvage(database: Database, table: string): Generator<Row> {
  const key = keyOf(database, table)
  const names = key.map(({ name }) => name).join(', ')
  const select = `SELECT ${names === 'rowid' ? 'rowid, ' : ''}* FROM ${table}`
  const places = key.map(() => '?').join(', ')
  const keyIn = (row: Row) => key.map(({ name }) => row[name])

  let last: unknown[] | undefined
  /** Rows after a key, or from the beginning; false where damage ended it, after any number of rows. */
  function* onwards(after: unknown[] | undefined): Generator<Row, boolean> {
    try {
      const statement = after
        ? database.prepare<unknown[], Row>(`${select} WHERE (${names}) > (${places}) ORDER BY ${names}`)
        : database.prepare<unknown[], Row>(`${select} ORDER BY ${names}`)
      for (const row of statement.iterate(...(after ?? []))) {
        last = keyIn(row)
        yield row
      }
      return true
    } catch (error) {
      if (!isDamage(error)) throw error
      return false
    }
  }
  if (yield* onwards(undefined)) return

  // the other end, as far as the damage, also tells where jumping can stop
  let end: unknown[] | undefined
  try {
    const backwards = database.prepare<[], Row>(
      `${select} ORDER BY ${key.map(({ name }) => `${name} DESC`).join(', ')}`,
    )
    for (const row of backwards.iterate()) {
      end ??= keyIn(row)
      yield row
    }
  } catch (error) {
    if (!isDamage(error)) throw error
  }
  if (!end || key.some(({ type }) => type !== 'INTEGER')) return
  last ??= key.map(() => 0)
  for (let tries = 0; tries < 1e5 && isBefore(last as number[], end as number[]); tries++) {
    const before: unknown[] = last
    for (const target of jumps(last as number[])) {
      if (!isBefore(target, end as number[])) break
      const done: boolean = yield* onwards(target)
      if (done) return
      if (last !== before) break // it went on, and met the next damage
    }
    if (last === before) return
  }
}

/** Keys further and further on: in the last column, then in the one before it, to the first. */
function* jumps(from: readonly number[]): Generator<number[]> {
  for (let column = from.length - 1; column >= 0; column--)
    for (let power = 0; power < widest; power++)
      yield from.map((value, index) => (index < column ? value : index === column ? value + 2 ** power : -1))
}

function isBefore(key: readonly number[], other: readonly number[]): boolean {
  const index = key.findIndex((value, place) => value !== other[place])
  return index >= 0 && key[index]! < other[index]!
}
