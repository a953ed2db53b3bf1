/** The datasets on this machine, the imports under way and what went wrong with the ones that failed. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Source } from '../../shared/contract.ts'
import { errorRecord } from '../../shared/errors.ts'
import type { Dataset, ErrorRecord } from '../../shared/experiment.ts'
import { sourceOfFile, workbench } from '../api/index.ts'

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

  async function importFrom(
    name: string,
    total: number,
    source: (task: ImportTask) => Promise<Source>,
  ): Promise<void> {
    const key = keys++
    imports.value.push({ key, name, bytes: 0, total })
    const task = imports.value.find((candidate) => candidate.key === key)!
    try {
      const dataset = await workbench.importDataset({ source: await source(task) })
      await load()
      selectedId.value = dataset.id
    } catch (error) {
      failures.value.push({ key, what: `Importing ${name}`, error: errorRecord(error) })
    } finally {
      imports.value = imports.value.filter((candidate) => candidate.key !== key)
    }
  }

  /** One after the other, so that progress names one file at a time. */
  async function importFiles(files: Iterable<File>): Promise<void> {
    for (const file of [...files])
      await importFrom(file.name, file.size, (task) =>
        sourceOfFile(file, (bytes, total) => Object.assign(task, { bytes, total })),
      )
  }

  function importSample(sample: string, name: string): Promise<void> {
    return importFrom(name, 0, () => Promise.resolve({ kind: 'sample', sample }))
  }

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
    importSample,
    remove,
    dismiss,
  }
})
