/**
 * Arrays of numpy as a dataset: one .npz, or the .npy files of one folder. Which arrays are images and labels is told
 * in arrays.ts; sources.ts finds and reads them. A class is named by its label.
 */
import path from 'node:path'
import { WorkbenchError } from '../../../../shared/errors.ts'
import { createImageWriter } from '../imageWriter.ts'
import type { ImageShape, ImageWriter } from '../imageWriter.ts'
import { workOn } from '../importer.ts'
import type { Candidate, Content, Importer, ImportOptions, ImportPlan } from '../importer.ts'
import type { Work } from '../source.ts'
import { chooseArrays } from './arrays.ts'
import type { ArrayPair } from './arrays.ts'
import { unsupported } from './format.ts'
import { layoutOf } from './pixels.ts'
import { arrayName, arraysIn, numpyKind, readImages, readLabels, unclearArrays } from './sources.ts'
import type { NumpyArray } from './sources.ts'

export const npyImporter: Importer = {
  async plans(files) {
    const single: Candidate[] = []
    const plans: ImportPlan[] = []
    const plan = (name: string, own: Candidate[]) =>
      plans.push({
        format: 'numpy',
        kind: 'images',
        name,
        files: own,
        write: (folder, options) => write(name, own, folder, options),
      })
    for (const file of files) {
      const kind = await numpyKind(file)
      if (kind === 'array') single.push(file)
      else if (kind === 'archive') plan(path.parse(file.name).name, [file])
    }
    for (const [folder, own] of Map.groupBy(single, ({ name }) => path.dirname(name)))
      plan(path.basename(path.resolve('/', folder)) || path.parse(own[0]!.name).name, own)
    return plans
  },
}

async function write(
  name: string,
  files: Candidate[],
  folder: string,
  options: ImportOptions,
): Promise<Content> {
  const { signal } = options
  const found = await arraysIn(files, { signal })
  const parts = chooseArrays(found.map((one) => ({ ...one, name: arrayName(one.name) })))
  if (!parts) throw unclearArrays(name, found)
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
    for (const pair of pairs) counts.push(await copyPair(pair, shape, writer, workFor(pair.images.file)))
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
  pair: ArrayPair<NumpyArray>,
  { height, width, channels }: ImageShape,
  writer: ImageWriter,
  work: Work,
): Promise<number> {
  const values = await readLabels(pair, { signal: work.signal })
  let done = 0
  for await (const pixels of readImages(pair.images, work)) {
    const whole = pixels.length / (height * width * channels)
    await writer.add(pixels, values.slice(done, done + whole))
    done += whole
  }
  return done
}

function shapeOf(pairs: ArrayPair<NumpyArray>[]): ImageShape {
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
