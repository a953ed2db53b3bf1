/**
 * Which of the kept hidden states are looked at: the step, the layer, the variant, shared by the views of similarity, spectra
 * and projections. Seeds are chosen once for all views that show one: stores/inspection.ts.
 */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { StateMeasure } from '../../shared/states.ts'
import { workbench } from '../api/index.ts'
import { commonSteps, layersOfAll } from '../logic/hidden/kept.ts'
import { useAnswer } from './answer.ts'
import { useChosenStep } from './chosenStep.ts'
import { useExperiment } from './experiment.ts'
import { useInspection } from './inspection.ts'

/** What stands side by side. */
export type Side = 'variants' | 'layers' | 'steps'

export const useKeptStates = defineStore('keptStates', () => {
  const experiment = useExperiment()
  const inspection = useInspection()

  const measure = ref<StateMeasure>('linear-alignment-debiased')
  const chosenLayer = ref<number | null>(null)
  const chosenVariant = ref<string | null>(null)
  const kept = ref<ReadonlyMap<string, readonly number[]>>(new Map())
  const isRead = ref(false)

  const layers = computed(() => layersOfAll(experiment.runs))
  const layer = computed(() =>
    chosenLayer.value !== null && layers.value.includes(chosenLayer.value)
      ? chosenLayer.value
      : (layers.value.at(-1) ?? 0),
  )
  const variants = computed(() => experiment.current?.attentions ?? [])
  const variant = computed(() =>
    chosenVariant.value !== null && variants.value.includes(chosenVariant.value)
      ? chosenVariant.value
      : (variants.value[0] ?? ''),
  )
  /** Those that keep anything, in the order of the experiment. */
  const runs = computed(() => experiment.runs.filter(({ id }) => (kept.value.get(id)?.length ?? 0) > 0))
  /** Of the seed that is looked at: one per variant. */
  const runsOfSeed = computed(() =>
    inspection.runs.filter(({ id }) => runs.value.some((run) => run.id === id)),
  )
  const steps = computed(() => commonSteps(kept.value))
  const { chosenStep, step, chooseStep } = useChosenStep(() => steps.value)
  const stepsOf = (run: string): readonly number[] => kept.value.get(run) ?? []

  /** Follows the runs while a component shows them; call it in its setup. */
  function follow() {
    const { answer, error } = useAnswer(
      () => experiment.runs.map(({ id }) => id),
      (ids) =>
        Promise.all(
          ids.map(
            async (run) => [run, (await workbench.listProbes({ run })).map((probe) => probe.step)] as const,
          ),
        ),
      () => experiment.runs.map(({ state, lastValidation }) => [state, lastValidation?.step]),
    )
    watch(answer, (found) => {
      if (!found) return
      kept.value = new Map(found.reply)
      isRead.value = true
    })
    return { error }
  }
  watch(
    () => experiment.currentId,
    () => {
      kept.value = new Map()
      isRead.value = false
      chosenLayer.value = chosenVariant.value = chosenStep.value = null
    },
  )

  return {
    ...{ measure, layers, layer, chosenLayer, variants, variant, chosenVariant, runs, runsOfSeed },
    ...{ steps, step, chooseStep, stepsOf, isRead, follow },
  }
})
