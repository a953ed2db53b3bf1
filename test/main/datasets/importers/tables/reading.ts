/** Tables in memory read as an importer would: as a text, or row by row. */
import fs from 'node:fs'
import type { Candidate, ImportOptions } from '../../../../../src/main/datasets/importers/importer.ts'
import { readContent } from '../../../../../src/main/datasets/importers/source.ts'
import type { Cell, Table } from '../../../../../src/main/datasets/importers/tables/table.ts'
import { tableText } from '../../../../../src/main/datasets/importers/tables/text.ts'

/** The file at `path` as a person gives it. */
export function candidateAt(path: string): Candidate {
  return {
    path,
    name: path,
    size: fs.statSync(path).size,
    given: { path, name: path },
    async head() {
      for await (const piece of readContent({ path, name: path })) return piece.slice(0, 4096)
      return new Uint8Array(0)
    },
  }
}

type Open = (file: Candidate, options: ImportOptions) => Promise<Table>

/** The documents of the table at `path`, and what is said of them. */
export async function readDocuments(
  path: string,
  open: Open,
  options: ImportOptions = {},
): Promise<{ documents: string[]; notes: readonly string[] }> {
  const source = tableText([candidateAt(path)], open)
  const documents: string[] = []
  let held = ''
  for await (const { text, endsDocument } of source.read(options)) {
    held += text
    if (!endsDocument) continue
    documents.push(held)
    held = ''
  }
  return { documents, notes: source.notes() }
}

/** All rows of the table at `path`. */
export async function readTable(path: string, open: Open, options: ImportOptions = {}): Promise<Cell[][]> {
  const table = await open(candidateAt(path), options)
  const all: Cell[][] = []
  for await (const rows of table.rows([...table.columns.keys()], options, {})) all.push(...rows)
  return all
}
