/** A dataset of images read back whole, as plain arrays. */
import { openImages } from '../../../src/main/datasets/images.ts'

export interface ReadImages {
  /** The pixels of each image, row by row. */
  images: number[][]
  labels: number[]
}

export function readSplit(folder: string, split: 'train' | 'validation'): ReadImages {
  const reader = openImages(folder, split)
  try {
    const imageBytes = reader.height * reader.width * reader.channels
    const indices = Array.from({ length: reader.length }, (_, index) => index)
    const pixels = new Uint8Array(imageBytes * reader.length)
    reader.read(indices, pixels)
    return {
      images: indices.map((index) => [...pixels.subarray(index * imageBytes, (index + 1) * imageBytes)]),
      labels: [...reader.labels(indices)],
    }
  } finally {
    reader.close()
  }
}

/** Both splits in one row, as "label: pixels", sorted: for comparing what is there whatever the split. */
export function contentsOf(folder: string): string[] {
  return (['train', 'validation'] as const)
    .flatMap((split) => {
      const { images, labels } = readSplit(folder, split)
      return images.map((pixels, index) => `${labels[index]}: ${pixels.join(' ')}`)
    })
    .sort()
}
