/** Positioned reads of a dataset's images and labels: a few system calls per batch, never the whole file. */
import fs from 'node:fs'
import path from 'node:path'
import { imagesFile, labelArray, labelsFile, readDatasetOf, readFully } from './format.ts'

export interface ImageReader {
  /** Images of the split. */
  readonly length: number
  readonly height: number
  readonly width: number
  /** 1 grey; 3 red, green, blue. */
  readonly channels: number
  readonly classes: number
  /**
   * Fills `pixels` with the images of `indices` (within the split), one after the other: (B, height, width, channels).
   * Throws RangeError for an index outside the split or for pixels of another length, WorkbenchError
   * 'dataset-damaged' where the file ends too early.
   */
  read(indices: readonly number[] | Int32Array, pixels: Uint8Array): void
  /** The classes of `indices`, 0 to classes - 1. Throws like `read`. */
  labels(indices: readonly number[] | Int32Array): Int32Array
  close(): void
}

/** Opens a split of the dataset in `folder`. Throws WorkbenchError 'dataset-damaged', or 'wrong-kind' for a text. */
export function openImages(folder: string, split: 'train' | 'validation'): ImageReader {
  const { train, validation, height, width, channels, classes } = readDatasetOf('images', folder)
  const [first, length] = split === 'train' ? [0, train] : [train, validation]
  const imageBytes = height * width * channels
  const labelBytes = labelArray(classes, 0).BYTES_PER_ELEMENT
  const open = (file: string) => fs.openSync(path.join(folder, file), 'r')
  const images = open(imagesFile)
  const labels = open(labelsFile)

  /** Fills `target` with records of `bytes` each. Neighbours in the file are read with one system call. */
  function gather(
    indices: readonly number[] | Int32Array,
    target: Uint8Array,
    [descriptor, file, bytes]: readonly [number, string, number],
  ): void {
    for (let start = 0; start < indices.length;) {
      const index = indices[start]!
      let end = start + 1
      while (end < indices.length && indices[end] === index + (end - start)) end++
      if (!Number.isInteger(index) || index < 0 || index + (end - start) > length)
        throw new RangeError(
          `Image ${index < 0 ? index : index + (end - start) - 1} is not within 0 to ${length - 1}.`,
        )
      readFully(descriptor, target.subarray(start * bytes, end * bytes), (first + index) * bytes, {
        folder,
        file,
      })
      start = end
    }
  }

  return {
    length,
    height,
    width,
    channels,
    classes,
    read(indices, pixels) {
      if (pixels.length !== indices.length * imageBytes)
        throw new RangeError(
          `${indices.length} images have ${indices.length * imageBytes} bytes, not ${pixels.length}.`,
        )
      gather(indices, pixels, [images, imagesFile, imageBytes])
    },
    labels(indices) {
      const stored = labelArray(classes, indices.length)
      gather(indices, new Uint8Array(stored.buffer), [labels, labelsFile, labelBytes])
      return Int32Array.from(stored)
    },
    close() {
      fs.closeSync(images)
      fs.closeSync(labels)
    },
  }
}
