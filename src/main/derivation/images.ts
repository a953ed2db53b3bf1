/** Images as tokens: each image of a random choice is one point, a fixed random projection of its pixels (theory 3.12). */
import { WorkbenchError } from '../../shared/errors.ts'
import { openImages } from '../datasets/images.ts'
import { trainingItems } from '../datasets/sampler.ts'
import { normals, streamOf, uniformAt } from '../engine/random.ts'
import type { LabelledCloud } from './cloud.ts'

/**
 * `count` different training images of the dataset in `folder`, with their classes as labels. Pixels are between 0 and 1;
 * with a `width` they are mapped to so many coordinates by a matrix of N(0, 1/pixels) numbers, else they stay as they are.
 * Throws WorkbenchError 'invalid-request' where there are fewer images, 'dataset-damaged' or 'wrong-kind'.
 */
export function imageCloud(folder: string, count: number, width: number, seed: number): LabelledCloud {
  const reader = openImages(folder, 'train')
  try {
    if (reader.length < count)
      throw new WorkbenchError(
        'invalid-request',
        `The dataset has ${reader.length} training images, and ${count} tokens were wanted.`,
        `Ask for at most ${reader.length} tokens.`,
      )
    const uniform = (epoch: number, index: number) =>
      uniformAt(seed, 'derivation', streamOf(`images ${epoch}`), index)
    const items = trainingItems({ length: reader.length, batchSize: count, uniform })(0)
    const pixels = reader.height * reader.width * reader.channels
    const bytes = new Uint8Array(count * pixels)
    reader.read(items, bytes)
    const values = Float32Array.from(bytes, (byte) => byte / 255)
    const labels = [...reader.labels(items)]
    if (width === 0) return { count, width: pixels, values, labels, items: [...items] }
    return { count, width, values: projected(values, pixels, width, seed), labels, items: [...items] }
  } finally {
    reader.close()
  }
}

/** values (n, from) times a random matrix (from, to) → (n, to) */
function projected(values: Float32Array, from: number, to: number, seed: number): Float32Array {
  const matrix = normals(seed, 'derivation', streamOf('projection'), from * to, 1 / Math.sqrt(from))
  const result = new Float32Array((values.length / from) * to)
  values.forEach((value, index) => {
    if (value === 0) return
    const row = Math.floor(index / from) * to
    const column = (index % from) * to
    for (let k = 0; k < to; k++) result[row + k]! += value * matrix[column + k]!
  })
  return result
}
