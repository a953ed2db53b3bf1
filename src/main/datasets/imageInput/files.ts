/** Image files, and folders of them: scaled and cut to the size of a dataset, as its own images were. */
import type { ImageDataset } from '../../../shared/experiment.ts'
import { decodeImage } from '../decodeImage.ts'
import { sortImages } from '../importers/classFolders/tree.ts'
import type { Candidate } from '../importers/importer.ts'
import { displayName } from '../names.ts'
import type { ImageBlock } from './index.ts'
import { unknownClass } from './labels.ts'

/** Files that are decoded at once, unless their images are large. */
const filesPerBlock = 64
const blockBytes = 16 * 2 ** 20

interface Placed {
  file: Candidate
  label: number | null
}

export async function* imageFiles(
  files: readonly Candidate[],
  dataset: ImageDataset,
): AsyncGenerator<ImageBlock> {
  const { height, width, channels } = dataset
  const imageBytes = height * width * channels
  const perBlock = Math.min(filesPerBlock, Math.max(1, Math.floor(blockBytes / imageBytes)))
  const placed = labelled(files, dataset)
  for (let start = 0; start < placed.length; start += perBlock) {
    const own = placed.slice(start, start + perBlock)
    const decoded = await Promise.all(own.map(({ file }) => decodeImage(file.path, file.name, dataset)))
    const pixels = new Uint8Array(own.length * imageBytes)
    decoded.forEach((image, index) => pixels.set(image, index * imageBytes))
    yield { pixels, names: own.map(({ file }) => file.name), labels: own.map(({ label }) => label) }
  }
}

/**
 * A file that was named says nothing of its class. In folders the classes are where an import would find them, if any of
 * these folders is named as a class of the dataset: a folder of unsorted pictures is one too.
 */
function labelled(files: readonly Candidate[], dataset: ImageDataset): Placed[] {
  const isNamed = (file: Candidate) => file.path === file.given.path
  const named = files.filter(isNamed).map((file): Placed => ({ file, label: null }))
  const trees = sortImages(files.filter((file) => !isNamed(file)))
  const members = trees.flatMap(({ train, validation }) => [...train, ...(validation ?? [])])
  const leftOut = trees.flatMap((tree) => tree.leftOut)
  const labelOf = new Map(dataset.classNames.map((name, label) => [name, label]))
  const known = members.map(({ className }) => labelOf.get(displayName(className)))
  const areClasses = known.some((label) => label !== undefined)
  const inFolders = members.map(({ file, className }, index): Placed => {
    if (!areClasses) return { file, label: null }
    const label = known[index]
    if (label === undefined) throw unknownClass(file.given.name, className, dataset)
    return { file, label }
  })
  return [...named, ...inFolders, ...leftOut.map((file): Placed => ({ file, label: null }))]
}
