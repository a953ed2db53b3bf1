/**
 * What the runs of one seed made of the same task, side by side: their sampled texts or their confusion matrices, at a
 * step of the training. Read only while someone looks.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { CallOutput } from '../../shared/contract.ts'
import { errorRecord } from '../../shared/errors.ts'
import type { ErrorRecord, Run } from '../../shared/experiment.ts'
import { workbench } from '../api/index.ts'
import { throttle } from '../charts/throttle.ts'
import { evaluationSteps } from '../logic/confusion.ts'
import { useChosenStep } from './chosenStep.ts'
import { useExperiment } from './experiment.ts'

export type Sample = CallOutput<'readSamples'>[number]
export type Confusion = NonNullable<CallOutput<'readConfusion'>>

const readIntervalMs = 500

export const useInspection = defineStore('inspection', () => {
  const experiment = useExperiment()

  const chosenSeed = ref<number | null>(null)
  const seeds = computed(() => experiment.current?.seeds ?? [])
  const seed = computed(() =>
    chosenSeed.value !== null && seeds.value.includes(chosenSeed.value)
      ? chosenSeed.value
      : (seeds.value[0] ?? null),
  )
  /** One run per variant, in the order of the experiment. */
  const runs = computed(() => {
    const attentions = experiment.current?.attentions ?? []
    return attentions.flatMap(
      (id) => experiment.runs.find((run) => run.attention === id && run.seed === seed.value) ?? [],
    )
  })

  const samples = shallowRef<readonly Sample[]>([])
  /** By run. */
  const confusions = shallowRef<ReadonlyMap<string, Confusion>>(new Map())
  const error = shallowRef<ErrorRecord | null>(null)

  const steps = computed<number[]>(() => {
    const found =
      experiment.kind === 'text'
        ? samples.value.map((sample) => sample.step)
        : runs.value.flatMap((run) =>
            evaluationSteps(run.configuration.evaluationInterval, run.lastValidation?.step),
          )
    return [...new Set(found)].sort((a, b) => a - b)
  })
  const { chosenStep, step, chooseStep } = useChosenStep(() => steps.value)

  /** Grows with every question, so that late answers to earlier ones are dropped. */
  let asked = 0
  async function read(): Promise<void> {
    const question = ++asked
    try {
      const answer = experiment.kind === 'text' ? await readTexts(runs.value) : await readMatrices(runs.value)
      if (question !== asked) return
      answer()
      error.value = null
    } catch (problem) {
      if (question === asked) error.value = errorRecord(problem)
    }
  }
  async function readTexts(wanted: readonly Run[]): Promise<() => void> {
    const texts = await workbench.readSamples({ runs: wanted.map(({ id }) => id) })
    return () => void (samples.value = texts)
  }
  async function readMatrices(wanted: readonly Run[]): Promise<() => void> {
    const at = step.value
    if (at === null) return () => void (confusions.value = new Map())
    const matrices = await Promise.all(wanted.map(({ id }) => workbench.readConfusion({ run: id, step: at })))
    const entries = wanted.flatMap(({ id }, index) =>
      matrices[index] ? [[id, matrices[index]] as const] : [],
    )
    return () => void (confusions.value = new Map(entries))
  }
  const request = throttle(() => void read(), readIntervalMs)

  /** Whatever gives a new answer: other runs, a new text or evaluation of one of them, another step. */
  const question = computed(() =>
    [
      ...runs.value.map(({ id, step: done, state, configuration, lastValidation }) =>
        experiment.kind === 'text'
          ? [id, state, Math.floor(done / (configuration.sampleInterval || Infinity))]
          : [id, lastValidation?.step],
      ),
      experiment.kind === 'images' ? step.value : null,
    ].join(' '),
  )
  /** Follows the runs while a component shows them; call it in its setup. */
  function follow(): void {
    watch(question, () => request.request(), { immediate: true })
  }
  watch(
    () => experiment.currentId,
    () => {
      asked++
      request.cancel()
      samples.value = []
      confusions.value = new Map()
      chosenStep.value = null
      error.value = null
    },
  )

  return {
    chosenSeed,
    seeds,
    seed,
    runs,
    samples,
    confusions,
    error,
    steps,
    step,
    chooseStep,
    follow,
  }
})
