/** A file of curves from elsewhere, and which of them an experiment is to be seen beside. */
import fs from 'node:fs/promises'
import { WorkbenchError } from '../../shared/errors.ts'
import { readingError } from '../datasets/importers/source.ts'
import { readCsvFile } from './csv.ts'
import { readEventFile } from './events.ts'
import { damagedReference, metricOf, referenceLimits, type ReadSeries } from './series.ts'

export interface WantedSeries {
  /** The one that has this name; absent: those whose names say what they measure. */
  readonly series?: string | undefined
  /** What they are drawn with; absent: as their names say. */
  readonly metric?: string | undefined
}

export interface FoundSeries extends ReadSeries {
  readonly metric: string
}

/** @throws WorkbenchError file-missing, file-damaged, file-too-large, column-unclear */
export async function readReferences(
  file: { readonly path: string; readonly name: string },
  wanted: WantedSeries,
): Promise<FoundSeries[]> {
  const all = (await readFile(file)).filter(({ points }) => points.length > 0)
  if (all.length === 0) throw damagedReference(file.name, 'it has no points')
  const { series, metric } = wanted
  const chosen = series === undefined ? all : all.filter(({ name }) => name === series)
  const single = chosen.length === 1
  const found = chosen.flatMap((one): FoundSeries[] => {
    const measured = metric ?? metricOf(one.name) ?? (single ? metricOf(file.name) : undefined)
    // of a file with one curve and no name for it there is nothing to choose
    if (measured === undefined) return single ? [{ ...one, metric: 'validation/loss' }] : []
    return metric !== undefined && !single ? [] : [{ ...one, metric: measured }]
  })
  if (found.length > 0) return found
  const names = all.map(({ name }) => JSON.stringify(name))
  throw new WorkbenchError(
    'column-unclear',
    series === undefined
      ? `${file.name} has ${all.length} curves, and their names do not say which of them to take.`
      : `${file.name} has no curve named ${JSON.stringify(series)}.`,
    `Name one with --series: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`,
  )
}

async function readFile(file: { path: string; name: string }): Promise<ReadSeries[]> {
  try {
    const { size } = await fs.stat(file.path)
    if (size > referenceLimits.bytes)
      throw new WorkbenchError(
        'file-too-large',
        `${file.name} has ${size} bytes; a file of curves may have ${referenceLimits.bytes}.`,
        'Add a part of it.',
      )
    return isText(await headOf(file.path)) ? await readCsvFile(file) : await readEventFile(file)
  } catch (error) {
    if (error instanceof WorkbenchError || !(error instanceof Error) || !('syscall' in error)) throw error
    throw readingError(error, file.name)
  }
}

async function headOf(file: string): Promise<Uint8Array> {
  await using handle = await fs.open(file)
  const { bytesRead, buffer } = await handle.read(new Uint8Array(512), 0, 512, 0)
  return buffer.subarray(0, bytesRead)
}

/** An event file begins with a length of eight bytes, most of them 0. */
const isText = (head: Uint8Array): boolean => head.length > 0 && !head.includes(0)
