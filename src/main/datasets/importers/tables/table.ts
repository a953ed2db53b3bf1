/** What every table is, whatever its format: named columns, and rows that are read one after the other. */
import { WorkbenchError } from '../../../../shared/errors.ts'
import type { Column } from '../../../../shared/imports.ts'
import type { Candidate, ImportOptions } from '../importer.ts'
import type { Work } from '../source.ts'

/** A value of a table: null where there is none, undefined where it is none that can be read here. */
export type Cell = string | number | Uint8Array | null | undefined

export interface Table {
  readonly file: Candidate
  /** As people call the format: "CSV", "Parquet". */
  readonly format: string
  readonly columns: readonly Column[]
  /** Names of the classes that integers in a column stand for, where the file says them. */
  classNames?(column: string): readonly string[] | undefined
  /** The first rows, all columns: enough to see what they hold. */
  readonly sample: readonly (readonly Cell[])[]
  /**
   * The values of the columns at these positions, some rows at a time.
   * Throws WorkbenchError 'file-damaged' where the table is broken, 'file-too-large', and what reading the file throws.
   */
  rows(positions: readonly number[], options: ImportOptions, work: Work): AsyncGenerator<Cell[][]>
  /** As in TextSource. */
  notes(): readonly string[]
}

/** Rows that are looked at before a table is read. */
export const sampledRows = 100
/** Rows that are handed on at once. */
export const batchRows = 256

/** Position of the column that is called `name`. Throws WorkbenchError 'invalid-request' with all names where there is none. */
export function positionOf({ columns, file }: Table, name: string, option: string): number {
  const position = columns.findIndex((column) => column.name === name)
  if (position >= 0) return position
  throw new WorkbenchError(
    'invalid-request',
    `${file.name} has no column ${JSON.stringify(name)}. ${listOf(columns)}`,
    `Name one of them with ${option}.`,
  )
}

const listedColumns = 30

/** "Its columns are "id", "title" and 3 more." */
export function listOf(columns: readonly Column[]): string {
  const shown = columns.slice(0, listedColumns).map(({ name }) => JSON.stringify(name))
  const more = columns.length - shown.length
  const names = more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
  return columns.length === 1 ? `Its only column is ${names}.` : `Its columns are ${names}.`
}

/** Names for columns as they are shown and chosen: each one its own, none empty. */
export function columnNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name, index) => {
    const wanted = name.trim() === '' ? `column ${index + 1}` : name.trim()
    let own = wanted
    for (let number = 2; taken.has(own); number++) own = `${wanted} (${number})`
    taken.add(own)
    return own
  })
}

export const damagedTable = (name: string, reason: string) =>
  new WorkbenchError(
    'file-damaged',
    `The table ${name} cannot be read: ${reason}.`,
    'Repair that place, or write the table again with the program that made it.',
  )
