/** The datasets on this machine, the imports under way and what went wrong with the ones that failed. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Source } from '../../shared/contract.ts'
import { errorRecord } from '../../shared/errors.ts'
import type { Dataset, ErrorRecord } from '../../shared/experiment.ts'
import { droppedFiles, sourceOfFiles, workbench } from '../api/index.ts'
import type { DroppedFile } from '../api/index.ts'
import { formatPlural } from '../logic/format.ts'

export interface ImportTask {
  key: number
  name: string
  bytes: number
  /** 0 while it is not known. */
  total: number
}

export interface Failure {
  key: number
  /** What was being done: "Importing photo.png". */
  what: string
  error: ErrorRecord
}

export const useLibrary = defineStore('library', () => {
  const datasets = shallowRef<Dataset[]>([])
  const loaded = ref(false)
  const selectedId = ref<string | null>(null)
  const imports = ref<ImportTask[]>([])
  const failures = ref<Failure[]>([])
  const selected = computed(
    () => datasets.value.find((dataset) => dataset.id === selectedId.value) ?? datasets.value[0] ?? null,
  )
  let keys = 0

  async function load(): Promise<void> {
    datasets.value = await workbench.listDatasets({})
    loaded.value = true
  }

  function follow(): void {
    workbench.subscribe('datasetsChanged', () => void load())
    workbench.subscribe('importProgress', ({ name, bytes, total }) => {
      const task = imports.value.find((candidate) => candidate.name === name)
      if (task) Object.assign(task, { bytes, total })
    })
  }

  /** Runs `work` while it is listed among the imports; what it throws is listed among the failures. */
  async function listed<Result>(
    name: string,
    total: number,
    work: (task: ImportTask) => Promise<Result>,
  ): Promise<Result | undefined> {
    const key = keys++
    imports.value.push({ key, name, bytes: 0, total })
    const task = imports.value.find((candidate) => candidate.key === key)!
    try {
      return await work(task)
    } catch (error) {
      failures.value.push({ key, what: `Importing ${name}`, error: errorRecord(error) })
      return undefined
    } finally {
      imports.value = imports.value.filter((candidate) => candidate.key !== key)
    }
  }

  async function importFrom(name: string, total: number, source: Source): Promise<void> {
    const dataset = await listed(name, total, () => workbench.importDataset({ source, name }))
    if (!dataset) return
    await load()
    selectedId.value = dataset.id
  }

  /** Files that belong together become one dataset, others one each: one after the other, so that progress names one at a time. */
  async function importFiles(files: Iterable<DroppedFile>): Promise<void> {
    const all = [...files]
    if (all.length === 0) return
    const name = all.length === 1 ? all[0]!.name : formatPlural(all.length, 'file')
    const bytes = all.reduce((sum, { file }) => sum + file.size, 0)
    const plans = await listed(name, bytes, async (task) => {
      const source = await sourceOfFiles(all, (sent, total) => Object.assign(task, { bytes: sent, total }))
      return workbench.planImport({ source })
    })
    for (const plan of plans ?? []) await importFrom(plan.name, plan.bytes, plan.source)
  }

  /** The files of a drop, those of folders included; none where they cannot be read, which is listed. */
  async function readDrop(data: DataTransfer): Promise<DroppedFile[]> {
    try {
      return await droppedFiles(data)
    } catch (error) {
      failures.value.push({ key: keys++, what: 'Reading what was dropped', error: errorRecord(error) })
      return []
    }
  }

  const importSample = (sample: string, name: string) => importFrom(name, 0, { kind: 'sample', sample })

  async function remove(dataset: Dataset): Promise<void> {
    try {
      await workbench.removeDataset({ id: dataset.id })
      await load()
    } catch (error) {
      failures.value.push({ key: keys++, what: `Removing ${dataset.name}`, error: errorRecord(error) })
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
    imports,
    failures,
    load,
    follow,
    importFiles,
    readDrop,
    importSample,
    remove,
    dismiss,
  }
})
