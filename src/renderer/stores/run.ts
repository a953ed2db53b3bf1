/** The run that has the page: followed while it is looked at, and drawn as in its experiment. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { errorRecord } from '../../shared/errors.ts'
import { endedStates, type DatasetKind, type ErrorRecord, type Run } from '../../shared/experiment.ts'
import { workbench } from '../api/index.ts'
import { stylesOf } from '../charts/palette.ts'
import { useCatalogue } from './catalogue.ts'
import { useExperiment } from './experiment.ts'
import { useLibrary } from './library.ts'
import { usePlace } from './place.ts'

/** A run that trains in another process tells this one nothing: after so long it is read again. */
const silenceMs = 2000

export type RunPanel = 'curves' | 'log' | 'configuration' | 'outputs' | 'batch' | 'record'

export const useRun = defineStore('run', () => {
  const catalogue = useCatalogue()
  const experiment = useExperiment()
  const library = useLibrary()
  const place = usePlace()
  const current = shallowRef<Run | null>(null)
  const error = shallowRef<ErrorRecord | null>(null)
  const panel = ref<RunPanel>('curves')
  /** The batch that is looked at; null: that of the latest step. */
  const batchStep = ref<number | null>(null)

  const itsExperiment = computed(
    () => experiment.experiments.find(({ id }) => id === current.value?.experiment) ?? null,
  )
  const ended = computed(() => current.value !== null && endedStates.has(current.value.state))
  /** What it trains on: the dataset itself may be gone. */
  const kind = computed<DatasetKind>(
    () => current.value?.trainedOn?.kind ?? catalogue.recipe(current.value?.recipe ?? '')?.kind ?? 'text',
  )
  const dataset = computed(() => library.datasets.find(({ id }) => id === current.value?.dataset) ?? null)
  /** Its variant as the charts of its experiment draw it, unless it has a colour of its own. */
  const style = computed(() => {
    if (!current.value) return undefined
    const { attention, colour } = current.value
    return stylesOf(itsExperiment.value?.attentions ?? [attention], () => colour).get(attention)
  })

  let heardAt = -Infinity
  async function load(): Promise<void> {
    const id = place.runId
    if (id !== current.value?.id) {
      current.value = null
      batchStep.value = null
    }
    error.value = null
    if (id === null) return
    try {
      const found = await workbench.showRun({ id })
      if (id === place.runId) current.value = found
    } catch (problem) {
      if (id === place.runId) error.value = errorRecord(problem)
    }
  }
  watch(() => place.runId, load, { immediate: true })

  function follow(): void {
    workbench.subscribe('runChanged', (run) => {
      if (run.id !== place.runId) return
      current.value = run
      heardAt = performance.now()
    })
    setInterval(() => {
      if (current.value && !ended.value && performance.now() - heardAt > silenceMs) void load()
    }, silenceMs)
  }
  /** Looks at the samples that a step was fed. */
  function showBatch(step: number): void {
    batchStep.value = step
    panel.value = 'batch'
  }

  return {
    current,
    error,
    panel,
    batchStep,
    itsExperiment,
    ended,
    kind,
    dataset,
    style,
    load,
    follow,
    showBatch,
  }
})
