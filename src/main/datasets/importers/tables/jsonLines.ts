/** JSON Lines: one value per line, objects whose keys are the columns, or strings, which are one column. */
import { WorkbenchError } from '../../../../shared/errors.ts'
import type { Column } from '../../../../shared/imports.ts'
import type { Candidate, ImportOptions } from '../importer.ts'
import { limits } from '../limits.ts'
import type { Work } from '../source.ts'
import { unixNewlines } from '../text/decode.ts'
import { textReader } from '../text/plainText.ts'
import type { TextReader } from '../text/plainText.ts'
import { batchRows, damagedTable, sampledRows } from './table.ts'
import type { Cell, Table } from './table.ts'

/** What the column of lines that are strings is called. */
const stringsColumn = 'text'
const mostColumns = 10_000

const hasName = (name: string) => /\.(jsonl|ndjson|jsonlines)(\.gz)?$/i.test(name)

/** By name, or because each of two lines and more at the beginning is an object. */
export function looksLikeJsonLines(name: string, head: Uint8Array): boolean {
  if (hasName(name)) return true
  const lines = new TextDecoder().decode(head).split('\n')
  const whole = lines.slice(0, -1).filter((line) => line.trim() !== '')
  return whole.length >= 2 && whole.every((line) => isRecord(parsed(line)))
}

/** Throws like Table.rows, also where there is no line at all. */
export async function openJsonLines(file: Candidate, options: ImportOptions): Promise<Table> {
  const reader = textReader(file)
  const first: Record<string, unknown>[] = []
  const names = new Set<string>()
  for await (const record of records(reader, file.name, options, {})) {
    first.push(record)
    for (const name of Object.keys(record)) names.add(name)
    if (names.size > mostColumns) throw damagedTable(file.name, `it has more than ${mostColumns} columns`)
    if (first.length === sampledRows) break
  }
  if (names.size === 0) throw damagedTable(file.name, 'there is nothing in it')
  const all = [...names]
  const columns = all.map((name): Column => ({
    name,
    type: typeOf(first.map((record) => cellOf(record, name))),
  }))
  return {
    file,
    format: 'JSON Lines',
    columns,
    sample: first.map((record) => all.map((name) => cellOf(record, name))),
    async *rows(positions, chosen, work) {
      let batch: Cell[][] = []
      for await (const record of records(reader, file.name, chosen, work)) {
        batch.push(
          positions.map((position) => {
            const cell = cellOf(record, all[position]!)
            return typeof cell === 'string' && chosen.newlines === 'unix' ? unixNewlines(cell) : cell
          }),
        )
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

function cellOf(record: Record<string, unknown>, name: string): Cell {
  const value = Object.hasOwn(record, name) ? record[name] : null
  if (value === null || value === '') return null
  // Half a pair of surrogates can be written in JSON, and is no character.
  return typeof value === 'string' ? value.toWellFormed() : typeof value === 'number' ? value : undefined
}

function typeOf(cells: readonly Cell[]): Column['type'] {
  const types = new Set(cells.filter((cell) => cell !== null).map((cell) => typeof cell))
  if (types.size !== 1) return 'other'
  return types.has('string') ? 'text' : types.has('number') ? 'number' : 'other'
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

async function* records(
  reader: TextReader,
  name: string,
  options: ImportOptions,
  work: Work,
): AsyncGenerator<Record<string, unknown>> {
  let number = 0
  const texts = reader.texts({ encoding: options.encoding }, { signal: options.signal, ...work })
  for await (const line of linesOf(texts, name)) {
    number++
    if (line.trim() === '') continue
    const value = parsed(line)
    if (typeof value === 'string') yield { [stringsColumn]: value }
    else if (isRecord(value)) yield value
    else
      throw damagedTable(
        name,
        `line ${number} is ${value === undefined ? 'no JSON' : 'JSON, but neither an object nor a string'}`,
      )
  }
}

async function* linesOf(texts: AsyncIterable<string>, name: string): AsyncGenerator<string> {
  const parts: string[] = []
  let length = 0
  for await (const text of texts) {
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      yield parts.splice(0).join('') + text.slice(start, end)
      length = 0
      start = end + 1
    }
    parts.push(text.slice(start))
    length += text.length - start
    if (length > limits.rowCharacters)
      throw new WorkbenchError(
        'file-too-large',
        `${name} has a line of more than ${limits.rowCharacters} characters, the most that is accepted.`,
        'JSON Lines has one value on each line: write the values on lines of their own.',
      )
  }
  yield parts.join('')
}
