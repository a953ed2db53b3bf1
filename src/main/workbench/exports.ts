/** What is exported of runs and experiments: for a path of the command line, or for a window to fetch. */
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import type { CallInput, WorkbenchApi } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { Dataset, Experiment, Run } from '../../shared/experiment.ts'
import {
  experimentFormats,
  weightFormats,
  type Download,
  type ExportRequest,
  type ImportedArchive,
} from '../../shared/exports.ts'
import type { Library } from '../datasets/library.ts'
import { fileAt } from '../datasets/importers/source.ts'
import { archiveFiles } from '../export/archive/write.ts'
import { makeExport } from '../export/make.ts'
import { recordsOf } from '../export/records.ts'
import { save, saveAsOne } from '../export/save.ts'
import { provenanceOf, type Subject } from '../export/subject.ts'
import { askForWeights } from '../export/weights/ask.ts'
import type { Export } from '../export/file.ts'
import type { Store } from '../store/index.ts'
import { importArchive } from './archives.ts'
import { kindOf } from './comparisons.ts'
import { knownNames } from './identifiers.ts'
import type { Uploads } from './uploads.ts'
import { appVersion } from './versions.ts'

interface ExportParts {
  readonly store: Store
  readonly library: Library
  readonly uploads: Pick<Uploads, 'take'>
  /** Holds a folder of checkpoints per run, named by its id. */
  readonly runsFolder: string
  /** Holds what is being exported: a folder per living session. */
  readonly exportsFolder: string
  readonly session: string
  readonly living: readonly string[]
  readonly compare: WorkbenchApi['compareExperiment']
}

export interface Exports {
  /** Writes an export to a path and returns the files. @throws WorkbenchError */
  to(request: ExportRequest, out: string, signal?: AbortSignal): Promise<string[]>
  /** Makes one file for a window to fetch, once. @throws WorkbenchError */
  forDownload(request: ExportRequest, signal?: AbortSignal): Promise<Download>
  /** Adds the experiment of an archive. @throws WorkbenchError, see archives.ts */
  importArchive(source: CallInput<'importArchive'>['source'], signal?: AbortSignal): Promise<ImportedArchive>
  /** The file of a download, which is the caller's from here on; undefined where there is none (any more). */
  take(download: string): { file: string; name: string; discard: () => Promise<void> } | undefined
  close(): Promise<void>
}

export function createExports(parts: ExportParts): Exports {
  const { store, library, uploads, runsFolder, exportsFolder, session, living, compare } = parts
  const folder = path.join(exportsFolder, session)
  for (const left of existsSync(exportsFolder) ? readdirSync(exportsFolder) : [])
    if (!living.includes(left)) rmSync(path.join(exportsFolder, left), { recursive: true, force: true })
  const closing = new AbortController()
  const downloads = new Map<string, { file: string; name: string; folder: string }>()

  async function subjectOf(id: string): Promise<Subject> {
    const run = store.run(id)
    const experiment = store.experiment(run?.experiment ?? id) ?? unknown(id, store)
    const dataset = library.dataset(experiment.dataset)
    return {
      kind: run ? 'run' : 'experiment',
      experiment,
      runs: run ? [run] : store.runs({ experiment: id }),
      data: dataset?.kind ?? kindOf(experiment),
      dataset,
      comparison: run ? undefined : await compare({ id }),
      records: recordsOf(store),
      app: appVersion,
    }
  }

  /** Runs `use` on the export; what was made for it is deleted afterwards. */
  async function withExport<Result>(
    request: ExportRequest,
    signal: AbortSignal | undefined,
    use: (exported: Export) => Promise<Result>,
  ): Promise<Result> {
    const { id, format, checkpoint = 'best' } = request
    const subject = await subjectOf(id)
    refuseFormat(request, subject)
    const ended = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal
    const work = path.join(folder, randomUUID())
    let folders = 0
    try {
      const exported = await makeExport(subject, request, {
        now: () => new Date(),
        archiveFiles: (now) =>
          archiveFiles(subject, {
            ...{ store, runsFolder, now },
            datasetFolder: request.withDataset ? library.folder(subject.experiment.dataset) : undefined,
          }),
        async newFolder() {
          const made = path.join(work, String(folders++))
          await fs.mkdir(made, { recursive: true })
          return made
        },
        writeWeights: (run, into) =>
          askForWeights(
            {
              ...{ format: format as 'safetensors' | 'onnx', run, checkpoint, app: appVersion },
              provenance: provenanceOf(run, subject.dataset),
              dataset: subject.dataset ?? datasetGone(run),
              datasetFolder: library.folder(run.dataset),
              checkpoints: path.join(runsFolder, run.id),
              folder: into,
            },
            ended,
          ),
      })
      return await use(exported)
    } finally {
      await fs.rm(work, { recursive: true, force: true })
    }
  }

  return {
    to: (request, out, signal) => withExport(request, signal, (exported) => save(exported, out)),
    forDownload: (request, signal) =>
      withExport(request, signal, async (exported) => {
        const download = randomUUID() // whoever knows it may fetch the file
        const own = path.join(folder, download)
        await fs.mkdir(own, { recursive: true })
        const file = await saveAsOne(exported, own)
        const name = path.basename(file)
        downloads.set(download, { file, name, folder: own })
        return { download, name, bytes: (await fs.stat(file)).size }
      }),
    async importArchive(source, signal) {
      const ended = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal
      const parts = { store, library, runsFolder, folder }
      if (source.kind === 'path') return importArchive(fileAt(path.resolve(source.path)), parts, ended)
      const { file, name, discard } = uploads.take(source.upload)
      try {
        return await importArchive({ path: file, name }, parts, ended)
      } finally {
        await discard()
      }
    },
    take(download) {
      const found = downloads.get(download)
      if (!found) return undefined
      downloads.delete(download)
      return {
        file: found.file,
        name: found.name,
        discard: () => fs.rm(found.folder, { recursive: true, force: true }),
      }
    },
    async close() {
      closing.abort(new WorkbenchError('interrupted', 'The export was not finished.', 'Export it again.'))
      await fs.rm(folder, { recursive: true, force: true })
    },
  }
}

function unknown(id: string, store: Store): never {
  const known = [...store.experiments(), ...store.runs()].map((entry: Experiment | Run) => entry.id)
  throw new WorkbenchError('unknown-run', `There is no run and no experiment "${id}".`, knownNames(id, known))
}

function datasetGone(run: Run): Dataset & never {
  throw new WorkbenchError(
    'unknown-dataset',
    `The dataset ${run.dataset} of run ${run.id} is no longer in the library: without it the shape of the model is not known.`,
    'Import its file again: it gets the same id.',
  )
}

function refuseFormat({ id, format, checkpoint, withDataset }: ExportRequest, subject: Subject): void {
  if (experimentFormats.has(format) && subject.kind === 'run')
    throw new WorkbenchError(
      'invalid-request',
      `${id} is a run, and the format ${format} is of a whole experiment.`,
      `Export its experiment: ${subject.experiment.id}`,
    )
  if (checkpoint !== undefined && !weightFormats.has(format))
    throw new WorkbenchError(
      'invalid-request',
      `The format ${format} holds no weights of a checkpoint to choose.`,
      'Choose a checkpoint for safetensors or onnx.',
    )
  if (withDataset && format !== 'archive')
    throw new WorkbenchError(
      'invalid-request',
      `The format ${format} holds no dataset.`,
      'Only an archive can be exported with its dataset.',
    )
}
