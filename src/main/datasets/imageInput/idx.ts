/** The images of IDX files, with their labels where both files of a pair are there. */
import { WorkbenchError } from '../../../shared/errors.ts'
import type { ImageDataset } from '../../../shared/experiment.ts'
import { openIdx } from '../importers/idx/format.ts'
import { imageBlocks, readLabels, requireOneEach, shapeOf } from '../importers/idx/index.ts'
import type { IdxGroup } from '../importers/idx/names.ts'
import type { Candidate } from '../importers/importer.ts'
import { numbered, requireShape } from './arrays.ts'
import type { ImageBlock } from './index.ts'

export async function* idxImages(
  { pairs }: IdxGroup<Candidate>,
  dataset: ImageDataset,
): AsyncGenerator<ImageBlock> {
  for (const { images, labels } of pairs) {
    if (!images)
      throw new WorkbenchError(
        'labels-missing',
        `There are no images for ${labels!.name}.`,
        'Name the file of images too: "t10k-images-idx3-ubyte" belongs to "t10k-labels-idx1-ubyte".',
      )
    const values = labels ? await readLabels(labels, {}) : null
    const source = await openIdx(images, {})
    try {
      if (labels) requireOneEach(images, source.count, labels, values!.length)
      const shape = shapeOf(source.itemShape, images)
      requireShape(images.name, shape, dataset)
      yield* numbered(imageBlocks(source, shape), { name: images.name, values }, dataset)
    } finally {
      await source.close()
    }
  }
}
