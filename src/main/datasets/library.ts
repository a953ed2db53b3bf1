/**
 * The library: one folder per dataset, named by the hash of its content, so that the same content is never kept
 * twice. What a folder holds is in format.ts; how files get there, in importers/.
 */
import fs from 'node:fs'
import path from 'node:path'
import { WorkbenchError } from '../../shared/errors.ts'
import type { Dataset } from '../../shared/experiment.ts'
import type { LabelChange, LibraryEntry } from '../../shared/library.ts'
import { diskFull, lacksRoom } from '../fullDisk.ts'
import { damaged, metaFile, readDataset } from './format.ts'
import type { Content, ImportOptions, ImportPlan } from './importers/importer.ts'
import { planImports } from './importers/plan.ts'
import { throwIfCancelled } from './importers/source.ts'
import type { GivenFile } from './importers/source.ts'
import { bytesIn, readLabel, writeLabel } from './label.ts'
import { withAllBaselines } from './laterBaselines.ts'
import { displayName } from './names.ts'
import { inTemporaryFolder, removeLeftovers } from './workplace.ts'

const idPattern = /^[0-9a-f]{12}$/

export interface ImportRequest extends ImportOptions {
  /** All files and folders of one dataset. */
  files: readonly GivenFile[]
  /** Shown for the dataset; after its files when absent. */
  name?: string | undefined
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
  /** What the files would become: one plan for each dataset. What cannot be imported says so when it is. */
  plan(files: readonly GivenFile[]): Promise<ImportPlan[]>
  /**
   * Imports the files of one dataset, and returns the dataset that is there already when its content is the same.
   * Nothing remains of an import that fails or is cancelled. Throws WorkbenchError 'invalid-request' for the files of
   * several datasets, 'interrupted', 'home-unwritable', 'disk-full', and whatever is wrong with the files: see importers/.
   */
  import(request: ImportRequest): Promise<Dataset>
  /**
   * Takes a folder that holds a dataset, as another library had it, under the id that its name is; returns the one that is
   * there already where it is. Throws WorkbenchError 'dataset-damaged' where the folder is not what its record says.
   */
  adopt(folder: string): Promise<Dataset>
  /** A dataset with what the person says of it and its size. Throws WorkbenchError 'unknown-dataset' or 'dataset-damaged'. */
  entry(id: string): LibraryEntry
  /** Names or tags a dataset anew; what is absent stays. Throws what `entry` throws, or 'home-unwritable'. */
  label(id: string, label: LabelChange): LibraryEntry
  /** Deletes a dataset, readable or not. Throws WorkbenchError 'unknown-dataset', 'home-unwritable' or 'disk-full'. */
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
      const dataset = readDataset(folderOf(id))
      return { ...dataset, name: readLabel(folderOf(id)).name ?? dataset.name }
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
  const publish = async (temporary: string, made: Dataset): Promise<Dataset> => {
    const { id } = made
    const isDamaged = exists(id) && !dataset(id)
    if (isDamaged) await fs.promises.rename(folderOf(id), `${folderOf(id)}.damaged-${Date.now()}`)
    try {
      await fs.promises.rename(temporary, folderOf(id))
      return made
    } catch (error) {
      const published = dataset(id) // another process was faster
      if (published) return sameContent(published, identityOf(made))
      throw error
    }
  }

  /** A dataset of an earlier version gets what that did not measure. */
  const completed = (known: Dataset, signal: AbortSignal | undefined) =>
    withAllBaselines(known, folderOf(known.id), () => throwIfCancelled(signal, known.name)).catch(
      (error: unknown) => {
        throw writingError(error, root)
      },
    )

  /** Throws WorkbenchError 'unknown-dataset' or 'dataset-damaged'. */
  const readable = (id: string): Dataset => {
    if (!exists(id)) throw unknownDataset(id)
    const found = read(id)
    if (found instanceof WorkbenchError) throw found
    return found
  }
  const entry = (id: string): LibraryEntry => ({
    ...readable(id),
    tags: readLabel(folderOf(id)).tags ?? [],
    diskBytes: bytesIn(folderOf(id)),
  })

