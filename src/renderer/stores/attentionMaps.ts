/**
 * Attention matrices that the runs of one seed kept, one variant beside the other on the same sequence of the probe
 * batch. Read only while someone looks.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { errorRecord } from '../../shared/errors.ts'
import type { ErrorRecord } from '../../shared/experiment.ts'
import type { ProbeRecord } from '../../shared/statistics.ts'
import { workbench } from '../api/index.ts'
import { throttle } from '../charts/throttle.ts'
import {
  layersOf,
  matrixOf,
  patchNames,
  patternOf,
  readMaps,
  readIds,
  weightScale,
  type Maps,
} from '../logic/hidden/attentionMaps.ts'
import { operatorForm, operatorMatrix } from '../logic/hidden/operators.ts'
import { useChosenStep } from './chosenStep.ts'
import { useExperiment } from './experiment.ts'
import { useInspection } from './inspection.ts'

const readIntervalMs = 300

interface Kept {
  probe: ProbeRecord
  maps: Maps | null
}

export const useAttentionMaps = defineStore('attentionMaps', () => {
  const experiment = useExperiment()
  const inspection = useInspection()
  /** One run per variant, of the seed that is looked at elsewhere too. */
  const runs = computed(() => inspection.runs)

  const steps = shallowRef<readonly number[]>([])
  const kept = shallowRef<ReadonlyMap<string, Kept>>(new Map())
  const vocabulary = shallowRef<readonly string[]>([])
  const error = shallowRef<ErrorRecord | null>(null)
  const isRead = ref(false)
  const chosenLayer = ref(0)
  const chosenHead = ref<number | 'mean'>(0)
  const chosenSequence = ref(0)
  /** The recorded matrix A, or what the variant makes of it before it acts on the values. */
  const shownAs = ref<'attention' | 'operator'>('attention')
  const hasOperators = computed(() => runs.value.some(({ axes }) => operatorForm(axes) !== null))
  const { chosenStep, step, chooseStep } = useChosenStep(() => steps.value)

  const probes = computed(() => [...kept.value.values()])
  const layers = computed(() =>
    [...new Set(probes.value.flatMap(({ probe }) => layersOf(probe)))].sort((a, b) => a - b),
  )
  const layer = computed(() =>
    layers.value.includes(chosenLayer.value) ? chosenLayer.value : (layers.value[0] ?? 0),
  )
  const count = (pick: (maps: Maps) => number) =>
    Math.max(0, ...probes.value.flatMap(({ maps }) => (maps ? pick(maps) : [])))
  const heads = computed(() => count((maps) => maps.heads))
  const head = computed(() =>
    chosenHead.value === 'mean' || chosenHead.value < heads.value ? chosenHead.value : 0,
  )
  const sequences = computed(() => count((maps) => maps.sequences))
  const sequence = computed(() => Math.min(chosenSequence.value, Math.max(0, sequences.value - 1)))

  /** By run. */
  const matrices = computed(
    () =>
      new Map(
        [...kept.value].flatMap(([run, { maps }]) => {
          if (!maps) return []
          const axes = runs.value.find(({ id }) => id === run)?.axes
          const form = shownAs.value === 'operator' && axes ? operatorForm(axes) : null
          const matrix = form
            ? operatorMatrix(maps, sequence.value, head.value, form)
            : matrixOf(maps, sequence.value, head.value)
          return [[run, matrix] as const]
        }),
      ),
  )
  const scale = computed(() => weightScale([...matrices.value.values()]))
  /** What the rows and columns stand for, by place: characters of the text, or parts of the image. */
  const tokens = computed<string[]>(() => {
    const length = count((maps) => maps.keys)
    if (experiment.kind === 'images') return patchNames(length)
    const probe = probes.value.find(({ maps }) => maps)?.probe
    const ids = probe ? readIds(probe, 'tokens', sequence.value, length) : []
    return Array.from({ length }, (_, place) => vocabulary.value[ids[place] ?? -1] ?? '')
  })

  /** The image of the validation split that is looked at; null for text, and where probes do not say. */
  const image = computed<number | null>(() => {
    const probe = probes.value.find(({ maps }) => maps)?.probe
    return (probe && readIds(probe, 'images', sequence.value, 1)[0]) ?? null
  })

  let reading = false
  let again = false
  async function read(): Promise<void> {
    if (reading) return void (again = true)
    reading = true
    const shown = key.value
    try {
      const sizes = await Promise.all(runs.value.map(({ id }) => workbench.listProbes({ run: id })))
      const found = [...new Set(sizes.flat().map((size) => size.step))].sort((a, b) => a - b)
      const at =
        chosenStep.value !== null && found.includes(chosenStep.value) ? chosenStep.value : found.at(-1)
      const entries = at === undefined ? [] : await Promise.all(runs.value.map(({ id }) => readProbe(id, at)))
      if (experiment.kind === 'text' && vocabulary.value.length === 0 && experiment.current)
        vocabulary.value = await workbench.readVocabulary({ id: experiment.current.dataset }).catch(() => [])
      if (shown !== key.value) return
      steps.value = found
      kept.value = new Map(entries.filter((entry) => entry !== null))
      error.value = null
    } catch (problem) {
      if (shown === key.value) error.value = errorRecord(problem)
    } finally {
      reading = false
      if (shown === key.value) isRead.value = true
      if (again || shown !== key.value) {
        again = false
        request.request()
      }
    }
  }
  async function readProbe(id: string, at: number): Promise<readonly [string, Kept] | null> {
    const names = [patternOf(layer.value), 'tokens', 'images']
    const probe = await workbench.readProbe({ run: id, step: at, names })
    const run = runs.value.find((one) => one.id === id)
    return probe && run ? [id, { probe, maps: readMaps(probe, layer.value, run.configuration.heads) }] : null
  }
  const request = throttle(() => void read(), readIntervalMs)

  /** Whose answers are shown. */
  const key = computed(() => `${experiment.currentId} ${inspection.seed}`)
  const question = computed(() =>
    [
      ...runs.value.map(({ id, state, lastValidation }) => [id, state, lastValidation?.step]),
      ...[chosenStep.value, layer.value],
    ].join(' '),
  )
  /** Follows the runs while a component shows them; call it in its setup. */
  function follow(): void {
    watch(question, () => request.request(), { immediate: true })
  }
  watch(key, () => {
    steps.value = []
    kept.value = new Map()
    isRead.value = false
    error.value = null
  })
  watch(
    () => experiment.currentId,
    () => {
      vocabulary.value = []
      chosenStep.value = null
    },
  )

  return {
    ...{ runs, steps, step, chooseStep, layers, layer, chosenLayer, heads, head, chosenHead },
    ...{
      sequences,
      sequence,
      chosenSequence,
      shownAs,
      hasOperators,
      matrices,
      scale,
      tokens,
      image,
      error,
      isRead,
      follow,
    },
  }
})
