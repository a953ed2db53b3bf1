/** Arrays of numpy wherever they lie: a .npy is one, a .npz holds several. */
import path from 'node:path'
import { WorkbenchError } from '../../../../shared/errors.ts'
import { isZip, readZip } from '../archive/zip.ts'
import { byteReader } from '../bytes.ts'
import type { ByteReader } from '../bytes.ts'
import type { Candidate } from '../importer.ts'
import { limits } from '../limits.ts'
import { readContent } from '../source.ts'
import type { Work } from '../source.ts'
import type { ArrayPair } from './arrays.ts'
import { isNpy, readNpyHeader, readValues, unsupported } from './format.ts'
import type { NpyHeader } from './format.ts'
import { layoutOf, readPixels, scaleOf } from './pixels.ts'

export interface NumpyArray {
  /** What errors call it. */
  readonly name: string
  readonly file: Candidate
  readonly header: NpyHeader
  readonly shape: readonly number[]
  /** From its header on. */
  bytes(work: Work): AsyncGenerator<Uint8Array>
}
type Source = Pick<NumpyArray, 'name' | 'file' | 'bytes'>

const archiveName = /\.npz$/i
const extension = /\.npy(\.gz)?$/i

/** What the first bytes of a file, and the name of an archive, say. */
export async function numpyKind(file: Candidate): Promise<'array' | 'archive' | undefined> {
  const head = await file.head()
  if (isNpy(head)) return 'array'
  return isZip(head) && archiveName.test(file.name) ? 'archive' : undefined
}

/** "data/x_train.npy" -> "x_train". */
export const arrayName = (name: string): string => path.basename(name).replace(extension, '')

/** The arrays in files that numpyKind knows. Throws what readNpyHeader and readZip throw. */
export async function arraysIn(files: readonly Candidate[], work: Work): Promise<NumpyArray[]> {
  const found: NumpyArray[] = []
  for (const file of files) {
    const isArchive = (await numpyKind(file)) === 'archive'
    for (const source of isArchive ? await membersOf(file, work) : [single(file)]) {
      const header = await withReader(source, work, (reader) => readNpyHeader(reader, source.name))
      found.push({ ...source, header, shape: header.shape })
    }
  }
  return found
}

const single = (file: Candidate): Source => ({
  ...{ name: file.name, file },
  bytes: (work) => readContent(file, work),
})

/** A .npz is a zip archive of .npy files. */
async function membersOf(file: Candidate, work: Work): Promise<Source[]> {
  const sources: Source[] = []
  for await (const { name: member } of readZip(file, { signal: work.signal })) {
    if (!extension.test(member)) continue
    const bytes = async function* (wanted: Work) {
      for await (const { name, content } of readZip(file, wanted)) if (name === member) return yield* content
    }
    sources.push({ name: `${file.name}/${member.replace(extension, '')}`, file, bytes })
  }
  return sources
}

/** The pixels of an array of images, in blocks of whole images; a block is overwritten by the next one. */
export async function* readImages(array: NumpyArray, work: Work): AsyncGenerator<Uint8Array> {
  const scale = await withReader(array, { signal: work.signal }, async (reader) =>
    scaleOf(reader, await readNpyHeader(reader, array.name), array.name),
  )
  const reader = byteReader(array.bytes(work))
  try {
    yield* readPixels(reader, await readNpyHeader(reader, array.name), scale, array.name)
  } finally {
    await reader.close()
  }
}

/** A label for each image of the pair. Throws WorkbenchError 'labels-mismatch', or 'unsupported-format' where they are no integers. */
export async function readLabels(
  { images, labels: source }: ArrayPair<NumpyArray>,
  work: Work,
): Promise<number[]> {
  if (source.shape[0]! > limits.images) throw unsupported(source.name, `has ${source.shape[0]} labels`)
  const labels = await withReader(source, work, async (reader) => {
    const header = await readNpyHeader(reader, source.name)
    const all: number[] = []
    for await (const values of readValues(reader, header, 2 ** 16, source.name))
      for (const value of values) {
        if (!Number.isSafeInteger(value))
          throw unsupported(source.name, `has the label ${value}, which is no integer`)
        all.push(value)
      }
    return all
  })
  const { count } = layoutOf(images.header)
  if (labels.length !== count)
    throw new WorkbenchError(
      'labels-mismatch',
      `${images.name} has ${count} images and ${source.name} has ${labels.length} labels.`,
      'Import the two arrays that belong together: every image needs one label.',
    )
  return labels
}

/** Which arrays are what cannot be told. */
export function unclearArrays(name: string, found: readonly NumpyArray[]): WorkbenchError {
  const list = found.map((one) => `${path.basename(one.name)} (${one.shape.join(' x ')})`)
  return new WorkbenchError(
    'labels-missing',
    `In ${name} it is not clear which arrays are images and which are their labels: ${list.join(', ') || 'there are none'}.`,
    'Give one array of images and one of labels, or "x_train", "y_train", "x_test" and "y_test".',
  )
}

async function withReader<Result>(
  source: Source,
  work: Work,
  use: (reader: ByteReader) => Promise<Result>,
): Promise<Result> {
  const reader = byteReader(source.bytes(work))
  try {
    return await use(reader)
  } finally {
    await reader.close()
  }
}
