/** The datasets on this machine: those chosen and looked into, the imports under way, and what went wrong with others. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { ImportPlanRecord, Source } from '../../shared/contract.ts'
import { errorRecord } from '../../shared/errors.ts'
import type { ErrorRecord } from '../../shared/experiment.ts'
import type { Health } from '../../shared/health.ts'
import type { ImportChoices } from '../../shared/imports.ts'
import type { LabelChange, LibraryEntry } from '../../shared/library.ts'
import { droppedFiles, sourceOfFiles, workbench } from '../api/index.ts'
import type { DroppedFile } from '../api/index.ts'
import { describeSplit, formatPlural } from '../logic/format.ts'
import { needsLook } from '../logic/importDrafts.ts'
import { createPace, type Pace } from '../logic/progress.ts'
import { useNotifications } from './notifications.ts'
import { usePlace } from './place.ts'

export interface ImportTask {
  key: number
  /** Names it to the workbench. */
  request: string
  name: string
  bytes: number
  /** 0 while it is not known. */
  total: number
  pace: Pace
}

export interface Failure {
  key: number
  /** What was being done: "Importing photo.png". */
  what: string
  error: ErrorRecord
}

/** A dataset that is to be imported as a person wants it. */
export interface WantedImport {
  readonly plan: ImportPlanRecord
  readonly name: string
  readonly choices: ImportChoices
}

