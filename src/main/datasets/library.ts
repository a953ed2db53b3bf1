/**
 * The library: one folder per dataset, named by the hash of the bytes it was imported from, so that the same file
 * is never kept twice. What a folder holds is in format.ts; how a file gets there, in importers/.
 */
import fs from 'node:fs'
import path from 'node:path'
import { WorkbenchError } from '../../shared/errors.ts'
import type { Dataset } from '../../shared/experiment.ts'
import { textBaselines } from './baselines.ts'
import { damaged, metaFile, readDataset, tokensFile, vocabularyFile } from './format.ts'
import { openSource, throwIfCancelled } from './importers/source.ts'
import type { SourceFile } from './importers/source.ts'
import { surveyText, writeTokens } from './importers/text.ts'
import type { TextSurvey } from './importers/text.ts'
import { displayName } from './names.ts'
import { openSplit } from './tokens.ts'
import { inTemporaryFolder, removeLeftovers } from './workplace.ts'

const idPattern = /^[0-9a-f]{12}$/

export interface TextSource {
  /** Of the file, on this machine. */
  path: string
  /** Shown for the dataset; the file's name without its extension when absent. */
  name?: string
  /** Hears how much of the work on `total` bytes is done. */
  onProgress?: (bytes: number, total: number) => void
  signal?: AbortSignal
}

export interface Library {
  /** The readable ones, oldest first. */
  datasets(): Dataset[]
  /** Those that cannot be read, and why; their files are left alone. */
  damaged(): { id: string; error: WorkbenchError }[]
  /** Undefined when it is not there or damaged. */
  dataset(id: string): Dataset | undefined
  /** Where a dataset's files are. Throws WorkbenchError 'unknown-dataset' or 'dataset-damaged'. */
  folder(id: string): string
  /**
   * Imports a UTF-8 text file, and returns the dataset that is there already when its bytes are the same. Nothing
   * remains of an import that fails or is cancelled. Throws WorkbenchError 'file-missing', 'not-a-file',
   * 'file-unreadable', 'file-empty', 'not-text', 'text-too-short', 'file-changed', 'interrupted' or 'home-unwritable'.
   */
  importText(source: TextSource): Promise<Dataset>
  /** Deletes a dataset, readable or not. Throws WorkbenchError 'unknown-dataset' or 'home-unwritable'. */
  remove(id: string): Promise<void>
}

