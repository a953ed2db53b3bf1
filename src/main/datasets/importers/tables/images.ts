/**
 * Tables of images as a dataset. They are read twice: first for the classes and, where the images are encoded files,
 * for their sizes; then the images are written. Files that name a training part and another bring their split.
 */
import path from 'node:path'
import { WorkbenchError } from '../../../../shared/errors.ts'
import { decodePixels, inspectImage } from '../../decodeImage.ts'
import type { ImageInformation } from '../../imageHeader.ts'
import { originalSizes } from '../classFolders/originals.ts'
import { chooseShape } from '../classFolders/size.ts'
import { counted, orListed, refuseUnreadable, scalingNote, unreadableNote } from '../encodedImages.ts'
import { createImageWriter } from '../imageWriter.ts'
import type { ImageShape, ImageWriter } from '../imageWriter.ts'
import { workOn } from '../importer.ts'
import type { Content, ImportOptions } from '../importer.ts'
import { inOrder } from '../inOrder.ts'
import { throwIfCancelled } from '../source.ts'
import type { Work } from '../source.ts'
import { imageColumnsOf, noLabel, pixelShape } from './imageColumns.ts'
import type { ImageColumns } from './imageColumns.ts'
import { integerLabels, namedLabels } from './labels.ts'
import type { Labels } from './labels.ts'
import { damagedTable, positionOf } from './table.ts'
import type { Cell, Table } from './table.ts'

/** Images that are decoded at once. */
const imagesAtOnce = 16

export interface ImageTables {
  /** What the dataset would be called. */
  name: string
  train: Table[]
  /** Null where the names of the files name no split. */
  validation: Table[] | null
}

interface Place {
  labels: Labels
  folder: string
  options: ImportOptions
  /** Progress of reading `number` of `readings` over all tables. */
  reading(number: number, readings: number): (table: Table) => Work
}

/**
 * Throws WorkbenchError 'labels-missing' where no column is clearly the class, 'unsupported-format' for pixels that
 * make no image, and what reading the tables and createImageWriter throw.
 */
export function writeImages(source: ImageTables, folder: string, options: ImportOptions): Promise<Content> {
  const tables = [...source.train, ...(source.validation ?? [])]
  const first = tables[0]!
  const { label, ...chosen } = chooseColumns(first, options)
  if (label === undefined) throw noLabel(first)
  const { name, type } = first.columns[label]!
  const place: Place = {
    labels: type === 'number' ? integerLabels(first.classNames?.(name)) : namedLabels(),
    folder,
    options,
    reading(number, readings) {
      const onProgress = (bytes: number, total: number) =>
        options.onProgress?.(((number - 1) * total + bytes) / readings, total)
      const workFor = workOn(
        tables.map(({ file }) => file),
        { ...options, onProgress },
      )
      return ({ file }) => workFor(file)
    },
  }
  return chosen.kind === 'pixels'
    ? writePixels(source, { pixels: chosen.pixels, label }, place)
    : writeEncoded(source, { image: chosen.image, label }, place)
}

function chooseColumns(table: Table, { column, labelColumn }: ImportOptions): ImageColumns {
  const found = imageColumnsOf(table)
  if (!found) throw noLabel(table)
  const label = labelColumn === undefined ? found.label : positionOf(table, labelColumn, '--label-column')
  if (found.kind === 'encoded')
    return {
      ...found,
      image: column === undefined ? found.image : positionOf(table, column, '--column'),
      label,
    }
  return { ...found, label, pixels: found.pixels.filter((position) => position !== label) }
}

async function writePixels(
  { name, train, validation }: ImageTables,
  { pixels, label }: { pixels: number[]; label: number },
  { labels, folder, options, reading }: Place,
): Promise<Content> {
  const shape = pixelShape(train[0]!, pixels.length, options.imageSize)
  const isShare = sharesOf255(train[0]!, pixels)
  const { see } = labels
  if (see)
    for (const table of [...train, ...(validation ?? [])]) {
      const position = samePosition(table, train[0]!, label)
      for await (const rows of table.rows([position], options, reading(1, 2)(table)))
        for (const [cell] of rows) see(cell)
    }
  const work = see ? reading(2, 2) : reading(1, 1)
  let unlabelled = 0
  const copy = async (tables: readonly Table[], writer: ImageWriter) => {
    let count = 0
    for (const table of tables) {
      const positions = [label, ...pixels].map((position) => samePosition(table, train[0]!, position))
      let row = 0
      for await (const rows of table.rows(positions, options, work(table)))
        for (const [own, ...values] of rows) {
          row++
          const value = labels.valueOf(own)
          if (value === undefined) {
            unlabelled++
            continue
          }
          await writer.add(toBytes(values, isShare, { table: table.file.name, row }), [value])
          count++
        }
    }
    return count
  }
  return finish(
    { name, train, validation },
    { shape, labels, folder, options, copy, notes: () => unlabelledNote(unlabelled) },
  )
}