export const useLibrary = defineStore('library', () => {
  const datasets = shallowRef<LibraryEntry[]>([])
  const loaded = ref(false)
  const selectedId = ref<string | null>(null)
  const notifications = useNotifications()
  const place = usePlace()
  const imports = ref<ImportTask[]>([])
  const failures = ref<Failure[]>([])
  /** What waits in the import sheet. */
  const sheet = shallowRef<ImportPlanRecord[] | null>(null)
  const health = shallowRef<ReadonlyMap<string, Health>>(new Map())
  const healthErrors = shallowRef<ReadonlyMap<string, ErrorRecord>>(new Map())
  const selected = computed(
    () => datasets.value.find((dataset) => dataset.id === selectedId.value) ?? datasets.value[0] ?? null,
  )
  const opened = computed(() => datasets.value.find((dataset) => dataset.id === place.datasetId) ?? null)
  const aborts = new Map<number, AbortController>()
  const paces = new Map<number, ReturnType<typeof createPace>>()
  let keys = 0

  async function load(): Promise<void> {
    datasets.value = await workbench.listDatasets({})
    loaded.value = true
  }

  function follow(): void {
    workbench.subscribe('datasetsChanged', () => void load())
    workbench.subscribe('importProgress', ({ request, bytes, total }) => {
      const task = imports.value.find((candidate) => candidate.request === request)
      if (task) progress(task, bytes, total)
    })
  }

  function progress(task: ImportTask, bytes: number, total: number): void {
    const pace = paces.get(task.key)
    pace?.mark(bytes, performance.now())
    Object.assign(task, { bytes, total, pace: pace?.read(total) ?? task.pace })
  }

  /** Of what is listed beside the composer, where that is out of sight. */
  function tell(kind: 'news' | 'problem', title: string, detail: string, run: () => void): void {
    notifications.tell({ about: title, kind, title, detail, action: { label: 'Show', run } })
  }

  function fail(what: string, error: unknown): void {
    const record = errorRecord(error)
    failures.value.push({ key: keys++, what, error: record })
    if (place.isPage) tell('problem', `${what} failed`, record.message, () => place.go(null))
  }

  /** Runs `work` while it is listed among the imports; what it throws is listed among the failures, unless it was cancelled. */
  async function listed<Result>(
    name: string,
    total: number,
    work: (task: ImportTask, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | undefined> {
    const key = keys++
    const abort = new AbortController()
    aborts.set(key, abort)
    paces.set(key, createPace())
    const pace = { rate: null, left: null }
    imports.value.push({ key, request: crypto.randomUUID(), name, bytes: 0, total, pace })
    const task = imports.value.find((candidate) => candidate.key === key)!
    try {
      return await work(task, abort.signal)
    } catch (error) {
      if (!abort.signal.aborted) fail(`Importing ${name}`, error)
      return undefined
    } finally {
      imports.value = imports.value.filter((candidate) => candidate.key !== key)
      aborts.delete(key)
      paces.delete(key)
    }
  }

  /** Ends an import, or the sending of its files; nothing of it is kept. */
  function cancel(task: ImportTask): void {
    aborts.get(task.key)?.abort()
    void workbench.cancelImport({ request: task.request }).catch(() => {}) // it may have ended
  }

  async function importFrom(
    name: string,
    total: number,
    source: Source,
    choices: ImportChoices = {},
  ): Promise<void> {
    const dataset = await listed(name, total, ({ request }) =>
      workbench.importDataset({ source, name, request, ...choices }),
    )
    if (!dataset) return
    await load()
    selectedId.value = dataset.id
    if (place.isPage)
      tell('news', `Imported ${dataset.name}`, describeSplit(dataset), () =>
        place.go({ kind: 'dataset', id: dataset.id }),
      )
  }

  /** Files and folders that the person chose by their paths: as importFiles. */
  async function importPaths(paths: readonly string[], asks = false): Promise<void> {
    const name = paths.length === 1 ? baseName(paths[0]!) : formatPlural(paths.length, 'file')
    const source = { kind: 'paths' as const, paths: [...paths] }
    const plans = await listed(name, 0, () => workbench.planImport({ source }))
    if (plans) await take(plans, asks)
  }

  /**
   * Files that belong together become one dataset, others one each. What is plain is imported at once, one after the
   * other; several datasets, several files that would be one, and what `asks`, wait in the import sheet.
   */
  async function importFiles(files: Iterable<DroppedFile>, asks = false): Promise<void> {
    const all = [...files]
    if (all.length === 0) return
    const name = all.length === 1 ? all[0]!.name : formatPlural(all.length, 'file')
    const bytes = all.reduce((sum, { file }) => sum + file.size, 0)
    const plans = await listed(name, bytes, async (task, signal) => {
      const source = await sourceOfFiles(all, (sent, total) => progress(task, sent, total), signal)
      const found = await workbench.planImport({ source })
      if (!signal.aborted) return found
      await discard(found.map((plan) => plan.source))
      return []
    })
    if (plans) await take(plans, asks)
  }

  async function take(plans: ImportPlanRecord[], asks: boolean): Promise<void> {
    if (plans.length === 0) return
    if (asks || needsLook(plans)) await show(plans)
    else for (const plan of plans) await importFrom(plan.name, plan.bytes, plan.source)
  }

  async function show(plans: ImportPlanRecord[]): Promise<void> {
    const earlier = sheet.value ?? [] // more files were dropped while it was open
    sheet.value = [...earlier, ...plans]
  }

  /** Imports what is wanted of the sheet and forgets the rest. */
  async function closeSheet(wanted: readonly WantedImport[]): Promise<void> {
    const plans = sheet.value ?? []
    sheet.value = null
    const kept = new Set(wanted.map(({ plan }) => plan))
    await discard(plans.filter((plan) => !kept.has(plan)).map(({ source }) => source))
    for (const { plan, name, choices } of wanted) await importFrom(name, plan.bytes, plan.source, choices)
  }

  /** Deletes uploads that nobody wants. */
  async function discard(sources: readonly Source[]): Promise<void> {
    const uploads = sources.flatMap((source) => (source.kind === 'uploads' ? source.uploads : []))
    if (uploads.length > 0) await workbench.discardUploads({ uploads }).catch(() => {}) // gone at the next start
  }

  /** The files of a drop, those of folders included; none where they cannot be read, which is listed. */
  async function readDrop(data: DataTransfer): Promise<DroppedFile[]> {
    try {
      return await droppedFiles(data)
    } catch (error) {
      fail('Reading what was dropped', error)
      return []
    }
  }

  const importSample = (sample: string, name: string) => importFrom(name, 0, { kind: 'sample', sample })

  async function remove(dataset: LibraryEntry): Promise<void> {
    try {
      await workbench.removeDataset({ id: dataset.id })
      place.forget({ kind: 'dataset', id: dataset.id })
      await load()
    } catch (error) {
      fail(`Removing ${dataset.name}`, error)
    }
  }

  /** Throws WorkbenchError. */
  async function label(id: string, change: LabelChange): Promise<void> {
    const entry = await workbench.labelDataset({ id, ...change })
    datasets.value = datasets.value.map((dataset) => (dataset.id === id ? entry : dataset))
  }

  const examining = new Set<string>()
  /** Reads what was found in a dataset, once. */
  async function examine(id: string): Promise<void> {
    if (health.value.has(id) || examining.has(id)) return
    examining.add(id)
    try {
      const found = await workbench.readHealth({ id })
      health.value = new Map(health.value).set(id, found)
      const errors = new Map(healthErrors.value)
      if (errors.delete(id)) healthErrors.value = errors
    } catch (error) {
      healthErrors.value = new Map(healthErrors.value).set(id, errorRecord(error))
    } finally {
      examining.delete(id)
    }
  }

  function dismiss(key: number): void {
    failures.value = failures.value.filter((failure) => failure.key !== key)
  }

  return {
    datasets,
    loaded,
    selected,
    selectedId,
    opened,
    imports,
    failures,
    sheet,
    health,
    healthErrors,
    load,
    follow,
    importFiles,
    importPaths,
    closeSheet,
    cancel,
    readDrop,
    importSample,
    remove,
    label,
    examine,
    dismiss,
  }
})

/** The last part of a path, as Windows or others write it. */
const baseName = (path: string): string => path.split(/[/\\]/).findLast((part) => part !== '') ?? path
