/**
 * Statistics of hidden states of the shown experiment: what was measured, which of it is looked at, and its values by
 * variant, layer and step. Read only while someone looks, at most twice a second while the runs train.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Statistic } from '../../shared/catalogue/statistics/statistic.ts'
import { errorRecord } from '../../shared/errors.ts'
import type { ErrorRecord } from '../../shared/experiment.ts'
import type { Measured, StatisticComparison } from '../../shared/statistics.ts'
import { workbench } from '../api/index.ts'
import { throttle } from '../charts/throttle.ts'
import { formatPlural } from '../logic/format.ts'
import { evaluationSteps } from '../logic/confusion.ts'
import {
  headsOf,
  mayBeLogarithmic,
  measuredStatistics,
  neutralOf,
  questionOf,
  settle,
  tapsOf,
  type Selection,
} from '../logic/hidden/selection.ts'
import {
  gridOf,
  measuredSteps,
  type Grid,
  type LayerChoice,
  type LayerValue,
} from '../logic/hidden/values.ts'
import { tapMeaning } from '../logic/hidden/taps.ts'
import { useCatalogue } from './catalogue.ts'
import { useChosenStep } from './chosenStep.ts'
import { useExperiment } from './experiment.ts'

const readIntervalMs = 500
/** Beyond this many planned evaluations a place for each would be too narrow to see. */
const mostPlanned = 400
const nothing: Measured = { steps: [], statistics: [] }

/** Of the two statistics: the one in the maps and the profile, and the one it is drawn against. */
export type Role = 'shown' | 'against'
/** Expansion by attention against contraction by the norm that follows it. */
const preferred: Record<Role, Partial<Selection>> = {
  shown: { statistic: 'global-expansion', tap: 'hook_attn_out' },
  against: { statistic: 'norm-contraction', tap: 'hook_resid_mid' },
}

/** Of colours and axes alike. */
export type Scaling = 'linear' | 'logarithmic'
const isPositive = (statistic: Statistic | null, values: readonly LayerValue[]): boolean =>
  statistic !== null &&
  mayBeLogarithmic(statistic) &&
  values.some(({ mean }) => mean !== null) &&
  values.every(({ mean }) => mean === null || mean > 0)

