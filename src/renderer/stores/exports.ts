/** Exports of runs and experiments, and archives and reference curves that come in. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { CallInput } from '../../shared/contract.ts'
import { errorRecord } from '../../shared/errors.ts'
import type { ErrorRecord } from '../../shared/experiment.ts'
import { weightFormats, type ExportedCheckpoint, type ExportFormat } from '../../shared/exports.ts'
import { named, sourceOfFiles, workbench } from '../api/index.ts'
import { fetchDownload } from '../api/download.ts'
import { useExperiment } from './experiment.ts'
import { useNotifications } from './notifications.ts'

export interface ExportSubject {
  readonly kind: 'run' | 'experiment'
  readonly id: string
  readonly name: string
}

export const isArchive = (name: string): boolean => name.toLowerCase().endsWith('.awx')

export const useExports = defineStore('exports', () => {
  const experiment = useExperiment()
  const notifications = useNotifications()
  /** What is being exported, while it is asked how. */
  const subject = shallowRef<ExportSubject | null>(null)
  const format = ref<ExportFormat>('csv')
  const checkpoint = ref<ExportedCheckpoint>('best')
  const withDataset = ref(false)
  const busy = ref(false)
  const error = shallowRef<ErrorRecord | null>(null)

  function ask(asked: ExportSubject): void {
    error.value = null
    format.value = asked.kind === 'experiment' ? 'report' : 'csv'
    subject.value = asked
  }

  async function start(): Promise<void> {
    if (busy.value || !subject.value) return
    const { id } = subject.value
    busy.value = true
    error.value = null
    try {
      const made = await workbench.prepareExport({
        ...{ id, format: format.value },
        ...(weightFormats.has(format.value) && { checkpoint: checkpoint.value }),
        ...(format.value === 'archive' && { withDataset: withDataset.value }),
      })
      fetchDownload(made)
      subject.value = null
    } catch (problem) {
      error.value = errorRecord(problem)
    } finally {
      busy.value = false
    }
  }

  /** The one file as a source: its path, or an upload. @throws WorkbenchError */
  async function sourceOf(file: File) {
    const source = await sourceOfFiles([named(file)])
    if (source.kind === 'paths') return { kind: 'path' as const, path: source.paths[0]! }
    if (source.kind === 'uploads') return { kind: 'upload' as const, upload: source.uploads[0]! }
    throw new Error('A file is no sample.')
  }

  /** Takes an archive of an experiment in, and shows it; false where the file is none. */
  async function takeArchive(file: File): Promise<boolean> {
    if (!isArchive(file.name)) return false
    await importArchive(() => sourceOf(file))
    return true
  }

  async function importArchive(source: () => Promise<CallInput<'importArchive'>['source']>): Promise<void> {
    const telling = notifications.tell({ about: 'archive', kind: 'news', title: 'Reading the archive…' })
    try {
      const imported = await workbench.importArchive({ source: await source() })
      await experiment.loadHistory()
      await experiment.open(imported.experiment.id)
    } catch (problem) {
      experiment.error = errorRecord(problem)
    } finally {
      notifications.dismiss(telling)
    }
  }

  /** Adds the curves of a file beside those of the shown experiment. */
  async function addReference(file: File): Promise<void> {
    const id = experiment.currentId
    if (id === null) return
    try {
      await workbench.addReference({ experiment: id, source: await sourceOf(file) })
    } catch (problem) {
      experiment.error = errorRecord(problem)
    }
  }

  function chooseReference(): void {
    const input = document.createElement('input')
    input.type = 'file'
    input.addEventListener('change', () => {
      const [file] = input.files ?? []
      if (file) void addReference(file)
    })
    input.click()
  }

  return {
    ...{ subject, format, checkpoint, withDataset, busy, error },
    ...{ ask, start, takeArchive, importArchive, addReference, chooseReference },
  }
})
