/** How the chart is shown, and the lines it draws: the curves of the shown runs, gathered by variant. */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { Run } from '../../shared/experiment.ts'
import { axisOf, endOf, placed, type AxisKind } from '../charts/axis.ts'
import { aggregateSeeds, hasBand } from '../charts/aggregate.ts'
import {
  valueExtent,
  valueRange,
  stepRange,
  type Baseline,
  type MetricChart,
  type MetricLine,
  type Span,
} from '../charts/metricChart.ts'
import { quantityOf } from '../charts/quantity.ts'
import { formatPlural } from '../logic/format.ts'
import { baselinesOf, type BaselineId, type DatasetBaseline } from '../logic/baselines.ts'
import { useCurves } from './curves.ts'
import { useExperiment } from './experiment.ts'
import { useLibrary } from './library.ts'
import { useReferences } from './references.ts'

/** Where nobody chose otherwise, what is measured at every step is smoothed over this share of the planned steps. */
const smoothedShare = 0.015

export const useChartSettings = defineStore('chart', () => {
  const curves = useCurves()
  const experiment = useExperiment()
  const library = useLibrary()
  const references = useReferences()

  const span = ref<Span>('all')
  const hidden = ref<string[]>([])
  /** What the person decided; a baseline without a decision is shown while it falls in the drawn range. */
  const decided = ref<Partial<Record<BaselineId, boolean>>>({})

  const attentions = computed(() => experiment.current?.attentions ?? [])
  const seeds = computed(() => experiment.current?.seeds.length ?? 0)
  const steps = computed(() => Math.max(1, ...experiment.runs.map((run) => run.steps)))
  const axisKind = ref<AxisKind>('step')
  const logarithmicValues = ref(false)
  const axis = computed(() => axisOf(axisKind.value, experiment.kind))
  watch(axisKind, (kind) => (curves.time = kind === 'time'), { immediate: true })
  /** Tokens or images of the training split, as the run saw it or as the library has it. */
  const trainOf = (run: Run) =>
    run.trainedOn?.train ?? library.datasets.find(({ id }) => id === run.dataset)?.train ?? null
  const end = computed(() =>
    Math.max(0, ...experiment.runs.map((run) => endOf(axisKind.value, run, experiment.kind, trainOf(run)))),
  )

  /** Weight of what came before in smoothed lines, as the person chose it; null: as suits the metric. */
  const chosenSmoothing = ref<number | null>(null)
  const smoothing = computed(() => {
    if (chosenSmoothing.value !== null) return chosenSmoothing.value
    return curves.metric === 'train/loss' ? 1 - 1 / Math.max(1, Math.round(steps.value * smoothedShare)) : 0
  })
  watch(smoothing, (weight) => (curves.smoothing = weight), { immediate: true })
  const lines = computed<MetricLine[]>(() =>
    attentions.value
      .filter((id) => !hidden.value.includes(id))
      .map((id) => {
        const runs = experiment.runs.filter((run) => run.attention === id)
        const its = runs.map((run) =>
          placed(curves.curves.get(run.id) ?? [], axisKind.value, run, experiment.kind, trainOf(run)),
        )
        const style = experiment.styles.get(id)!
        const measured = aggregateSeeds(its)
        if (!its.flat().some((bucket) => bucket.smoothed)) return { id, style, curve: measured, raw: null }
        const curve = aggregateSeeds(
          its.map((buckets) => buckets.map((bucket) => ({ ...bucket, ...bucket.smoothed }))),
        )
        return { id, style, curve, raw: measured.mean }
      }),
  )
  const quantity = computed(() => quantityOf(curves.metric, experiment.kind))
  const bare = computed<MetricChart>(() => ({
    quantity: quantity.value,
    lines: lines.value,
    baselines: [],
    references: references.all
      .filter(({ id }) => axisKind.value === 'step' && !references.hidden.includes(id))
      .map(({ id, name, buckets }) => ({
        ...{ id, name },
        points: buckets.flatMap(({ step, last }) => (last === null ? [] : [[step, last] as const])),
      })),
    axis: axis.value,
    end: end.value,
    span: span.value,
    logarithmicValues: logarithmicValues.value,
  }))
  const range = computed(() => stepRange(bare.value))
  const isEmpty = computed(() => valueExtent(lines.value, range.value) === null)

  const baselines = computed<(DatasetBaseline & Baseline & { shown: boolean })[]>(() => {
    const dataset = library.datasets.find(({ id }) => id === experiment.current?.dataset)
    if (!dataset) return []
    const drawn = valueRange(bare.value)
    return baselinesOf(dataset).flatMap((baseline) => {
      const value = curves.metric === 'validation/accuracy' ? baseline.accuracy : baseline.loss
      if (value === undefined) return []
      const inRange = !isEmpty.value && value >= drawn.minimum && value <= drawn.maximum
      return [{ ...baseline, value, shown: decided.value[baseline.id] ?? inRange }]
    })
  })
  const chart = computed<MetricChart>(() => ({
    ...bare.value,
    baselines: baselines.value.filter((baseline) => baseline.shown),
  }))
  /** What the legend says about line and band. */
  const explanation = computed(() => {
    const banded = lines.value.some((line) => hasBand(line.curve))
    const several = seeds.value > 1
    const past = Math.round(1 / (1 - smoothing.value))
    return [
      several ? 'Line: mean over seeds.' : '',
      past > 1 ? `Smoothed over about ${formatPlural(past, 'point')}.` : '',
      banded ? `Band: smallest to largest ${several ? 'seed' : 'value between two points'}.` : '',
      hasStepZero.value ? 'Step 0 is left out.' : '',
      logarithmicValues.value && hasNoLogarithm.value ? 'Values of 0 and below are left out.' : '',
      axisKind.value !== 'step' && references.all.length > 0 ? 'References are shown by step only.' : '',
      withoutPlace.value > 0
        ? `${formatPlural(withoutPlace.value, 'run')} recorded no ${axis.value.name}.`
        : '',
    ]
      .filter(Boolean)
      .join(' ')
  })
  /** A logarithmic axis drops step 0, and says so. */
  const hasStepZero = computed(
    () => span.value === 'logarithmic' && lines.value.some(({ curve }) => curve.steps[0] === 0),
  )

  const hasNoLogarithm = computed(() =>
    lines.value.some(({ curve }) => curve.lower.some((value) => value <= 0)),
  )
  /** Runs of earlier versions, which have no place along the axis. */
  const withoutPlace = computed(
    () =>
      experiment.runs.filter((run) => {
        const its = curves.curves.get(run.id) ?? []
        return its.length > 0 && placed(its, axisKind.value, run, experiment.kind, trainOf(run)).length === 0
      }).length,
  )

  function toggleLine(id: string): void {
    hidden.value = hidden.value.includes(id)
      ? hidden.value.filter((other) => other !== id)
      : [...hidden.value, id]
  }
  function toggleBaseline(id: BaselineId, shown: boolean): void {
    decided.value = { ...decided.value, [id]: !shown }
  }

  return {
    quantity,
    span,
    axisKind,
    axis,
    logarithmicValues,
    smoothing,
    chosenSmoothing,
    hidden,
    attentions,
    seeds,
    lines,
    range,
    isEmpty,
    baselines,
    chart,
    explanation,
    toggleLine,
    toggleBaseline,
  }
})
