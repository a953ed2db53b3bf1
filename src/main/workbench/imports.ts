/** Brings files into the library from wherever their bytes are: paths, uploads, or resources/samples. */
import path from 'node:path'
import { samples } from '../../shared/catalogue/samples.ts'
import type { CallInput, ImportPlanRecord, Source } from '../../shared/contract.ts'
import { errorRecord, WorkbenchError } from '../../shared/errors.ts'
import type { Dataset } from '../../shared/experiment.ts'
import type { ImportPlan } from '../datasets/importers/importer.ts'
import { fileAt } from '../datasets/importers/source.ts'
import type { GivenFile } from '../datasets/importers/source.ts'
import type { Library } from '../datasets/library.ts'
import { samplesFolder } from '../paths.ts'
import type { Events } from './events.ts'
import { previewOf } from './importPreview.ts'
import { knownNames } from './identifiers.ts'
import { foldersOf } from './uploads.ts'
import type { Uploads } from './uploads.ts'
import type { TokenizerChoice } from '../../shared/imports.ts'

const progressIntervalMs = 250

export interface Imports {
  /** What the files would become. @throws WorkbenchError when an upload or a sample is not known */
  plan(source: Source): Promise<ImportPlanRecord[]>
  /** @throws WorkbenchError when the source is missing, is not what the library accepts, or is several datasets */
  importDataset(request: CallInput<'importDataset'>): Promise<Dataset>
  /** Ends the import of that name, which then fails with 'interrupted'. */
  cancel(request: string): Record<string, never>
  /** Deletes uploads that nobody will import. */
  discard(uploads: readonly string[]): Promise<Record<string, never>>
  /** Aborts imports that are under way; nothing of them is left when it resolves. */
  close(): Promise<void>
}

