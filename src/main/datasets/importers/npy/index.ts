/**
 * Arrays of numpy as a dataset: one .npz, or the .npy files of one folder. Which arrays are images and labels is told
 * in arrays.ts; bytes are read by format.ts and become pixels in pixels.ts. A class is named by its label.
 */
import path from 'node:path'
import { WorkbenchError } from '../../../../shared/errors.ts'
import { isZip, readZip } from '../archive/zip.ts'
import { byteReader } from '../bytes.ts'
import type { ByteReader } from '../bytes.ts'
import { createImageWriter } from '../imageWriter.ts'
import type { ImageShape, ImageWriter } from '../imageWriter.ts'
import { workOn } from '../importer.ts'
import type { Candidate, Content, Importer, ImportOptions, ImportPlan } from '../importer.ts'
import { limits } from '../limits.ts'
import { readContent } from '../source.ts'
import type { Work } from '../source.ts'
import { chooseArrays } from './arrays.ts'
import type { ArrayPair } from './arrays.ts'
import { isNpy, readNpyHeader, readValues, unsupported } from './format.ts'
import type { NpyHeader } from './format.ts'
import { layoutOf, readPixels, scaleOf } from './pixels.ts'

/** An array somewhere in a file. */
interface Source {
  /** What errors call it. */
  readonly name: string
  readonly file: Candidate
  bytes(work: Work): AsyncGenerator<Uint8Array>
}
type Found = Source & { header: NpyHeader; shape: readonly number[] }

const archiveName = /\.npz$/i
const extension = /\.npy(\.gz)?$/i

export const npyImporter: Importer = {
  async plans(files) {
    const single: Candidate[] = []
    const plans: ImportPlan[] = []
    const plan = (name: string, own: Candidate[], sources: (work: Work) => Promise<Source[]>) =>
      plans.push({
        format: 'numpy',
        kind: 'images',
        name,
        files: own,
        write: (folder, options) => write(name, sources, own, folder, options),
      })
    for (const file of files) {
      const head = await file.head()
      if (isNpy(head)) single.push(file)
      else if (isZip(head) && archiveName.test(file.name))
        plan(path.parse(file.name).name, [file], (work) => membersOf(file, work))
    }
    for (const [folder, own] of Map.groupBy(single, ({ name }) => path.dirname(name))) {
      const title = path.basename(path.resolve('/', folder)) || path.parse(own[0]!.name).name
      plan(title, own, async () =>
        own.map((file) => ({ name: file.name, file, bytes: (work) => readContent(file, work) })),
      )
    }
    return plans
  },
}

/** The arrays in a .npz, which is a zip archive of .npy files. */
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

async function write(
  name: string,
  sources: (work: Work) => Promise<Source[]>,
  files: Candidate[],
  folder: string,
  options: ImportOptions,
): Promise<Content> {
  const { signal } = options
  const found: Found[] = []
  for (const source of await sources({ signal })) {
    const header = await withReader(source, { signal }, (reader) => readNpyHeader(reader, source.name))
    found.push({ ...source, header, shape: header.shape })
  }
  const inFiles = found.map((one) => ({ ...one, name: path.basename(one.name).replace(extension, '') }))
  const parts = chooseArrays(inFiles)
  if (!parts) throw unclear(name, found)
  const pairs = [parts.train, ...(parts.validation ? [parts.validation] : [])]
  const shape = shapeOf(pairs)
  const writer = await createImageWriter(folder, shape, name, options)
  try {
    // An archive is read once for each of its arrays.
    let furthest = 0
    const total = files.reduce((sum, { size }) => sum + size, 0)
    const report = (bytes: number) => options.onProgress?.((furthest = Math.max(furthest, bytes)), total)
    const workFor = workOn(files, { signal, onProgress: report })
    const counts: number[] = []
    for (const pair of pairs) counts.push(await copyPair(pair, writer, workFor(pair.images.file), options))
    const content = await writer.finish({
      ...(parts.validation && { train: counts[0]! }),
      nameOf: String,
    })
    report(total)
    return content
  } finally {
    await writer.close()
  }
}

/** Returns how many images there are. */
async function copyPair(
  { images, labels }: ArrayPair<Found>,
  writer: ImageWriter,
  work: Work,
  { signal }: ImportOptions,
): Promise<number> {
  const { count, height, width, channels } = layoutOf(images.header)
  const values = await readLabels(labels, { signal })
  if (values.length !== count)
    throw new WorkbenchError(
      'labels-mismatch',
      `${images.name} has ${count} images and ${labels.name} has ${values.length} labels.`,
      'Import the two arrays that belong together: every image needs one label.',
    )
  const read = <Result>(own: Work, use: (reader: ByteReader, header: NpyHeader) => Promise<Result>) =>
    withReader(images, own, async (reader) => use(reader, await readNpyHeader(reader, images.name)))
  const scale = await read({ signal }, (reader, header) => scaleOf(reader, header, images.name))
  await read(work, async (reader, header) => {
    let done = 0
    for await (const pixels of readPixels(reader, header, scale, images.name)) {
      const whole = pixels.length / (height * width * channels)
      await writer.add(pixels, values.slice(done, done + whole))
      done += whole
    }
  })
  return count
}

async function readLabels(source: Found, work: Work): Promise<number[]> {
  if (source.shape[0]! > limits.images) throw unsupported(source.name, `has ${source.shape[0]} labels`)
  return withReader(source, work, async (reader) => {
    const header = await readNpyHeader(reader, source.name)
    const labels: number[] = []
    for await (const values of readValues(reader, header, 2 ** 16, source.name))
      for (const value of values) {
        if (!Number.isSafeInteger(value))
          throw unsupported(source.name, `has the label ${value}, which is no integer`)
        labels.push(value)
      }
    return labels
  })
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

function shapeOf(pairs: ArrayPair<Found>[]): ImageShape {
  const say = ({ height, width, channels }: ImageShape) => `${width} x ${height} x ${channels}`
  const shapes = pairs.map(({ images }) => layoutOf(images.header))
  const [first, other] = shapes.map(say)
  if (other !== undefined && other !== first)
    throw new WorkbenchError(
      'unsupported-format',
      `The images in ${pairs[0]!.images.name} are ${first} and those in ${pairs[1]!.images.name} are ${other}.`,
      'Training and validation images must have the same size.',
    )
  const { count, height, width, channels } = shapes[0]!
  if (count === 0 || height * width * channels === 0)
    throw unsupported(pairs[0]!.images.name, 'has no pixels')
  return { height, width, channels }
}

function unclear(name: string, found: readonly Found[]): WorkbenchError {
  const list = found.map((one) => `${path.basename(one.name)} (${one.shape.join(' x ')})`)
  return new WorkbenchError(
    'labels-missing',
    `In ${name} it is not clear which arrays are images and which are their labels: ${list.join(', ') || 'there are none'}.`,
    'Give one array of images and one of labels, or "x_train", "y_train", "x_test" and "y_test".',
  )
}