/** Opens the library in `root`, making the folder where it is missing. Throws WorkbenchError 'home-unwritable'. */
export function openLibrary(root: string): Library {
  try {
    fs.mkdirSync(root, { recursive: true })
    removeLeftovers(root)
  } catch (error) {
    throw writingError(error, root)
  }

  const folderOf = (id: string) => path.join(root, id)
  const exists = (id: string) => idPattern.test(id) && fs.existsSync(folderOf(id))
  const read = (id: string): Dataset | WorkbenchError => {
    try {
      return readDataset(folderOf(id))
    } catch (error) {
      if (error instanceof WorkbenchError) return error
      return damaged(folderOf(id), error instanceof Error ? error.message : String(error))
    }
  }
  const readAll = () =>
    fs
      .readdirSync(root)
      .filter((name) => idPattern.test(name))
      .map((id) => ({ id, found: read(id) }))
  const dataset = (id: string) => {
    const found = exists(id) ? read(id) : undefined
    return found instanceof WorkbenchError ? undefined : found
  }
  /** Makes `temporary` the dataset's folder, in one rename. A damaged folder in its place is set aside. */
  const publish = async (temporary: string, { id }: Dataset) => {
    const isDamaged = exists(id) && !dataset(id)
    if (isDamaged) await fs.promises.rename(folderOf(id), `${folderOf(id)}.damaged-${Date.now()}`)
    await fs.promises.rename(temporary, folderOf(id))
  }

  return {
    datasets: () =>
      readAll()
        .flatMap(({ found }) => (found instanceof WorkbenchError ? [] : [found]))
        .sort((a, b) => (a.importedAt < b.importedAt ? -1 : a.importedAt > b.importedAt ? 1 : 0)),
    damaged: () =>
      readAll().flatMap(({ id, found }) => (found instanceof WorkbenchError ? [{ id, error: found }] : [])),
    dataset,
    folder(id) {
      if (!exists(id)) throw unknownDataset(id)
      const found = read(id)
      if (found instanceof WorkbenchError) throw found
      return folderOf(id)
    },
    async importText({ path: file, name, onProgress, signal }) {
      const source = await openSource(file)
      try {
        // Two passes over the bytes: each is half of the work.
        const progress = (earlier: number) => (bytes: number) =>
          onProgress?.((earlier + bytes) / 2, source.size)
        const survey = await surveyText(source, { onBytes: progress(0), signal })
        const id = survey.sha256.slice(0, 12)
        const known = dataset(id)
        if (known) return sameBytes(known, survey)
        return await inTemporaryFolder(root, async (temporary) => {
          await writeTokens(source, survey, path.join(temporary, tokensFile), {
            onBytes: progress(source.size),
            signal,
          })
          const made = await describe(temporary, source, survey, displayName(file, name), signal)
          await publish(temporary, made)
          return made
        }).catch((error: unknown) => {
          // Another process may have published the same bytes in the meantime.
          const published = dataset(id)
          if (published && !(error instanceof WorkbenchError)) return sameBytes(published, survey)
          throw writingError(error, root)
        })
      } finally {
        await source.close()
      }
    },
    async remove(id) {
      if (!exists(id)) throw unknownDataset(id)
      // One rename, so that nobody ever sees half of a dataset; then the deletion, which may take its time.
      await inTemporaryFolder(root, (temporary) =>
        fs.promises.rename(folderOf(id), path.join(temporary, id)),
      ).catch((error: unknown) => {
        throw writingError(error, root)
      })
    },
  }
}

/** Writes vocabulary.json and meta.json beside the tokens in `folder`. */
async function describe(
  folder: string,
  source: SourceFile,
  survey: TextSurvey,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Dataset> {
  const { characters, sha256, bytes, train, validation, preview } = survey
  const vocabulary = characters.length
  const trainTokens = openSplit(folder, { vocabulary, first: 0, length: train })
  const validationTokens = openSplit(folder, { vocabulary, first: train, length: validation })
  try {
    const check = () => throwIfCancelled(signal, source.path)
    const baselines = await textBaselines(trainTokens, validationTokens, vocabulary, check)
    const dataset: Dataset = {
      id: sha256.slice(0, 12),
      name,
      kind: 'text',
      sha256,
      bytes,
      train,
      validation,
      vocabulary,
      tokenizer: 'character',
      preview,
      baselines,
      importedAt: new Date().toISOString(),
    }
    await writeJson(path.join(folder, vocabularyFile), characters)
    await writeJson(path.join(folder, metaFile), dataset)
    return dataset
  } finally {
    trainTokens.close()
    validationTokens.close()
  }
}

/** On the disk when it returns. */
const writeJson = (file: string, value: unknown) =>
  fs.promises.writeFile(file, `${JSON.stringify(value, null, 2)}\n`, { flush: true })

function sameBytes(dataset: Dataset, survey: TextSurvey): Dataset {
  if (dataset.sha256 === survey.sha256) return dataset
  throw new WorkbenchError(
    'invalid-request',
    `Another file, "${dataset.name}", already has the id ${dataset.id}, with which the hashes of both begin.`,
    'Remove that dataset to import this one.',
  )
}

function unknownDataset(id: string): WorkbenchError {
  return new WorkbenchError(
    'unknown-dataset',
    `There is no dataset ${id}.`,
    'List the datasets with the command "datasets" or in the window.',
  )
}

function writingError(error: unknown, root: string): unknown {
  if (error instanceof WorkbenchError || !(error instanceof Error) || !('syscall' in error)) return error
  return new WorkbenchError(
    'home-unwritable',
    `The library in ${root} cannot be changed: ${error.message}.`,
    'Check the permissions and the free space of that folder, or choose another with --home.',
  )
}
