/** A column of tables as text: each row is a document. */
import path from 'node:path'
import { WorkbenchError } from '../../../../shared/errors.ts'
import type { Column } from '../../../../shared/imports.ts'
import { displayName } from '../../names.ts'
import { workOn } from '../importer.ts'
import type { Candidate, ImportOptions } from '../importer.ts'
import { withNewline } from '../text/source.ts'
import type { TextSource } from '../text/source.ts'
import { damagedTable, listOf, positionOf } from './table.ts'
import type { Cell, Table } from './table.ts'

/** What columns of text are called, the likeliest first. */
const textNames = [
  ...['text', 'content', 'contents', 'document', 'body', 'sentence', 'article', 'passage', 'story'],
  ...['paragraph', 'utterance', 'review', 'comment', 'message', 'tweet', 'post', 'abstract', 'code', 'line'],
]

/** The only column of text, or the one with a name that columns of text have; undefined where it is not clear. */
export function textColumnOf(columns: readonly Column[]): Column | undefined {
  const named = (type: Column['type']) =>
    textNames
      .map((name) => columns.find((column) => column.type === type && column.name.toLowerCase() === name))
      .find((column) => column !== undefined)
  const texts = columns.filter(({ type }) => type === 'text')
  return texts.length === 1 ? texts[0] : (named('text') ?? named('bytes'))
}

/** `open` gives a table for each of `files`, whose rows are read in this order; `extraNotes` are said as well. */
export function tableText(
  files: readonly Candidate[],
  open: (file: Candidate, options: ImportOptions) => Promise<Table>,
  extraNotes: readonly string[] = [],
): TextSource {
  const opened = new Map<unknown, Promise<Table[]>>()
  let tables: Table[] = []
  let column = ''
  let missing = 0
  return {
    async *read(options) {
      if (!opened.has(options.encoding)) opened.set(options.encoding, openAll(files, open, options))
      tables = await opened.get(options.encoding)!
      const workFor = workOn(files, options)
      column = options.column ?? textColumnOf(tables[0]!.columns)?.name ?? unclear(tables[0]!)
      missing = 0
      for (const table of tables) {
        let row = 0
        const position = positionOf(table, column, '--column')
        for await (const batch of table.rows([position], options, workFor(table.file)))
          for (const [cell] of batch) {
            row++
            const text = textOf(cell, { table: table.file.name, column, row })
            if (text === null) missing++
            else yield { text: withNewline(text), endsDocument: true }
          }
      }
    },
    notes: () => [
      ...tables.flatMap((table) => table.notes()),
      ...(missing > 0
        ? [
            `${missing === 1 ? '1 row was' : `${missing} rows were`} left out: there is nothing in the column ${JSON.stringify(displayName(column))}.`,
          ]
        : []),
      ...extraNotes,
    ],
  }
}

async function openAll(
  files: readonly Candidate[],
  open: (file: Candidate, options: ImportOptions) => Promise<Table>,
  options: ImportOptions,
): Promise<Table[]> {
  const tables: Table[] = []
  for (const file of files) tables.push(await open(file, options))
  return tables
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function textOf(cell: Cell, at: { table: string; column: string; row: number }): string | null {
  if (cell === null || cell === '') return null
  if (typeof cell === 'string') return cell
  if (typeof cell === 'number') return String(cell)
  const where = `row ${at.row} of the column ${JSON.stringify(at.column)}`
  if (cell === undefined) throw damagedTable(at.table, `${where} is no text`)
  try {
    return utf8.decode(cell) || null
  } catch {
    throw damagedTable(at.table, `${where} is not text in UTF-8`)
  }
}

function unclear(table: Table): never {
  const name = path.basename(table.file.name)
  throw new WorkbenchError(
    'column-unclear',
    `It is not clear which column of ${name} is the text. ${listOf(table.columns)}`,
    'Name it with --column NAME.',
  )
}
