/**
 * Comma-separated values, and those separated by tabs, semicolons or bars: RFC 4180, read by csvRecords.ts as a stream.
 * What is left open by it is decided here as Python's csv and pandas do: a quote within an unquoted value is part of
 * it, lines without anything are skipped. A first row in which nothing is a number names the columns.
 */
import { WorkbenchError } from '../../../../shared/errors.ts'
import type { Column } from '../../../../shared/imports.ts'
import type { Candidate, ImportOptions } from '../importer.ts'
import { limits } from '../limits.ts'
import type { Limits } from '../limits.ts'
import type { Work } from '../source.ts'
import { unixNewlines } from '../text/decode.ts'
import { textReader } from '../text/plainText.ts'
import type { TextReader } from '../text/plainText.ts'
import { BrokenRecord, csvRecords } from './csvRecords.ts'
import { batchRows, columnNames, damagedTable, sampledRows } from './table.ts'
import type { Cell, Table } from './table.ts'

export const isCsvName = (name: string): boolean => /\.(csv|tsv|tab)(\.gz)?$/i.test(name)
const isTabbedName = (name: string) => /\.(tsv|tab)(\.gz)?$/i.test(name)

/** Characters at the beginning that tell the separator. */
const lookedAtCharacters = 2 ** 16
const separators = [',', '\t', ';', '|'] as const
type Separator = (typeof separators)[number]

/** Throws like Table.rows, also where there is no row at all. */
export async function openCsv(
  file: Candidate,
  options: ImportOptions,
  { rowCharacters }: Limits = limits,
): Promise<Table> {
  const reader = textReader(file)
  const separator = isTabbedName(file.name) ? '\t' : await findSeparator(reader, options)
  const all = (chosen: ImportOptions, work: Work) =>
    records(reader, { separator, name: file.name, rowCharacters }, chosen, work)
  const first: string[][] = []
  for await (const record of all(options, {})) {
    first.push(record)
    if (first.length > sampledRows) break
  }
  const [top] = first
  if (!top) throw damagedTable(file.name, 'it has no rows')
  const hasHeader = top.every((value) => !isNumber(value))
  const sample = (hasHeader ? first.slice(1) : first).slice(0, sampledRows)
  const names = columnNames(hasHeader ? top : top.map(() => ''))
  return {
    file,
    format: separator === '\t' ? 'TSV' : 'CSV',
    columns: names.map((name, index) => ({
      name,
      type: typeOf(sample.map((record) => record[index] ?? '')),
    })),
    sample,
    async *rows(positions, chosen, work) {
      let batch: Cell[][] = []
      let skipped = !hasHeader
      for await (const record of all(chosen, work)) {
        if (!skipped) {
          skipped = true
          continue
        }
        const cellAt = (position: number): Cell => {
          const value = record[position]!
          if (value === '') return null
          return chosen.newlines === 'unix' ? unixNewlines(value) : value
        }
        batch.push(positions.map(cellAt))
        if (batch.length === batchRows) {
          yield batch
          batch = []
        }
      }
      if (batch.length > 0) yield batch
    },
    notes: () => reader.notes(),
  }
}

export const isNumber = (value: string): boolean => value.trim() !== '' && Number.isFinite(Number(value))

function typeOf(values: readonly string[]): Column['type'] {
  const present = values.filter((value) => value !== '')
  if (present.length === 0) return 'other'
  return present.every(isNumber) ? 'number' : 'text'
}

/** The one that is most often outside quotes in the first line; a comma where there is none. */
async function findSeparator(reader: TextReader, options: ImportOptions): Promise<Separator> {
  let text = ''
  for await (const piece of reader.texts({ encoding: options.encoding }, { signal: options.signal })) {
    text += piece
    if (text.length >= lookedAtCharacters) break
  }
  const counts = new Map<string, number>(separators.map((separator) => [separator, 0]))
  let quoted = false
  for (const character of text.trimStart()) {
    if (character === '"') quoted = !quoted
    else if (quoted) continue
    else if (character === '\n' || character === '\r') break
    else if (counts.has(character)) counts.set(character, counts.get(character)! + 1)
  }
  return separators.reduce((best, one) => (counts.get(one)! > counts.get(best)! ? one : best))
}

/** All rows with the header, each with as many values as the first. Line ends within values are kept. */
async function* records(
  reader: TextReader,
  { separator, name, rowCharacters }: { separator: Separator; name: string; rowCharacters: number },
  options: ImportOptions,
  work: Work,
): AsyncGenerator<string[]> {
  const pieces = reader.texts({ encoding: options.encoding }, { signal: options.signal, ...work })
  let number = 0
  let width: number | undefined
  try {
    for await (const batch of csvRecords(pieces, { separator, rowCharacters }))
      for (const record of batch) {
        number++
        width ??= record.length
        if (record.length !== width)
          throw damagedTable(
            name,
            `row ${number} has ${record.length} ${record.length === 1 ? 'value' : 'values'} where the first has ${width}`,
          )
        yield record
      }
  } catch (error) {
    throw error instanceof BrokenRecord ? csvError(error, { name, rowCharacters }) : error
  }
}

function csvError(
  { code, message, record: row }: BrokenRecord,
  { name, rowCharacters }: { name: string; rowCharacters: number },
): WorkbenchError {
  if (code === 'CSV_MAX_RECORD_SIZE')
    return new WorkbenchError(
      'file-too-large',
      `Row ${row} of the table ${name} has more than ${rowCharacters} characters, the most that is accepted.`,
      'Check whether a quotation mark is missing there: a value that begins with one ends with one.',
    )
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return damagedTable(name, `row ${row} opens a quotation mark that is never closed`)
  return damagedTable(name, `at row ${row}, ${message}`)
}