/** Whether pixels are numbers from 0 to 1, as far as the first rows show it. */
function sharesOf255({ sample }: Table, pixels: readonly number[]): boolean {
  const values = sample.flatMap((row) => pixels.map((position) => Number(row[position])))
  return values.some((value) => value > 0) && values.every((value) => !(value > 1))
}

function toBytes(values: readonly Cell[], isShare: boolean, at: { table: string; row: number }): Uint8Array {
  const most = isShare ? 1 : 255
  return Uint8Array.from(values, (cell) => {
    const value = typeof cell === 'string' ? Number(cell) : cell
    if (typeof value !== 'number' || !(value >= 0 && value <= most))
      throw damagedTable(
        at.table,
        `row ${at.row} of the images has the pixel ${JSON.stringify(cell ?? null)}, where pixels are numbers from 0 to ${most}`,
      )
    return Math.round(isShare ? value * 255 : value)
  })
}

async function writeEncoded(
  { name, train, validation }: ImageTables,
  { image, label }: { image: number; label: number },
  { labels, folder, options, reading }: Place,
): Promise<Content> {
  const headers: ImageInformation[] = []
  const unreadable: WorkbenchError[] = []
  let unlabelled = 0
  let total = 0
  const rowsOf = async function* (table: Table, work: (table: Table) => Work) {
    const positions = [image, label].map((position) => samePosition(table, train[0]!, position))
    let row = 0
    for await (const rows of table.rows(positions, options, work(table)))
      yield rows.map(([cell, own]) => ({ bytes: cell, own, name: `row ${++row}` }))
  }
  const first = reading(1, 2)
  for (const table of [...train, ...(validation ?? [])])
    for await (const rows of rowsOf(table, first)) {
      const inspected = inOrder(rows, imagesAtOnce, (row) => orListed(inspect(row), unreadable))
      for await (const [{ own }, header] of inspected) {
        total++
        if (!header) continue
        headers.push(header)
        labels.see?.(own)
      }
    }
  refuseUnreadable(name, total, unreadable)
  if (headers.length === 0) throw damagedTable(name, 'it has no rows')
  const shape = chooseShape(headers, options.imageSize)
  unreadable.length = 0 // they are met again
  const second = reading(2, 2)
  const copy = async (tables: readonly Table[], writer: ImageWriter) => {
    let count = 0
    for (const table of tables)
      for await (const rows of rowsOf(table, second)) {
        throwIfCancelled(options.signal, name)
        const decoded = inOrder(rows, imagesAtOnce, (row) => orListed(decode(row, shape), unreadable))
        for await (const [{ own }, pixels] of decoded) {
          if (!pixels) continue
          const value = labels.valueOf(own)
          if (value === undefined) unlabelled++
          else {
            await writer.add(pixels, [value])
            count++
          }
        }
      }
    refuseUnreadable(name, total, unreadable)
    return count
  }
  const notes = () => [
    ...scalingNote(headers, shape),
    ...unreadableNote(unreadable),
    ...unlabelledNote(unlabelled),
  ]
  const content = await finish({ name, train, validation }, { shape, labels, folder, options, copy, notes })
  return { ...content, originals: originalSizes(headers, shape) }
}

interface Row {
  bytes: Cell
  name: string
}
const inspect = async (row: Row) => inspectImage(encodedIn(row))
const decode = async (row: Row, shape: ImageShape) => decodePixels(encodedIn(row), shape)

function encodedIn({ bytes, name }: Row) {
  if (bytes instanceof Uint8Array) return { bytes, name }
  throw new WorkbenchError(
    'file-damaged',
    `In ${name} there is no image.`,
    'Write the image files into the table.',
  )
}

interface Copying {
  shape: ImageShape
  labels: Labels
  folder: string
  options: ImportOptions
  /** Writes the images of these tables and returns how many there were. */
  copy(tables: readonly Table[], writer: ImageWriter): Promise<number>
  notes(): string[]
}

async function finish(
  { name, train, validation }: ImageTables,
  { shape, labels, folder, options, copy, notes }: Copying,
): Promise<Extract<Content, { kind: 'images' }>> {
  const writer = await createImageWriter(folder, shape, name, options)
  try {
    const trainImages = await copy(train, writer)
    if (validation) await copy(validation, writer)
    const content = await writer.finish({ ...(validation && { train: trainImages }), nameOf: labels.nameOf })
    const all = [...train.flatMap((table) => table.notes()), ...notes()]
    return all.length > 0 ? { ...content, notes: all } : content
  } finally {
    await writer.close()
  }
}

const unlabelledNote = (count: number) =>
  count === 0
    ? []
    : [`${counted(count, 'image')} left out: ${count === 1 ? 'it has' : 'they have'} no class.`]

/** Where the column of `like` at `position` is in `table`, whose columns may be in another order. */
function samePosition(table: Table, like: Table, position: number): number {
  if (table === like) return position
  const name = like.columns[position]!.name
  const own = table.columns.findIndex((column) => column.name === name)
  if (own >= 0) return own
  throw damagedTable(
    table.file.name,
    `it has no column ${JSON.stringify(name)}, which ${path.basename(like.file.name)} has`,
  )
}
