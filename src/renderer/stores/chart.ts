/** How the chart is shown, and the lines it draws: the curves of the shown runs, gathered by variant. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Run } from '../../shared/experiment.ts'
import { axisOf, endOf, placed, type AxisKind } from '../charts/axis.ts'
import { aggregateSeeds, hasBand, type SeedPoint } from '../charts/aggregate.ts'
import {
  valueExtent,
  valueRange,
  stepRange,
  wholeRange,
  type Baseline,
  type MetricChart,
  type MetricLine,
  type SeedLine,
  type Span,
} from '../charts/metricChart.ts'
import type { DrawnVariant } from '../charts/palette.ts'
import { quantityOf } from '../charts/quantity.ts'
import { dragged, moved, zoomed, type AxisSpan } from '../charts/zoom.ts'
import { formatPlural } from '../logic/format.ts'
import { baselinesOf, type BaselineId, type DatasetBaseline } from '../logic/baselines.ts'
import { useCurves } from './curves.ts'
import { useExperiment } from './experiment.ts'
import { useLibrary } from './library.ts'
import { useReferences } from './references.ts'
import { useShownVariants } from './shownVariants.ts'

/** All variants in one chart, or a chart for each on the same axes. */
export type Layout = 'together' | 'apart'

/** Where nobody chose otherwise, what is measured at every step is smoothed over this share of the planned steps. */
const smoothedShare = 0.015

export const useChartSettings = defineStore('chart', () => {
  const curves = useCurves()
  const experiment = useExperiment()
  const library = useLibrary()
  const references = useReferences()
  const variants = useShownVariants()

  const span = ref<Span>('all')
  const layout = ref<Layout>('together')
  /** Whether every seed has a line of its own too. */
  const showsSeeds = ref(false)
  /** The part of the axis that is looked at; null: all of it. */
  const zoom = shallowRef<AxisSpan | null>(null)
  /** The place of the crosshair, which is one for all charts. */
  const pointed = ref<number | null>(null)
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
        const smoothed = its.map((buckets) => buckets.map((bucket) => ({ ...bucket, ...bucket.smoothed })))
        const isSmoothed = its.flat().some((bucket) => bucket.smoothed)
        return {
          ...{ id, style, curve: aggregateSeeds(smoothed) },
          raw: isSmoothed ? aggregateSeeds(its).mean : null,
          seeds: showsSeeds.value ? runs.map((run, place) => seedLine(run, smoothed[place]!)) : [],
        }
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
    zoom: zoom.value,
    logarithmicValues: logarithmicValues.value,
  }))
  const range = computed(() => stepRange(bare.value))
  const whole = computed(() => wholeRange(bare.value))
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
  /** What is drawn, chart by chart; of all variants together it is of none. */
  const plots = computed<{ variant: DrawnVariant | null; chart: MetricChart }[]>(() =>
    layout.value === 'together'
      ? [{ variant: null, chart: chart.value }]
      : lines.value.map((line) => ({
          variant: variants.value.find(({ id }) => id === line.id) ?? null,
          chart: { ...chart.value, lines: [line], beside: lines.value },
        })),
  )
  /** What the legend says about line and band. */
  const explanation = computed(() => {
    const banded = lines.value.some((line) => hasBand(line.curve))
    const several = seeds.value > 1
    const past = Math.round(1 / (1 - smoothing.value))
    return [
      several ? 'Line: mean over seeds.' : '',
      past > 1 ? `Smoothed over about ${formatPlural(past, 'point')}.` : '',
      banded ? `Band: smallest to largest ${several ? 'seed' : 'value between two points'}.` : '',
      several && showsSeeds.value ? 'Thin: single seeds.' : '',
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

  /** Places with a point, which a part of the axis should not miss. */
  const places = () => lines.value.flatMap(({ curve }) => curve.steps)
  const zoomTo = (part: AxisSpan) => void (zoom.value = dragged(part, whole.value, places()))
  /** Nearer with a factor below 1, around a place or the middle of what is shown. */
  function zoomBy(factor: number, around: number | null): void {
    const [first, last] = range.value
    const isLogarithmic = span.value === 'logarithmic'
    const place = around ?? (isLogarithmic ? Math.sqrt(first * last) : (first + last) / 2)
    zoom.value = zoomed(range.value, whole.value, { place, factor, isLogarithmic }, places())
  }
  function move(share: number): void {
    if (zoom.value) zoom.value = moved(zoom.value, whole.value, share, span.value === 'logarithmic')
  }
  watch([span, axisKind, () => experiment.currentId], () => (zoom.value = null))
  watch([span, axisKind, zoom, () => curves.metric, () => experiment.currentId], () => (pointed.value = null))

  function toggleLine(id: string): void {
    hidden.value = hidden.value.includes(id)
      ? hidden.value.filter((other) => other !== id)
      : [...hidden.value, id]
  }
  function toggleBaseline(id: BaselineId, shown: boolean): void {
    decided.value = { ...decided.value, [id]: !shown }
  }

  return {
    ...{ layout, showsSeeds, zoom, zoomTo, zoomBy, move, pointed, whole, plots },
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

const seedLine = (run: Run, points: readonly SeedPoint[]): SeedLine => ({
  ...{ run: run.id, seed: run.seed, colour: run.colour },
  curve: aggregateSeeds([points]),
})
