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
import { groupByName, looksLikeIdx, namesLabels } from './names.ts'
import type { IdxGroup, IdxPair } from './names.ts'

/** Bytes that are read and written at once. */
const blockBytes = 2 ** 20

export const idxImporter: Importer = {
  async plans(files) {
    const images: Candidate[] = []
    const labels: Candidate[] = []
    for (const file of files) {
      const header = parseIdxHeader(await file.head())
      const isLabels = header ? header.dimensions.length === 1 : namesLabels(file.name)
      if (header || looksLikeIdx(file.name)) (isLabels ? labels : images).push(file)
    }
    return groupByName(images, labels).map((group) => ({
      format: 'IDX',
      kind: 'images',
      name: group.name,
      files: group.pairs.flatMap((pair) => [pair.images, pair.labels].filter((file) => file !== undefined)),
      write: (folder, options) => write(group, folder, options),
    }))
  },
}

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
        if (source.count !== values.length) throw mismatch(images, source.count, labels, values.length)
        if (shape && !sameShape(shape, own)) throw otherShape(pairs[0]!.images, shape, images, own)
        shape = own
        writer ??= await createImageWriter(folder, shape, images.name, options)
        await copyImages(source, shape, values, writer)
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

async function readLabels(file: Candidate, work: Work): Promise<Uint8Array> {
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

async function copyImages(
  source: Awaited<ReturnType<typeof openIdx>>,
  { height, width, channels }: ImageShape,
  values: Uint8Array,
  writer: ImageWriter,
): Promise<void> {
  const imageBytes = height * width * channels
  const perBlock = Math.max(1, Math.floor(blockBytes / imageBytes))
  const block = new Uint8Array(Math.min(perBlock, values.length) * imageBytes)
  for (let first = 0; first < values.length; first += perBlock) {
    const labels = values.subarray(first, first + perBlock)
    const pixels = block.subarray(0, labels.length * imageBytes)
    await source.read(pixels)
    await writer.add(pixels, labels)
  }
  await source.end()
}

function shapeOf(itemShape: readonly number[], { name }: Candidate): ImageShape {
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

function mismatch(images: Candidate, count: number, labels: Candidate, labelCount: number): WorkbenchError {
  return new WorkbenchError(
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
