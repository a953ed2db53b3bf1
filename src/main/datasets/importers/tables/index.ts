/**
 * Tables as datasets: CSV, TSV, JSON Lines and Parquet with a column of text, or with images. The tables of a folder
 * that have the same columns are one dataset, and so are the numbered shards of one; others are one each.
 */
import path from 'node:path'
import { WorkbenchError } from '../../../../shared/errors.ts'
import { refusedPlan } from '../importer.ts'
import type { Candidate, ImportOptions, ImportPlan, Importer } from '../importer.ts'
import { byName, leftOutNote } from '../text/folder.ts'
import { looksLikeText } from '../text/guessEncoding.ts'
import { textPlan } from '../text/plan.ts'
import { isCsvName, openCsv } from './csv.ts'
import { imageColumnsOf, noLabel } from './imageColumns.ts'
import { writeImages } from './images.ts'
import { looksLikeJsonLines, openJsonLines } from './jsonLines.ts'
import { isCompressed, isParquet, openParquet } from './parquet/index.ts'
import { partsOf } from './parts.ts'
import type { Table } from './table.ts'
import { tableText, textColumnOf } from './text.ts'

type Open = (file: Candidate, options: ImportOptions) => Promise<Table>

/** A file that is surely a table, and what became of the first look at it. */
interface Found {
  file: Candidate
  open: Open
  table: Table | WorkbenchError
}

export const tableImporter: Importer = {
  async plans(files) {
    const found: Found[] = []
    for (const own of Map.groupBy(files, ({ given }) => given).values())
      if (await areTables(own))
        for (const file of own) {
          const open = await opener(file)
          if (open) found.push({ file, open, table: await look(file, open) })
        }
    return [...Map.groupBy(found, groupOf).values()].map(planOf)
  },
}

async function opener(file: Candidate): Promise<Open | undefined> {
  const head = await file.head()
  if (isParquet(head)) return (await isCompressed(file)) ? undefined : openParquet
  if (looksLikeJsonLines(file.name, head)) return openJsonLines
  return isCsvName(file.name) ? openCsv : undefined
}

/** What cannot be read here is told when it is imported. */
async function look(file: Candidate, open: Open): Promise<Table | WorkbenchError> {
  try {
    return await open(file, {})
  } catch (error) {
    if (error instanceof WorkbenchError) return error
    throw error
  }
}

/** In a folder of source code a table is one text among others: tables must be more than the other texts there. */
async function areTables(files: readonly Candidate[]): Promise<boolean> {
  if (files.every((file) => file.path === file.given.path)) return true
  let balance = 0
  for (const file of files) {
    if (await opener(file)) balance += file.size
    else if (await looksLikeText(await file.head())) balance -= file.size
  }
  return balance > 0
}

const shard = /[-_.]\d+-of-\d+(?=\.)/

/** Tables with the same group are one dataset. */
function groupOf({ file, open, table }: Found): string {
  const isGiven = file.path === file.given.path
  const isShard = shard.test(path.basename(file.name))
  if (table instanceof WorkbenchError || (isGiven && !isShard)) return JSON.stringify(file.name)
  const columns = table.columns.map(({ name }) => name)
  return JSON.stringify([isGiven ? path.dirname(file.name) : file.given.name, open.name, ...columns.sort()])
}

function planOf(group: Found[]): ImportPlan {
  const files = byName(group.map(({ file }) => file))
  const parts = partsOf(files)
  const { open, table, file } = group.find((found) => found.file === parts.train[0])!
  const isFolder = file.path !== file.given.path
  const name = isFolder ? path.basename(file.given.name) : nameOf(file)
  const format = table instanceof WorkbenchError ? 'table' : table.format
  const ordered = [...parts.train, ...(parts.validation ?? []), ...parts.leftOut]
  const partsNote = parts.validation ? ['Its files are in parts; a text is split here all the same.'] : []
  const text = textPlan({ format, name, files, source: tableText(ordered, open, partsNote) })
  // Another encoding may be chosen for what is no text in the one that was guessed.
  if (table instanceof WorkbenchError) return table.code === 'not-text' ? text : { ...text, refusal: table }

  const columns = [...table.columns]
  const textColumn = textColumnOf(columns)?.name ?? null
  const images = imageColumnsOf(table)
  if (!images) return { ...text, columns, textColumn }
  const withoutLabel =
    images.label === undefined && images.kind === 'pixels' && columns.length === images.pixels.length
  if (withoutLabel) return refusedPlan({ format, kind: 'images', name, files, columns }, noLabel(table))
  const tablesOf = (some: readonly Candidate[]) =>
    some.map((one) => group.find((found) => found.file === one)!.table as Table)
  const isText = (chosen: string | undefined) =>
    chosen !== undefined && columns.some((one) => one.name === chosen && one.type === 'text')
  return {
    format,
    kind: 'images',
    name,
    files,
    columns,
    write: async (folder, options) => {
      if (isText(options.column)) return text.write(folder, options)
      const source = {
        name,
        train: tablesOf(parts.train),
        validation: parts.validation && tablesOf(parts.validation),
      }
      const content = await writeImages(source, folder, options)
      const notes = [...(content.notes ?? []), ...leftOutNote(parts.leftOut.map(baseName), 'another part')]
      return notes.length > 0 ? { ...content, notes } : content
    },
  }
}

const baseName = ({ name }: Candidate) => path.basename(name)

/** Without extensions and the number of a shard. */
const nameOf = ({ name }: Candidate) =>
  path.parse(path.basename(name).replace(/\.gz$/i, '').replace(shard, '')).name
