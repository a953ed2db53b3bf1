/** The small charts of one run: which curves each has, in which unit, and how they become what metricChart.ts draws. */
import type { Bucket } from '../../../shared/contract.ts'
import { timeMetric, type DatasetKind, type Run } from '../../../shared/experiment.ts'
import { aggregateSeeds, type SeedPoint } from '../../charts/aggregate.ts'
import { axisOf } from '../../charts/axis.ts'
import type { MetricChart, MetricLine } from '../../charts/metricChart.ts'
import type { VariantStyle } from '../../charts/palette.ts'
import { quantityOf, type Quantity } from '../../charts/quantity.ts'
import { formatCount } from '../format.ts'
import { formatTick, formatValue } from '../hidden/format.ts'

type CurveName =
  | 'train/loss'
  | 'validation/loss'
  | 'validation/accuracy'
  | 'learning-rate'
  | 'gradient-norm'
  | typeof timeMetric

export interface RunLine {
  readonly metric: CurveName
  /** In the key of the chart, and in its table. */
  readonly name: string
  /** Recorded at every step: noisy, and smoothed where that is wanted. */
  readonly everyStep: boolean
}

export interface RunChart {
  readonly id: string
  readonly quantity: Quantity
  readonly meaning: string
  readonly lines: readonly RunLine[]
}

const positive: Omit<Quantity, 'title' | 'unit'> = {
  better: null,
  limits: [0, Infinity],
  format: formatValue,
  tick: formatTick,
}

export function chartsOf(kind: DatasetKind): RunChart[] {
  const items = kind === 'text' ? 'tokens' : 'images'
  return [
    {
      id: 'loss',
      quantity: { ...quantityOf('validation/loss', kind), title: 'Loss' },
      meaning: 'Of the validation split at every evaluation, and of the batch of every step.',
      lines: [
        { metric: 'train/loss', name: 'training', everyStep: true },
        { metric: 'validation/loss', name: 'validation', everyStep: false },
      ],
    },
    ...(kind === 'images'
      ? [
          {
            id: 'accuracy',
            quantity: quantityOf('validation/accuracy', kind),
            meaning: 'Share of the images of the validation split whose class was predicted.',
            lines: [{ metric: 'validation/accuracy', name: 'accuracy', everyStep: false }] as const,
          },
        ]
      : []),
    {
      id: 'gradient-norm',
      quantity: { ...positive, title: 'Gradient norm', unit: '‖gradient‖ before clipping' },
      meaning: 'Euclidean length of all gradients together, before they are clipped to clipNorm.',
      lines: [{ metric: 'gradient-norm', name: 'gradient norm', everyStep: true }],
    },
    {
      id: 'learning-rate',
      quantity: { ...positive, title: 'Learning rate', unit: 'per step' },
      meaning: 'Linear warm-up, then cosine decay.',
      lines: [{ metric: 'learning-rate', name: 'learning rate', everyStep: false }],
    },
    {
      id: 'throughput',
      quantity: {
        ...positive,
        ...{ title: 'Throughput', unit: `${items} per second`, tick: shortTick },
        format: (value) => `${formatCount(value === null ? null : Math.round(value))} ${items}/s`,
      },
      meaning: `How many ${items} it trained on in a second, evaluations and samples included.`,
      lines: [{ metric: timeMetric, name: 'throughput', everyStep: false }],
    },
  ]
}

/** 12000 -> "12 k". */
function shortTick(value: number): string {
  const [scale, sign] = value >= 1e6 ? [1e6, ' M'] : value >= 1e3 ? [1e3, ' k'] : [1, '']
  return `${Number((value / scale).toPrecision(4))}${sign}`
}

/**
 * What was trained on in a second between each two recorded times: (stepᵢ − stepᵢ₋₁) · samples / (secondsᵢ − secondsᵢ₋₁).
 * @param samples tokens or images of a step
 */
export function throughputOf(times: readonly Pick<Bucket, 'step' | 'last'>[], samples: number): SeedPoint[] {
  const points: SeedPoint[] = []
  let before: { step: number; seconds: number } | undefined
  for (const { step, last } of times) {
    if (last === null) continue
    if (before && last > before.seconds && step > before.step) {
      const value = ((step - before.step) * samples) / (last - before.seconds)
      points.push({ step, minimum: value, maximum: value, last: value })
    }
    if (!before || last > before.seconds) before = { step, seconds: last }
  }
  return points
}

export interface DrawnLine {
  readonly line: RunLine
  readonly style: VariantStyle
  readonly buckets: readonly Bucket[]
}

/** Of a line that was smoothed the smoothed values, with what was recorded faintly behind them. */
function metricLine({ line, style, buckets }: DrawnLine, samples: number): MetricLine {
  if (line.metric === timeMetric) {
    const curve = aggregateSeeds([throughputOf(buckets, samples)])
    return { id: line.name, style, curve, raw: null }
  }
  const smoothed = buckets.some((bucket) => bucket.smoothed)
  const points = smoothed
    ? buckets.map(({ step, smoothed: its }) => ({
        step,
        ...{ minimum: its?.last ?? null, maximum: its?.last ?? null, last: its?.last ?? null },
      }))
    : buckets
  const raw = smoothed ? buckets.map(({ last }) => last ?? NaN) : null
  return { id: line.name, style, curve: aggregateSeeds([points]), raw }
}

/** The chart of the lines of a run as far as it has them. */
export function runChart(
  { quantity }: RunChart,
  drawn: readonly DrawnLine[],
  run: Run,
  kind: DatasetKind,
): MetricChart {
  const { batchSize, context } = run.configuration
  const samples = batchSize * (kind === 'text' ? context : 1)
  return {
    quantity,
    lines: drawn.filter(({ buckets }) => buckets.length > 0).map((line) => metricLine(line, samples)),
    ...{ baselines: [], references: [], axis: axisOf('step', kind), end: run.steps },
    ...{ span: 'all', logarithmicValues: false },
  }
}
