/** The experiment that is shown: its runs as they change, its comparison, and the list of all experiments. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Comparison, ComparisonMetric } from '../../shared/comparison.ts'
import type { ExperimentRequest } from '../../shared/contract.ts'
import { errorRecord } from '../../shared/errors.ts'
import {
  endedStates,
  type DatasetKind,
  type ErrorRecord,
  type Experiment,
  type Run,
} from '../../shared/experiment.ts'
import { workbench } from '../api/index.ts'
import { commonColour, stylesOf } from '../charts/palette.ts'
import { throttle } from '../charts/throttle.ts'
import { useCatalogue } from './catalogue.ts'
import { useCurves } from './curves.ts'
import { usePlace } from './place.ts'

export type ExperimentView = 'curves' | 'inspection' | 'hidden'

/** A comparison is read anew at most this often while runs are evaluated. */
const comparisonIntervalMs = 500

export const useExperiment = defineStore('experiment', () => {
  const catalogue = useCatalogue()
  const curves = useCurves()
  const place = usePlace()
  const experiments = shallowRef<Experiment[]>([])
  const currentId = ref<string | null>(null)
  /** What of it is looked at: its curves, what its models made of texts or images, or their hidden states. */
  const view = ref<ExperimentView>('curves')
  const runs = shallowRef<Run[]>([])
  const comparison = shallowRef<Comparison | null>(null)
  /** What is compared; no baseline means the first variant. */
  const metric = ref<ComparisonMetric>('loss')
  const at = ref<'best' | 'last'>('best')
  const baseline = ref<string | null>(null)
  const error = shallowRef<ErrorRecord | null>(null)
  const starting = ref(false)

  const current = computed(() => experiments.value.find(({ id }) => id === currentId.value) ?? null)
  const ended = computed(() => runs.value.length > 0 && runs.value.every((run) => endedStates.has(run.state)))
  /** What it trains on, as its recipe has it: the dataset may be gone. */
  const kind = computed<DatasetKind>(() => catalogue.recipe(current.value?.recipe ?? '')?.kind ?? 'text')
  /** How the compared variants are drawn. */
  const styles = computed(() =>
    stylesOf(current.value?.attentions ?? [], (id) =>
      commonColour(runs.value.flatMap(({ attention, colour }) => (attention === id ? [colour] : []))),
    ),
  )
  /** Newest first. */
  const history = computed(() =>
    [...experiments.value].sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
  )

  async function loadHistory(): Promise<void> {
    experiments.value = await workbench.listExperiments({})
  }

  const readComparison = throttle(() => void compare(), comparisonIntervalMs)
  async function compare(): Promise<void> {
    const id = currentId.value
    if (id === null) return
    const asked = { metric: metric.value, at: at.value, baseline: baseline.value }
    try {
      const { baseline: chosen, ...choice } = asked
      const result = await workbench.compareExperiment({ id, ...choice, ...(chosen && { baseline: chosen }) })
      const isStale =
        asked.metric !== metric.value || asked.at !== at.value || asked.baseline !== baseline.value
      if (currentId.value !== id || isStale) return
      comparison.value = result
      result.runs.forEach(change)
    } catch (problem) {
      if (currentId.value === id) error.value = errorRecord(problem)
    }
  }

  function show(id: string | null, shown: readonly Run[]): void {
    if (id !== currentId.value) view.value = 'curves'
    currentId.value = id
    runs.value = [...shown]
    comparison.value = null
    error.value = null
    readComparison.cancel()
    metric.value = 'loss'
    baseline.value = null
    if (kind.value === 'text' && curves.metric === 'validation/accuracy') curves.metric = 'validation/loss'
    curves.show(shown)
  }

  watch([metric, at, baseline], () => void compare())

  /** Goes to an experiment, and reads it where it is not the one that was shown last. */
  async function open(id: string): Promise<void> {
    place.go({ kind: 'experiment', id })
    if (id === currentId.value) return
    try {
      const result = await workbench.compareExperiment({ id })
      if (!experiments.value.some((experiment) => experiment.id === id)) await loadHistory()
      show(id, result.runs)
      if (at.value === 'best') comparison.value = result
      else await compare()
    } catch (problem) {
      place.go(currentId.value === null ? null : { kind: 'experiment', id: currentId.value })
      error.value = errorRecord(problem)
    }
  }

  /** Puts one away that is no more. */
  function forget(id: string): void {
    if (currentId.value === id) show(null, [])
    place.forget({ kind: 'experiment', id })
  }

  async function start(request: ExperimentRequest): Promise<void> {
    if (starting.value) return
    starting.value = true
    error.value = null
    try {
      const started = await workbench.startExperiment(request)
      await loadHistory()
      show(started.experiment.id, started.runs)
      place.go({ kind: 'experiment', id: started.experiment.id })
      await compare()
    } catch (problem) {
      error.value = errorRecord(problem)
    } finally {
      starting.value = false
    }
  }

  async function stop(stopped: readonly Run[]): Promise<void> {
    try {
      for (const run of stopped) change(await workbench.stopRun({ id: run.id }))
    } catch (problem) {
      error.value = errorRecord(problem)
    }
  }

  async function resume(run: Run): Promise<void> {
    try {
      error.value = null
      change(await workbench.resumeRun({ id: run.id }))
    } catch (problem) {
      error.value = errorRecord(problem)
    }
  }

  function change(run: Run): void {
    const before = runs.value.find(({ id }) => id === run.id)
    if (!before) return
    runs.value = runs.value.map((other) => (other.id === run.id ? run : other))
    curves.runChanged(before, run)
    if (run.lastValidation?.step !== before.lastValidation?.step || run.state !== before.state)
      readComparison.request()
  }

  /** Reads everything anew: events may have been missed. */
  async function refresh(): Promise<void> {
    await loadHistory()
    await compare()
    curves.show(runs.value)
  }

  function follow(): void {
    workbench.subscribe('runChanged', change)
    workbench.subscribe('experimentsChanged', () => void loadHistory())
  }

  return {
    experiments,
    history,
    currentId,
    current,
    view,
    kind,
    styles,
    runs,
    comparison,
    metric,
    at,
    baseline,
    error,
    starting,
    ended,
    loadHistory,
    show,
    open,
    forget,
    start,
    stop,
    resume,
    refresh,
    follow,
  }
})
