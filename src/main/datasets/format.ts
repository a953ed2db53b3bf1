/**
 * What a dataset's folder holds, and how its small files are read back. Of a text:
 *   meta.json        the TextDataset record
 *   of its tokenizer vocabulary.json, the characters, token k at index k; merges.json, the two tokens that token 256 + k
 *                    is made of, at index k; tokenizer.json, as it was given; nothing for bytes
 *   tokens.bin       every token, training split first: uint16 up to 65,536 distinct tokens, else uint32, little-endian
 * Of images:
 *   meta.json        the ImageDataset record
 *   images.bin       every pixel, uint8, (n, height, width, channels), training split first
 *   labels.bin       every label in the same order: uint8 up to 256 classes, else uint16, little-endian
 * Of both, where there is something to keep: label.json, the name and tags that a person gave (label.ts), and
 * health.json, what an examination found (health/kept.ts).
 * The large files are read by tokens.ts and images.ts, those of tokenizers by tokenizers/index.ts.
 */
import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { WorkbenchError } from '../../shared/errors.ts'
import { datasetSchema } from '../../shared/experiment.ts'
import type { Dataset, DatasetKind } from '../../shared/experiment.ts'

export const metaFile = 'meta.json'
export const vocabularyFile = 'vocabulary.json'
export const mergesFile = 'merges.json'
export const tokenizerFile = 'tokenizer.json'
export const tokensFile = 'tokens.bin'
export const imagesFile = 'images.bin'
export const labelsFile = 'labels.bin'

/** The most classes that a label in labels.bin can tell apart. */
export const mostClasses = 0x10000

/** Bytes per token. */
export const tokenBytes = (vocabulary: number) => (vocabulary <= 0x10000 ? 2 : 4)

/** A copy of `source`, or zeros where it is a length, in the form of tokens.bin. All platforms of Node that we run on are little-endian. */
export function tokenArray(
  vocabulary: number,
  source: number | Int32Array,
): Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  const Form = tokenBytes(vocabulary) === 2 ? Uint16Array : Uint32Array
  return typeof source === 'number' ? new Form(source) : new Form(source)
}

/** A copy of `source`, or zeros where it is a length, in the form of labels.bin. */
export function labelArray(
  classes: number,
  source: number | ArrayLike<number>,
): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  const Form = classes <= 0x100 ? Uint8Array : Uint16Array
  return typeof source === 'number' ? new Form(source) : Form.from(source)
}

/** The size in bytes of every large file of a dataset. */
function sizes(dataset: Dataset): Record<string, number> {
  const items = dataset.train + dataset.validation
  if (dataset.kind === 'text') return { [tokensFile]: items * tokenBytes(dataset.vocabulary) }
  const { height, width, channels, classes } = dataset
  return {
    [imagesFile]: items * height * width * channels,
    [labelsFile]: items * labelArray(classes, 0).BYTES_PER_ELEMENT,
  }
}

/** The record of the dataset in `folder`. Throws WorkbenchError 'dataset-damaged'. */
export function readDataset(folder: string): Dataset {
  const dataset = readJson(folder, metaFile, datasetSchema)
  if (dataset.id !== path.basename(folder))
    throw damaged(folder, `${metaFile} is that of dataset ${dataset.id}`)
  for (const [file, expected] of Object.entries(sizes(dataset))) {
    const found = fs.statSync(path.join(folder, file), { throwIfNoEntry: false })?.size
    if (found === undefined) throw damaged(folder, `${file} is missing`)
    if (found !== expected) throw damaged(folder, `${file} has ${found} bytes, not ${expected}`)
  }
  return dataset
}

/** The same for who can use one kind only. Throws WorkbenchError 'dataset-damaged' or 'wrong-kind'. */
export function readDatasetOf<Kind extends DatasetKind>(
  kind: Kind,
  folder: string,
): Extract<Dataset, { kind: Kind }> {
  const dataset = readDataset(folder)
  requireKind(dataset, kind)
  return dataset
}

/** Throws WorkbenchError 'wrong-kind' for a dataset of another kind. */
export function requireKind<Kind extends DatasetKind>(
  dataset: Dataset,
  kind: Kind,
): asserts dataset is Extract<Dataset, { kind: Kind }> {
  if (dataset.kind === kind) return
  throw new WorkbenchError(
    'wrong-kind',
    `The dataset "${dataset.name}" (${dataset.id}) is ${dataset.kind}; this needs ${kind}.`,
    `Choose a dataset of ${kind}: the command "datasets" and the window list them.`,
  )
}

/** Reads `bytes.length` bytes of `file`, from `position` on. Throws WorkbenchError 'dataset-damaged' where it ends before. */
export function readFully(
  descriptor: number,
  bytes: Uint8Array,
  position: number,
  { folder, file }: { folder: string; file: string },
): void {
  for (let done = 0; done < bytes.length;) {
    const read = fs.readSync(descriptor, bytes, done, bytes.length - done, position + done)
    if (read === 0) throw damaged(folder, `${file} ends at byte ${position + done}`)
    done += read
  }
}

export function damaged(folder: string, reason: string): WorkbenchError {
  return new WorkbenchError(
    'dataset-damaged',
    `The dataset in ${folder} is damaged: ${reason}.`,
    'Import its file again: the damaged folder is then set aside, not deleted.',
  )
}

/** A small file of a dataset. Throws WorkbenchError 'dataset-damaged'. */
export function readJson<Schema extends z.ZodType>(
  folder: string,
  file: string,
  schema: Schema,
): z.output<Schema> {
  let value: unknown
  try {
    value = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'))
  } catch (error) {
    throw damaged(
      folder,
      `${file} cannot be read (${error instanceof Error ? error.message : String(error)})`,
    )
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success)
    throw damaged(folder, `${file} is not valid (${z.prettifyError(parsed.error).replaceAll('\n', ' ')})`)
  return parsed.data
}
