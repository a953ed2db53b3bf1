/**
 * What a dataset's folder holds, and how it is read back:
 *   meta.json        the Dataset record
 *   vocabulary.json  the characters, token k at index k
 *   tokens.bin       every token, training split first: uint16 up to 65,536 distinct tokens, else uint32, little-endian
 */
import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { WorkbenchError } from '../../shared/errors.ts'
import { datasetSchema } from '../../shared/experiment.ts'
import type { Dataset } from '../../shared/experiment.ts'

export const metaFile = 'meta.json'
export const vocabularyFile = 'vocabulary.json'
export const tokensFile = 'tokens.bin'

const vocabularySchema = z.array(
  z.string().refine((text) => [...text].length === 1, 'expected one character'),
)

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

/** The record of the dataset in `folder`. Throws WorkbenchError 'dataset-damaged'. */
export function readDataset(folder: string): Dataset {
  const dataset = readJson(folder, metaFile, datasetSchema)
  if (dataset.id !== path.basename(folder))
    throw damaged(folder, `${metaFile} is that of dataset ${dataset.id}`)
  const expected = (dataset.train + dataset.validation) * tokenBytes(dataset.vocabulary)
  const found = fs.statSync(path.join(folder, tokensFile), { throwIfNoEntry: false })?.size
  if (found !== expected)
    throw damaged(
      folder,
      found === undefined ? `${tokensFile} is missing` : `${tokensFile} has ${found} bytes, not ${expected}`,
    )
  return dataset
}

/** The characters of the dataset in `folder`, token k at index k. Throws WorkbenchError 'dataset-damaged'. */
export function readVocabulary(folder: string): string[] {
  return readJson(folder, vocabularyFile, vocabularySchema)
}

export function damaged(folder: string, reason: string): WorkbenchError {
  return new WorkbenchError(
    'dataset-damaged',
    `The dataset in ${folder} is damaged: ${reason}.`,
    'Import its file again: the damaged folder is then set aside, not deleted.',
  )
}

function readJson<Schema extends z.ZodType>(folder: string, file: string, schema: Schema): z.output<Schema> {
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
