/**
 * The curves of a CSV file: one of TensorBoard (Wall time, Step, Value), one of this program (docs/exports.md), or any
 * whose header names a column of steps; every other column that has numbers is then a curve.
 */
import { createReadStream } from 'node:fs'
import { CsvError, parse } from 'csv-parse'
import { columns as ownColumns } from '../export/csv.ts'
import { damagedReference, seriesCollector, type ReadSeries, type ReferenceLimits } from './series.ts'

const stepNames = /^(_?step|steps|global_?step|iter|iters|iteration|iterations|update|updates)$/i
const longestRow = 1 << 20

/** @throws WorkbenchError file-damaged, file-too-large */
export async function readCsvFile(
  file: { readonly path: string; readonly name: string },
  limits?: ReferenceLimits,
): Promise<ReadSeries[]> {
  const collector = seriesCollector(file.name, limits)
  const rows = createReadStream(file.path).pipe(
    parse({ bom: true, relax_column_count: true, skip_empty_lines: true, max_record_size: longestRow }),
  )
  let take: ((row: string[]) => void) | undefined
  try {
    for await (const row of rows as AsyncIterable<string[]>) {
      if (take) take(row)
      else take = takerFor(row, file.name, collector.add)
    }
  } catch (error) {
    if (error instanceof CsvError) throw damagedReference(file.name, error.message.replace(/\.$/, ''))
    throw error
  }
  return collector.all()
}

/** What is done with a row, by the header. */
function takerFor(
  header: readonly string[],
  file: string,
  add: (name: string, step: number, value: number) => void,
): (row: string[]) => void {
  if (ownColumns.every((column, index) => header[index] === column)) {
    const [record, attention, seed, name, step, value] = (
      ['record', 'attention', 'seed', 'name', 'step', 'value'] as const
    ).map((column) => ownColumns.indexOf(column)) as [number, number, number, number, number, number]
    return (row) => {
      if (row[record] === 'series')
        add(`${row[attention]} seed ${row[seed]} ${row[name]}`, Number(row[step]), numberOf(row[value]))
    }
  }
  const step = header.findIndex((name) => stepNames.test(name.trim()))
  if (step < 0)
    throw damagedReference(file, `no column of it names steps: it has ${header.slice(0, 8).join(', ')}`)
  const others = header.flatMap((name, index) =>
    index === step || /^wall.?time$|^_?timestamp$|^_?runtime$/i.test(name.trim())
      ? []
      : [[name.trim() || `column ${index + 1}`, index] as const],
  )
  return (row) => {
    const at = numberOf(row[step])
    if (Number.isNaN(at)) return
    for (const [name, index] of others) {
      const value = numberOf(row[index])
      if (!Number.isNaN(value)) add(name, at, value)
    }
  }
}

/** NaN for what is no number, and for an empty cell. */
const numberOf = (text: string | undefined): number =>
  text === undefined || text.trim() === '' ? NaN : Number(text)
