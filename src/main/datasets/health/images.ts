/** Examines a dataset of images: one pass over its pixels. */
import type { ImageHealth } from '../../../shared/health.ts'
import { readDatasetOf } from '../format.ts'
import { openImages } from '../images.ts'
import { findIdentical } from './identical.ts'
import { imageFindings } from './imageFindings.ts'

/** Throws WorkbenchError 'dataset-damaged', or 'wrong-kind' for a text. */
export async function examineImages(folder: string): Promise<ImageHealth> {
  const dataset = readDatasetOf('images', folder)
  const train = openImages(folder, 'train')
  const validation = openImages(folder, 'validation')
  try {
    const identical = await findIdentical({ train, validation })
    return { kind: 'images', findings: imageFindings(dataset, identical), identical }
  } finally {
    train.close()
    validation.close()
  }
}
