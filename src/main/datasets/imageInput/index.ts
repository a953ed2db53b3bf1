/**
 * Images that a trained model is asked about: image files, folders of them, IDX and numpy, as importers read them, in the
 * shape of the dataset that the model was trained on. What the input says of their classes comes with them, in the labels
 * of that dataset. Nothing is written: who wants a dataset imports it.
 */
import { WorkbenchError } from '../../../shared/errors.ts'
import type { ImageDataset } from '../../../shared/experiment.ts'
import { candidates } from '../importers/candidates.ts'
import { isImageName } from '../importers/classFolders/index.ts'
import { filesOf, groupIdx } from '../importers/idx/index.ts'
import type { Candidate } from '../importers/importer.ts'
import { numpyKind } from '../importers/npy/sources.ts'
import type { GivenFile } from '../importers/source.ts'
import { arrayImages } from './arrays.ts'
import { imageFiles } from './files.ts'
import { idxImages } from './idx.ts'

/** Some images that follow each other. */
export interface ImageBlock {
  /** (n, height, width, channels); overwritten by the next block. */
  readonly pixels: Uint8Array
  /** What each is called: its file, or its array with its place there. */
  readonly names: readonly string[]
  /** Of each, its label in the dataset; null where the input does not say it. */
  readonly labels: readonly (number | null)[]
}

/** What is asked about at once: an answer lists every image. */
const mostImages = 100_000

/**
 * All images of `given`: single files as they were given, then IDX, then numpy. Images that lie in folders named as classes
 * of the dataset are of that class; IDX and numpy have labels where a file of labels is beside the images.
 * @throws WorkbenchError what the importers throw; not-a-file for a folder without images, labels-mismatch for a class that
 *   the dataset does not have, unsupported-format for arrays of another size, file-too-large for more than 100,000 images
 */
export async function* readImageInput(
  given: readonly GivenFile[],
  dataset: ImageDataset,
  most: number = mostImages,
): AsyncGenerator<ImageBlock> {
  let count = 0
  for await (const block of allImages(given, dataset)) {
    count += block.names.length
    if (count > most)
      throw new WorkbenchError(
        'file-too-large',
        `There are more than ${most} images.`,
        'Ask about a part of them at a time.',
      )
    yield block
  }
}

async function* allImages(given: readonly GivenFile[], dataset: ImageDataset): AsyncGenerator<ImageBlock> {
  const files = (await Promise.all(given.map(candidates))).flat()
  const groups = await groupIdx(files.filter(({ name }) => !isImageName(name)))
  const claimed = new Set(groups.flatMap(filesOf))
  const arrays: Candidate[] = []
  for (const file of files) if (!claimed.has(file) && (await numpyKind(file)) !== undefined) arrays.push(file)
  arrays.forEach((file) => claimed.add(file))
  // A file that was named is an image or an error; what else lies in a folder is nobody's business.
  const isNamed = (file: Candidate) => file.path === file.given.path
  const images = files.filter((file) => !claimed.has(file) && (isNamed(file) || isImageName(file.name)))

  const found = new Set([...images, ...claimed].map((file) => file.given))
  const empty = given.find((one) => !found.has(one))
  if (empty) throw noImages(empty)
  yield* imageFiles(images, dataset)
  for (const group of groups) yield* idxImages(group, dataset)
  yield* arrayImages(arrays, dataset)
}

const noImages = ({ name }: GivenFile) =>
  new WorkbenchError(
    'not-a-file',
    `${name} is a folder in which there are no images.`,
    'Name image files, folders of them, IDX files, or arrays of numpy.',
  )
