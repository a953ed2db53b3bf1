/** The images of numpy's arrays, with their labels where there is an array of them; arrays must have the size of the dataset. */
import path from 'node:path'
import { WorkbenchError } from '../../../shared/errors.ts'
import type { ImageDataset } from '../../../shared/experiment.ts'
import type { ImageShape } from '../importers/imageWriter.ts'
import type { Candidate } from '../importers/importer.ts'
import { chooseArrays, isImages, isLabels } from '../importers/npy/arrays.ts'
import { layoutOf } from '../importers/npy/pixels.ts'
import {
  arrayName,
  arraysIn,
  numpyKind,
  readImages,
  readLabels,
  unclearArrays,
} from '../importers/npy/sources.ts'
import type { NumpyArray } from '../importers/npy/sources.ts'
import type { ImageBlock } from './index.ts'
import { labelOfNumber } from './labels.ts'

/** An archive is read alone, .npy files with those of their folder. */
export async function* arrayImages(
  files: readonly Candidate[],
  dataset: ImageDataset,
): AsyncGenerator<ImageBlock> {
  const kinds = await Promise.all(files.map(numpyKind))
  const together = Map.groupBy(files, (file) =>
    kinds[files.indexOf(file)] === 'archive' ? file.name : path.dirname(file.name),
  )
  for (const [place, own] of together) {
    const found = (await arraysIn(own, {})).map((array) => ({ ...array, name: arrayName(array.name) }))
    for (const { images, labels } of pairsOf(place, found)) {
      requireShape(images.name, layoutOf(images.header), dataset)
      const values = labels ? await readLabels({ images, labels }, {}) : null
      yield* numbered(readImages(images, {}), { name: images.name, values }, dataset)
    }
  }
}

function pairsOf(
  place: string,
  found: readonly NumpyArray[],
): { images: NumpyArray; labels: NumpyArray | null }[] {
  const parts = chooseArrays(found)
  if (parts) return [parts.train, ...(parts.validation ? [parts.validation] : [])]
  const images = found.filter(isImages)
  if (images.length === 0 || found.some(isLabels)) throw unclearArrays(place, found)
  return images.map((array) => ({ images: array, labels: null }))
}

/** Images of one source by their places in it: "x_test[3]". `values` are their labels there, one for each. */
export async function* numbered(
  blocks: AsyncIterable<Uint8Array>,
  { name, values }: { name: string; values: ArrayLike<number> | null },
  dataset: ImageDataset,
): AsyncGenerator<ImageBlock> {
  const imageBytes = dataset.height * dataset.width * dataset.channels
  const labelOf = labelOfNumber(dataset, name)
  let done = 0
  for await (const pixels of blocks) {
    const places = Array.from({ length: pixels.length / imageBytes }, (_, index) => done + index)
    yield {
      pixels,
      names: places.map((place) => `${name}[${place}]`),
      labels: places.map((place) => (values ? labelOf(values[place]!) : null)),
    }
    done += places.length
  }
}

/** Arrays are not scaled: they are what other programs give a model as it is. Throws WorkbenchError 'unsupported-format'. */
export function requireShape(name: string, found: ImageShape, dataset: ImageDataset): void {
  const say = ({ height, width, channels }: ImageShape) => `${width} x ${height} x ${channels}`
  if (say(found) === say(dataset)) return
  throw new WorkbenchError(
    'unsupported-format',
    `The images in ${name} are ${say(found)}; the model was trained on ${say(dataset)}.`,
    'Resize them first, or name them as image files, which are scaled.',
  )
}