  return {
    datasets: () =>
      readAll()
        .flatMap(({ found }) => (found instanceof WorkbenchError ? [] : [found]))
        .sort((a, b) => (a.importedAt < b.importedAt ? -1 : a.importedAt > b.importedAt ? 1 : 0)),
    damaged: () =>
      readAll().flatMap(({ id, found }) => (found instanceof WorkbenchError ? [{ id, error: found }] : [])),
    dataset,
    folder(id) {
      readable(id)
      return folderOf(id)
    },
    entry,
    label(id, { name, tags }) {
      const earlier = readable(id).name
      try {
        writeLabel(folderOf(id), {
          ...readLabel(folderOf(id)),
          ...(name !== undefined && { name: displayName(name, earlier) }),
          ...(tags && { tags: [...new Set(tags)] }),
        })
      } catch (error) {
        throw writingError(error, root)
      }
      return entry(id)
    },
    plan: planImports,
    async import({ files, name, ...options }) {
      const plan = theOnly(await planImports(files))
      const found = plan.identify && (await plan.identify(options))
      const known = found && dataset(idOf(found))
      if (known) return completed(sameContent(known, found), options.signal)
      return inTemporaryFolder(root, async (temporary) => {
        const content = await plan.write(temporary, options)
        const id = idOf(identityOf(content))
        const same = dataset(id) // written before, or by another process in the meantime
        if (same) return sameContent(same, identityOf(content))
        const made = {
          id,
          name: displayName(name, plan.name),
          ...content,
          importedAt: new Date().toISOString(),
        } satisfies Dataset
        await writeJson(path.join(temporary, metaFile), made)
        throwIfCancelled(options.signal, files[0]!.name)
        return publish(temporary, made)
      }).catch((error: unknown) => {
        throw writingError(error, root)
      })
    },
    async adopt(folder) {
      const made = readDataset(folder)
      if (!idPattern.test(made.id) || idOf(identityOf(made)) !== made.id)
        throw damaged(folder, 'its id does not follow from its content')
      return inTemporaryFolder(root, async (temporary) => {
        const copy = path.join(temporary, made.id)
        await fs.promises.cp(folder, copy, { recursive: true })
        return publish(copy, made)
      }).catch((error: unknown) => {
        throw writingError(error, root)
      })
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

/** On the disk when it returns. */
const writeJson = (file: string, value: unknown) =>
  fs.promises.writeFile(file, `${JSON.stringify(value, null, 2)}\n`, { flush: true })

const idOf = (identity: string) => identity.slice(0, 12)

/** The hash that an id is the beginning of. */
const identityOf = (content: Content): string =>
  (content.kind === 'text' ? content.identity : undefined) ?? content.sha256

function sameContent(dataset: Dataset, identity: string): Dataset {
  if (identityOf(dataset) === identity) return dataset
  throw new WorkbenchError(
    'invalid-request',
    `Another dataset, "${dataset.name}", already has the id ${dataset.id}, with which the hashes of both begin.`,
    'Remove that dataset to import this one.',
  )
}

function theOnly(plans: readonly ImportPlan[]): ImportPlan {
  const [plan, ...others] = plans
  if (plan && others.length === 0) return plan
  throw new WorkbenchError(
    'invalid-request',
    plan
      ? `These files are ${plans.length} datasets: ${plans.map(({ name }) => `"${name}"`).join(', ')}.`
      : 'There is no file to import.',
    'Import the files of one dataset at a time.',
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
  if (lacksRoom(error))
    return diskFull(
      `the library in ${root}`,
      'Make room on it, or choose another folder with --home, and import again: nothing of this was kept.',
    )
  return new WorkbenchError(
    'home-unwritable',
    `The library in ${root} cannot be changed: ${error.message}.`,
    'Check the permissions and the free space of that folder, or choose another with --home.',
  )
}