export const useStatistics = defineStore('statistics', () => {
  const catalogue = useCatalogue()
  const experiment = useExperiment()

  const measured = shallowRef<Measured>(nothing)
  const wanted = ref<Record<Role, Partial<Selection>>>({ shown: {}, against: {} })
  const layer = ref<LayerChoice>('mean')
  const error = shallowRef<ErrorRecord | null>(null)
  /** Whether an answer for the shown experiment has come. */
  const isRead = ref(false)
  /** By question. */
  const answers = shallowRef<ReadonlyMap<string, readonly StatisticComparison[]>>(new Map())

  const statistics = computed(() => measuredStatistics(measured.value, catalogue.statistics))
  const find = (id: string) => statistics.value.find((statistic) => statistic.id === id)
  const selections = computed<Record<Role, Selection | null>>(() => ({
    shown: settle(measured.value, wanted.value.shown, preferred.shown),
    against: settle(measured.value, wanted.value.against, preferred.against),
  }))
  const taps = (role: Role) => {
    const selection = selections.value[role]
    return selection ? tapsOf(measured.value, selection.statistic) : []
  }
  const heads = (role: Role) => {
    const selection = selections.value[role]
    return selection ? headsOf(measured.value, selection.statistic, selection.tap) : []
  }
  /** Of what the values of a statistic are, in words. */
  function place(role: Role): string {
    const selection = selections.value[role]
    if (!selection) return ''
    const seeds = experiment.current?.seeds.length ?? 0
    return [
      `At: ${tapMeaning(selection.tap)}`,
      heads(role).length === 0
        ? ''
        : selection.head === 'mean'
          ? 'mean over heads'
          : `head ${selection.head}`,
      seeds > 1 ? `mean over ${formatPlural(seeds, 'seed')}` : `seed ${experiment.current?.seeds[0]}`,
    ]
      .filter(Boolean)
      .join(', ')
  }
  /** A new statistic keeps tap and head where it has them. */
  function choose(role: Role, change: Partial<Selection>): void {
    wanted.value = { ...wanted.value, [role]: { ...selections.value[role], ...change } }
  }

  /** Steps at which the runs will have been measured. */
  const planned = computed(() => {
    const steps = experiment.runs.flatMap(({ configuration, steps: last }) =>
      last / configuration.evaluationInterval > mostPlanned
        ? []
        : evaluationSteps(configuration.evaluationInterval, last),
    )
    return [...new Set(steps)]
  })
  function valuesOf(role: Role): readonly (LayerValue & { head: number | null })[] {
    const selection = selections.value[role]
    if (!selection) return []
    const rows = answers.value.get(questionOf(selection)) ?? []
    return selection.head === 'mean' ? rows : rows.filter(({ head }) => head === selection.head)
  }
  const values = computed(() => valuesOf('shown'))
  const grid = computed<Grid>(() => gridOf(values.value, values.value.length > 0 ? planned.value : []))
  const againstGrid = computed<Grid>(() => gridOf(againstValues.value))
  const shown = computed(() => find(selections.value.shown?.statistic ?? '') ?? null)
  const against = computed(() => find(selections.value.against?.statistic ?? '') ?? null)
  const neutral = computed(() => (shown.value ? neutralOf(shown.value) : null))

  const againstValues = computed(() => valuesOf('against'))
  const canBeLogarithmic = computed(() => isPositive(shown.value, values.value))
  /** What the person chose; else ratios, which are neutral at 1, are drawn as ratios. */
  const chosenScaling = ref<Scaling | null>(null)
  const scaling = computed<Scaling>({
    get: () => chosenScaling.value ?? ((neutral.value ?? 0) > 0 ? 'logarithmic' : 'linear'),
    set: (value) => (chosenScaling.value = value),
  })
  const isLogarithmic = computed(() => canBeLogarithmic.value && scaling.value === 'logarithmic')
  const isAgainstLogarithmic = computed(
    () =>
      isPositive(against.value, againstValues.value) &&
      (chosenScaling.value === 'logarithmic' ||
        (chosenScaling.value === null && against.value !== null && (neutralOf(against.value) ?? 0) > 0)),
  )

  const steps = computed(() => measuredSteps(values.value))
  const { chosenStep, step, chooseStep } = useChosenStep(() => steps.value)

  let reading = false
  let again = false
  /** One question at a time: a slow answer delays the next question instead of being overtaken by it. */
  async function read(): Promise<void> {
    const id = experiment.currentId
    if (id === null) return
    if (reading) return void (again = true)
    reading = true
    const isStale = () => experiment.currentId !== id
    try {
      const found = await workbench.listStatistics({ runs: experiment.runs.map((run) => run.id) })
      if (isStale()) return
      measured.value = found
      const chosen = Object.values(selections.value).filter((selection) => selection !== null)
      const questions = new Map(chosen.map((selection) => [questionOf(selection), selection]))
      const entries = await Promise.all(
        [...questions].map(async ([key, { statistic, tap, head }]) => {
          const heads = head === 'mean' ? ('mean' as const) : ('each' as const)
          return [key, await workbench.compareStatistic({ experiment: id, statistic, tap, heads })] as const
        }),
      )
      if (isStale()) return
      answers.value = new Map(entries)
      error.value = null
    } catch (problem) {
      if (!isStale()) error.value = errorRecord(problem)
    } finally {
      reading = false
      if (!isStale()) isRead.value = true
      if (again) {
        again = false
        request.request()
      }
    }
  }
  const request = throttle(() => void read(), readIntervalMs)

  /** Whatever gives a new answer: other runs, a new evaluation of one of them, another statistic. */
  const question = computed(() =>
    [
      ...experiment.runs.map(({ id, state, lastValidation }) => [id, state, lastValidation?.step]),
      ...Object.values(wanted.value).map(({ statistic, tap, head }) => [statistic, tap, head]),
    ].join(' '),
  )
  /** Follows the runs while a component shows them; call it in its setup. */
  function follow(): void {
    watch(question, () => request.request(), { immediate: true })
  }
  watch(
    () => experiment.currentId,
    () => {
      measured.value = nothing
      answers.value = new Map()
      chosenStep.value = null
      layer.value = 'mean'
      error.value = null
      isRead.value = false
    },
  )

  return {
    ...{ measured, statistics, selections, taps, heads, place, choose, layer, error, isRead, follow },
    ...{ values, grid, againstGrid, shown, against, neutral, steps, step, chooseStep },
    ...{ canBeLogarithmic, scaling, isLogarithmic, isAgainstLogarithmic },
  }
})
