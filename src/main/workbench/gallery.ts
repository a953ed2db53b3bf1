/** Images of a dataset for a window to look at: a few at a time, as they are trained on. */
import { imagesPerAnswer, type CallInput, type CallOutput } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import { openImages } from '../datasets/images.ts'

const blockLabels = 65_536

/** The first `perClass` indices of every class in a split of the dataset in `folder`. Throws WorkbenchError 'wrong-kind' or 'dataset-damaged'. */
export function findImages(
  folder: string,
  { split, perClass }: CallInput<'findImages'>,
): CallOutput<'findImages'> {
  const reader = openImages(folder, split)
  try {
    const found = Array.from({ length: reader.classes }, (): number[] => [])
    let missing = reader.classes * perClass
    for (let first = 0; first < reader.length && missing > 0; first += blockLabels) {
      const indices = Array.from(
        { length: Math.min(blockLabels, reader.length - first) },
        (_, at) => first + at,
      )
      reader.labels(indices).forEach((label, at) => {
        if (found[label]!.length === perClass) return
        found[label]!.push(first + at)
        missing--
      })
    }
    return found
  } finally {
    reader.close()
  }
}

/** Throws WorkbenchError 'invalid-request' for images that are not there or too many bytes, and what findImages throws. */
export function readImages(
  folder: string,
  { split, indices }: CallInput<'readImages'>,
): CallOutput<'readImages'> {
  const reader = openImages(folder, split)
  try {
    const { height, width, channels, length } = reader
    const outside = indices.find((index) => index >= length)
    if (outside !== undefined)
      throw refused(
        `There is no image ${outside}: the ${split} split has ${length}.`,
        `Ask for 0 to ${length - 1}.`,
      )
    const most = imagesPerAnswer({ height, width, channels })
    if (indices.length > most)
      throw refused(
        `${indices.length} images of ${width} x ${height} pixels are too many for one answer, which carries ${most}.`,
        'Ask for fewer at a time.',
      )
    const bytes = indices.length * height * width * channels
    const pixels = new Uint8Array(bytes)
    reader.read(indices, pixels)
    const labels = [...reader.labels(indices)]
    return { height, width, channels, pixels: Buffer.from(pixels.buffer).toString('base64'), labels }
  } finally {
    reader.close()
  }
}

const refused = (message: string, hint: string) => new WorkbenchError('invalid-request', message, hint)
