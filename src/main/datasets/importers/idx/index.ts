/**
 * IDX pairs as a dataset: two files (images and labels), which are split here, or four (a training and a test pair),
 * which bring their split. Images are (n, height, width) or (n, height, width, channels); a class is named by its
 * label. The bytes are read by format.ts; which files belong together is told in names.ts.
 */
import { WorkbenchError } from '../../../../shared/errors.ts'
import { createImageWriter } from '../imageWriter.ts'
import type { ImageShape, ImageWriter } from '../imageWriter.ts'
import { workOn } from '../importer.ts'
import type { Candidate, Content, Importer, ImportOptions } from '../importer.ts'
import type { Work } from '../source.ts'
import { openIdx, parseIdxHeader, unsupported } from './format.ts'
import type { IdxFile } from './format.ts'
import { groupByName, looksLikeIdx, namesLabels } from './names.ts'
import type { IdxGroup, IdxPair } from './names.ts'

/** Bytes that are read and written at once. */
const blockBytes = 2 ** 20

export const idxImporter: Importer = {
  async plans(files) {
    return (await groupIdx(files)).map((group) => ({
      format: 'IDX',
      kind: 'images',
      name: group.name,
      files: filesOf(group),
      write: (folder, options) => write(group, folder, options),
    }))
  },
}

/** The IDX files among `files`, in the groups that belong together. */
export async function groupIdx(files: readonly Candidate[]): Promise<IdxGroup<Candidate>[]> {
  const images: Candidate[] = []
  const labels: Candidate[] = []
  for (const file of files) {
    const header = parseIdxHeader(await file.head())
    const isLabels = header ? header.dimensions.length === 1 : namesLabels(file.name)
    if (header || looksLikeIdx(file.name)) (isLabels ? labels : images).push(file)
  }
  return groupByName(images, labels)
}

export const filesOf = ({ pairs }: IdxGroup<Candidate>): Candidate[] =>
  pairs.flatMap((pair) => [pair.images, pair.labels].filter((file) => file !== undefined))

async function write(group: IdxGroup<Candidate>, folder: string, options: ImportOptions): Promise<Content> {
  const pairs = group.pairs.map(requireBoth)
  const files = pairs.flatMap(({ labels, images }) => [labels, images])
  const workFor = workOn(files, options)
  const counts: number[] = []
  let writer: ImageWriter | undefined
  let shape: ImageShape | undefined
  try {
    for (const { images, labels } of pairs) {
      const values = await readLabels(labels, workFor(labels))
      const source = await openIdx(images, workFor(images))
      try {
        const own = shapeOf(source.itemShape, images)
        requireOneEach(images, source.count, labels, values.length)
        if (shape && !sameShape(shape, own)) throw otherShape(pairs[0]!.images, shape, images, own)
        shape = own
        writer ??= await createImageWriter(folder, shape, images.name, options)
        let done = 0
        for await (const pixels of imageBlocks(source, shape)) {
          const whole = pixels.length / (shape.height * shape.width * shape.channels)
          await writer.add(pixels, values.subarray(done, done + whole))
          done += whole
        }
      } finally {
        await source.close()
      }
      counts.push(values.length)
    }
    return await writer!.finish({ ...(group.hasSplit && { train: counts[0]! }), nameOf: String })
  } finally {
    await writer?.close()
  }
}

/** Throws what openIdx throws, or 'unsupported-format' where there is more than one number per item. */
export async function readLabels(file: Candidate, work: Work): Promise<Uint8Array> {
  const source = await openIdx(file, work)
  try {
    if (source.itemShape.length > 0)
      throw unsupported(file.name, `has ${source.itemShape.length + 1} dimensions, where labels have one`)
    const labels = new Uint8Array(source.count)
    await source.read(labels)
    await source.end()
    return labels
  } finally {
    await source.close()
  }
}

/** All pixels of `source` in blocks of whole images; a block is overwritten by the next one. */
export async function* imageBlocks(
  source: IdxFile,
  { height, width, channels }: ImageShape,
): AsyncGenerator<Uint8Array> {
  const imageBytes = height * width * channels
  const perBlock = Math.max(1, Math.floor(blockBytes / imageBytes))
  const block = new Uint8Array(Math.min(perBlock, source.count) * imageBytes)
  for (let first = 0; first < source.count; first += perBlock) {
    const pixels = block.subarray(0, Math.min(perBlock, source.count - first) * imageBytes)
    await source.read(pixels)
    yield pixels
  }
  await source.end()
}

/** Throws WorkbenchError 'unsupported-format' where an item is no image. */
export function shapeOf(itemShape: readonly number[], { name }: Candidate): ImageShape {
  const [height, width, channels = 1] = itemShape
  if (height !== undefined && width !== undefined && itemShape.length <= 3) return { height, width, channels }
  throw unsupported(name, `has ${itemShape.length + 1} dimensions, where images have three or four`)
}

const sameShape = (a: ImageShape, b: ImageShape) =>
  a.height === b.height && a.width === b.width && a.channels === b.channels

function requireBoth({ images, labels }: IdxPair<Candidate>): { images: Candidate; labels: Candidate } {
  if (images && labels) return { images, labels }
  throw new WorkbenchError(
    'labels-missing',
    images
      ? `There are no labels for the images in ${images.name}.`
      : `There are no images for ${labels!.name}.`,
    'Import both files together: "train-images-idx3-ubyte" belongs to "train-labels-idx1-ubyte".',
  )
}

/** Throws WorkbenchError 'labels-mismatch'. */
export function requireOneEach(
  images: Candidate,
  count: number,
  labels: Candidate,
  labelCount: number,
): void {
  if (count === labelCount) return
  throw new WorkbenchError(
    'labels-mismatch',
    `${images.name} has ${count} images and ${labels.name} has ${labelCount} labels.`,
    'Import the two files that belong together: every image needs one label.',
  )
}

function otherShape(first: Candidate, a: ImageShape, second: Candidate, b: ImageShape): WorkbenchError {
  const say = ({ height, width, channels }: ImageShape) => `${width} x ${height} x ${channels}`
  return new WorkbenchError(
    'unsupported-format',
    `The images in ${first.name} are ${say(a)} and those in ${second.name} are ${say(b)}.`,
    'Training and test images must have the same size: import each pair on its own, or resize them first.',
  )
}
