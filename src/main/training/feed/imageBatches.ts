/** Batches of augmented images from the training split of a dataset of images. */
import { openImages } from '../../datasets/images.ts'
import { trainingItems } from '../../datasets/sampler.ts'
import type { Specifications } from '../../engine/program.ts'
import { uniformAt } from '../../engine/random.ts'
import { augment, placementAt, type Augmentation, type ImageShape } from './augmentation.ts'
import type { Feed } from './feed.ts'
import type { Normalisation } from './normalisation.ts'

export interface ImageBatchPlan {
  readonly kind: 'images'
  /** Of the dataset. */
  readonly folder: string
  readonly batchSize: number
  readonly augmentation: Augmentation
  readonly normalisation: Normalisation
}

/** The inputs of a batch of images. */
export const imageBatch = (batchSize: number, { height, width, channels }: ImageShape): Specifications => ({
  images: { shape: [batchSize, height, width, channels], dtype: 'float32' },
  labels: { shape: [batchSize], dtype: 'int32' },
})

/** Inputs: images (B, height, width, channels) and labels (B). */
export function openImageBatches(plan: ImageBatchPlan, seed: number): Feed {
  const { folder, batchSize, augmentation, normalisation } = plan
  const reader = openImages(folder, 'train')
  const size = reader.height * reader.width * reader.channels
  const pixels = new Uint8Array(batchSize * size)
  const orderOf = (epoch: number, index: number) => uniformAt(seed, 'dataOrder', epoch, index)
  const itemsAt = trainingItems({ length: reader.length, batchSize, uniform: orderOf })
  return {
    inputs: imageBatch(batchSize, reader),
    fill(step, arrays) {
      const items = itemsAt(step)
      reader.read(items, pixels)
      ;(arrays.labels as Int32Array).set(reader.labels(items))
      const images = arrays.images as Float32Array
      for (let row = 0; row < batchSize; row++) {
        const place = (image: Uint8Array | Float32Array) => image.subarray(row * size, (row + 1) * size)
        const placement = placementAt(augmentation, reader, seed, step, row)
        augment(place(pixels) as Uint8Array, place(images) as Float32Array, reader, placement, normalisation)
      }
    },
    close: () => reader.close(),
  }
}
