/**
 * Parquet by hyparquet, one row group at a time. A file that was made to do harm can have it fill the memory or run on
 * and on whatever is checked before, so this runs in a thread of its own (worker.ts) that may be ended (index.ts).
 */
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet'
import type { AsyncBuffer, Compressors, FileMetaData, SchemaTree } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { WorkbenchError } from '../../../../../shared/errors.ts'
import type { Column } from '../../../../../shared/imports.ts'
import { limits } from '../../limits.ts'
import { batchRows, columnNames, damagedTable } from '../table.ts'
import type { Cell } from '../table.ts'

export interface ParquetHeader {
  rows: number
  columns: Column[]
  /** What the datasets library of Hugging Face wrote about its columns. */
  huggingFace: string | undefined
}

interface Opened {
  file: AsyncBuffer
  metadata: FileMetaData
  /** As the file calls its columns. */
  children: readonly SchemaTree[]
}

/** What the footer says. Throws WorkbenchError 'file-damaged'. */
export async function readHeader(path: string, name: string): Promise<ParquetHeader> {
  const { metadata, children } = await open(path, name)
  const names = columnNames(children.map(({ element }) => element.name))
  return {
    rows: Number(metadata.num_rows),
    columns: children.map((child, index) => ({ name: names[index]!, type: typeOf(child) })),
    huggingFace: metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value,
  }
}

/**
 * The values of the columns at these positions, some rows at a time. A struct with encoded image bytes is its bytes.
 * Throws WorkbenchError 'file-damaged', or 'file-too-large' for row groups beyond the limits.
 */
export async function* readRows(
  path: string,
  name: string,
  positions: readonly number[],
): AsyncGenerator<Cell[][]> {
  const { file, metadata, children } = await open(path, name)
  const columns = positions.map((position) => children[position]!.element.name)
  let rowStart = 0
  for (const [index, group] of metadata.row_groups.entries()) {
    const wanted = group.columns.filter(({ meta_data }) =>
      columns.includes(meta_data?.path_in_schema[0] ?? ''),
    )
    const bytes = wanted.reduce(
      (sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0),
      0,
    )
    if (bytes > limits.rowGroupBytes) throw tooLarge(name, index, bytes)
    const rowEnd = rowStart + Number(group.num_rows)
    const rows = await decoded(name, () => readGroup({ file, metadata, columns, rowStart, rowEnd }))
    if (rows.length !== rowEnd - rowStart)
      throw damagedTable(
        name,
        `row group ${index + 1} has ${rows.length} rows where its footer says ${rowEnd - rowStart}`,
      )
    for (let first = 0; first < rows.length; first += batchRows)
      yield rows.slice(first, first + batchRows).map((row) => row.map(cellOf))
    rowStart = rowEnd
  }
}

const open = (path: string, name: string): Promise<Opened> =>
  decoded(name, async () => {
    const file = await asyncBufferFromFile(path)
    const metadata = await parquetMetadataAsync(file, { geoparquet: false })
    const { children } = parquetSchema(metadata)
    const groupRows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0)
    if (groupRows !== Number(metadata.num_rows))
      throw damagedTable(
        name,
        `its footer says ${metadata.num_rows} rows, and its row groups hold ${groupRows}`,
      )
    if (children.length === 0) throw damagedTable(name, 'it has no columns')
    return { file, metadata, children }
  })

interface GroupRequest {
  file: AsyncBuffer
  metadata: FileMetaData
  columns: string[]
  rowStart: number
  rowEnd: number
}

async function readGroup(request: GroupRequest): Promise<unknown[][]> {
  let rows: unknown[][] = []
  await parquetRead({
    ...request,
    utf8: false, // bytes stay bytes where the schema does not say that they are text
    parsers: { stringFromBytes: (bytes) => bytes && utf8.decode(bytes) },
    compressors: guardedCompressors,
    onComplete: (found: unknown[][]) => (rows = found),
  })
  return rows
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A page says how large it becomes, and so much memory is taken at once. */
const guardedCompressors: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, decompress]) => [
    codec,
    (input: Uint8Array, outputLength: number) => {
      if (!(outputLength >= 0 && outputLength <= limits.rowGroupBytes))
        throw new Error(`a page claims to hold ${outputLength} bytes`)
      return decompress(input, outputLength)
    },
  ]),
)

/** A struct {bytes, path}, as Hugging Face has images, is of images. */
function typeOf({ element, children }: SchemaTree): Column['type'] {
  const isRepeated = element.repetition_type === 'REPEATED'
  if (children.length > 0) {
    const names = children.map((child) => child.element.name)
    return !isRepeated && names.includes('bytes') ? 'images' : 'other'
  }
  if (isRepeated) return 'other'
  const { type, converted_type: converted, logical_type: logical } = element
  if (type === 'BYTE_ARRAY') {
    if (
      converted === 'UTF8' ||
      converted === 'ENUM' ||
      logical?.type === 'STRING' ||
      logical?.type === 'ENUM'
    )
      return 'text'
    return converted === undefined && logical === undefined ? 'bytes' : 'other'
  }
  const isPlain = converted === undefined || /^U?INT_/.test(converted)
  const isNumber =
    type === 'INT32' || type === 'INT64' || type === 'FLOAT' || type === 'DOUBLE' || type === 'BOOLEAN'
  return isNumber && isPlain && (logical === undefined || logical.type === 'INTEGER') ? 'number' : 'other'
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value)
  // A copy: what is sent to another thread is sent with the whole memory behind it.
  if (value instanceof Uint8Array) return value.slice()
  if (typeof value === 'object' && 'bytes' in value) return cellOf(value.bytes)
  return undefined
}

/** `work`, in which whatever hyparquet throws means that the file is damaged. */
async function decoded<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof WorkbenchError || (error instanceof Error && 'syscall' in error)) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw damagedTable(name, `as Parquet it is damaged (${reason})`)
  }
}

const tooLarge = (name: string, index: number, bytes: number) =>
  new WorkbenchError(
    'file-too-large',
    `Row group ${index + 1} of ${name} holds ${bytes} bytes in its columns; accepted are ${limits.rowGroupBytes}.`,
    'Write it again in smaller row groups: pandas and pyarrow call it row_group_size.',
  )