export function createImports(parts: { library: Library; uploads: Uploads; events: Events }): Imports {
  const { library, uploads, events } = parts
  const closing = new AbortController()
  const underWay = new Set<Promise<Dataset>>()
  const cancels = new Map<string, AbortController>()

  /** The files and folders that `source` names, and how each file and folder is named by a source of its own. */
  function locate(source: Source): { files: GivenFile[]; sourceOf: (file: GivenFile) => Source } {
    switch (source.kind) {
      case 'paths':
        return {
          files: source.paths.map(fileAt),
          sourceOf: (file) => ({ kind: 'paths', paths: [file.path] }),
        }
      case 'uploads': {
        const uploadAt = new Map<string, string>()
        const files = source.uploads.map((upload): GivenFile => {
          const { file, name } = uploads.find(upload)
          uploadAt.set(file, upload)
          return { path: file, name }
        })
        return {
          files: foldersOf(files),
          sourceOf: (file) => ({
            kind: 'uploads',
            uploads: (file.members ?? [file]).map((member) => uploadAt.get(member.path)!),
          }),
        }
      }
      case 'sample':
        return {
          files: sampleOf(source).files.map((name) => ({ path: path.join(samplesFolder, name), name })),
          sourceOf: () => source,
        }
    }
  }

  function announceProgress(request: string | null, name: string): (bytes: number, total: number) => void {
    let last = -Infinity
    return (bytes, total) => {
      const now = performance.now()
      if (now - last < progressIntervalMs && bytes < total) return
      last = now
      events.emit('importProgress', { request, name, bytes, total })
    }
  }

  /** A tokenizer.json that was uploaded, by its path: it is added to `consumed`. */
  function tokenizerOf(choice: TokenizerChoice | undefined, consumed: ReturnType<Uploads['take']>[]) {
    if (choice?.kind !== 'file' || choice.upload === undefined) return choice
    const taken = uploads.take(choice.upload)
    consumed.push(taken)
    return { kind: choice.kind, path: taken.file, name: taken.name }
  }

  /** A signal that aborts when the workbench closes, or when the import of that name is cancelled. */
  function signalOf(request: string | undefined): AbortSignal {
    if (request === undefined) return closing.signal
    if (cancels.has(request))
      throw new WorkbenchError(
        'invalid-request',
        `An import with the request "${request}" is under way.`,
        'Give every import a request of its own.',
      )
    const cancel = new AbortController()
    cancels.set(request, cancel)
    return AbortSignal.any([closing.signal, cancel.signal])
  }

  async function importDataset({
    source,
    name: chosenName,
    request,
    tokenizer: chosenTokenizer,
    ...choices
  }: CallInput<'importDataset'>): Promise<Dataset> {
    const { files } = locate(source)
    const signal = signalOf(request)
    const consumed = source.kind === 'uploads' ? source.uploads.map((upload) => uploads.take(upload)) : []
    try {
      const tokenizer = tokenizerOf(chosenTokenizer, consumed)
      const sampleName = source.kind === 'sample' ? sampleOf(source).name : undefined
      const name = chosenName ?? sampleName
      const dataset = await library.import({
        ...choices,
        files,
        name,
        tokenizer,
        onProgress: announceProgress(request ?? null, name ?? path.parse(files[0]!.name).name),
        signal,
      })
      events.emit('datasetsChanged', {})
      return dataset
    } finally {
      if (request !== undefined) cancels.delete(request)
      await Promise.all(consumed.map(({ discard }) => discard()))
    }
  }

  return {
    async plan(source) {
      const { files, sourceOf } = locate(source)
      const plans = await library.plan(files)
      const previews = await Promise.all(plans.map(previewOf))
      return plans.map((plan, index) => ({
        name: plan.name,
        kind: plan.kind,
        format: plan.format,
        files: plan.files.length,
        bytes: plan.files.reduce((sum, { size }) => sum + size, 0),
        given: new Set(plan.files.map((file) => file.given)).size,
        source: merge(filesOf(plan, plans).map(sourceOf)),
        ...(plan.columns && { columns: [...plan.columns] }),
        ...(plan.textColumn !== undefined && { textColumn: plan.textColumn }),
        refusal: plan.refusal ? errorRecord(plan.refusal) : null,
        preview: previews[index]!,
      }))
    },
    importDataset(request) {
      const work = importDataset(request)
      underWay.add(work)
      const forget = () => underWay.delete(work)
      work.then(forget, forget)
      return work
    },
    cancel(request) {
      cancels.get(request)?.abort(interrupted())
      return {}
    },
    async discard(unwanted) {
      await Promise.all(unwanted.map((upload) => uploads.discard(upload)))
      return {}
    },
    async close() {
      closing.abort(interrupted())
      await Promise.allSettled(underWay)
    },
  }
}

const interrupted = () =>
  new WorkbenchError('interrupted', 'The import was interrupted.', 'Import the file again.')

function sampleOf({ sample: id }: { sample: string }) {
  const sample = samples.find((candidate) => candidate.id === id)
  if (sample) return sample
  const known = samples.map((candidate) => candidate.id)
  throw new WorkbenchError('unknown-dataset', `There is no built-in sample "${id}".`, knownNames(id, known))
}

/** What names the files of `plan`: what was given, unless that holds other datasets too. */
function filesOf(plan: ImportPlan, plans: readonly ImportPlan[]): readonly GivenFile[] {
  const given = new Set(plan.files.map((file) => file.given))
  const isShared = plans.some((other) => other !== plan && other.files.some((file) => given.has(file.given)))
  return isShared ? plan.files : [...given]
}

/** Sources of one kind as one. */
function merge(sources: readonly Source[]): Source {
  const [first] = sources
  if (first!.kind === 'sample') return first!
  if (first!.kind === 'paths')
    return { kind: 'paths', paths: sources.flatMap((one) => (one.kind === 'paths' ? one.paths : [])) }
  return { kind: 'uploads', uploads: sources.flatMap((one) => (one.kind === 'uploads' ? one.uploads : [])) }
}
