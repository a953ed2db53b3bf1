/**
 * Which columns of a table are images: one of encoded files, as Hugging Face has them, or one for each pixel, as MNIST
 * is often passed on. And which column says their classes.
 */
import path from 'node:path'
import { WorkbenchError } from '../../../../shared/errors.ts'
import type { Column } from '../../../../shared/imports.ts'
import type { ImageShape } from '../imageWriter.ts'
import { listOf } from './table.ts'
import type { Table } from './table.ts'

/** What columns of classes are called, the likeliest first. */
const labelNames = [
  ...['label', 'labels', 'fine_label', 'class', 'classes', 'class_name', 'classname', 'class_id', 'category'],
  ...['target', 'y', 'digit', 'letter'],
]
const imageNames = ['image', 'img', 'images', 'picture', 'photo', 'png', 'jpg', 'bytes']
/** Columns that count rows. */
const counting = /^(id|idx|index|row|no|column 1|unnamed: 0)$/i
/** The smallest images that are told from measurements without their names: 4 x 4. */
const leastPixels = 16
/** So many columns of numbers are pixels, even where they make no square. */
const surelyPixels = 100

/** Positions of columns. */
export type ImageColumns =
  | { kind: 'encoded'; image: number; label: number | undefined }
  | { kind: 'pixels'; pixels: number[]; label: number | undefined }

/** Undefined where the table is not of images. */
export function imageColumnsOf({ columns }: Table): ImageColumns | undefined {
  const label = named(columns, labelNames, (column) => column.type === 'text' || column.type === 'number')
  const images = positions(columns, ({ type }) => type === 'images')
  const bytes = named(columns, imageNames, ({ type }) => type === 'bytes')
  const image = images.length > 1 ? named(columns, imageNames, ({ type }) => type === 'images') : images[0]
  const encoded = image ?? images[0] ?? bytes
  if (encoded !== undefined) {
    const others = positions(columns, ({ type }) => type === 'text' || type === 'number')
    return { kind: 'encoded', image: encoded, label: label ?? (others.length === 1 ? others[0] : undefined) }
  }
  return pixelColumns(columns, label)
}

function pixelColumns(columns: readonly Column[], namedLabel: number | undefined): ImageColumns | undefined {
  const texts = positions(columns, ({ type }) => type === 'text')
  if (texts.length > 1 || (texts.length === 1 && namedLabel !== undefined && texts[0] !== namedLabel))
    return undefined
  const others = (label: number | undefined) => positions(columns, (_, position) => position !== label)
  const withLabel = (label: number): ImageColumns => ({
    kind: 'pixels',
    label,
    pixels: squareOf(columns, others(label)),
  })
  const sure = namedLabel ?? texts[0]
  const found = sure === undefined ? undefined : withLabel(sure)
  if (found) return arePixels(columns, found) ? found : undefined
  // Without names of its own the first column is the label, as it is in every MNIST that is passed on so.
  const unnamed = columns[0]?.name === 'column 1' && columns[1]?.name === 'column 2'
  const all: ImageColumns = { kind: 'pixels', label: undefined, pixels: squareOf(columns, others(undefined)) }
  const first = withLabel(0)
  if (unnamed && arePixels(columns, first)) return first
  return arePixels(columns, all) ? all : undefined
}

function arePixels(columns: readonly Column[], { pixels }: { pixels?: number[] } & ImageColumns): boolean {
  const count = pixels?.length ?? 0
  const isNamed =
    columns.filter(({ name }) => /^(pixel|px)[ _.-]?\d+|^\d+x\d+$/i.test(name)).length > count / 2
  return (
    pixels!.every((position) => ['number', 'other'].includes(columns[position]!.type)) &&
    (isNamed || count >= surelyPixels || (count >= leastPixels && sidesOf(count) !== undefined))
  )
}

/** The positions without a column that counts rows, where that makes a square of the others. */
function squareOf(columns: readonly Column[], all: number[]): number[] {
  if (sidesOf(all.length)) return all
  const rest = all.filter((position) => !counting.test(columns[position]!.name))
  return sidesOf(rest.length) ? rest : all
}

function sidesOf(count: number): ImageShape | undefined {
  for (const channels of [1, 3] as const) {
    const side = Math.sqrt(count / channels)
    if (Number.isInteger(side) && side > 0) return { height: side, width: side, channels }
  }
  return undefined
}

/** Squares of one or three values per pixel. Other counts are rows of `width` grey pixels. */
export function pixelShape(table: Table, count: number, width: number | undefined): ImageShape {
  const square = sidesOf(count)
  if (square) return square
  if (width !== undefined && count % width === 0) return { height: count / width, width, channels: 1 }
  throw new WorkbenchError(
    'unsupported-format',
    `${table.file.name} has ${count} columns of pixels, which make no square${width === undefined ? '' : ` and no rows of ${width}`}.`,
    'Say how many pixels a row of an image has with --image-size, and the column of the classes with --label-column.',
  )
}

export function noLabel({ file, columns }: Table): WorkbenchError {
  return new WorkbenchError(
    'labels-missing',
    `It is not clear which column of ${path.basename(file.name)} is the class of an image. ${listOf(columns)}`,
    'Name it with --label-column NAME.',
  )
}

const positions = (columns: readonly Column[], is: (column: Column, position: number) => boolean) =>
  columns.flatMap((column, position) => (is(column, position) ? [position] : []))

function named(
  columns: readonly Column[],
  names: readonly string[],
  is: (column: Column) => boolean,
): number | undefined {
  const found = names
    .map((name) => columns.findIndex((column) => column.name.toLowerCase() === name && is(column)))
    .find((position) => position >= 0)
  return found
}
