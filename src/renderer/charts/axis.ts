/** What the horizontal axis of a chart measures: how far training is, in steps, in data, in time or in arithmetic. */
import type { Bucket } from '../../shared/contract.ts'
import { totalOperations, type DatasetKind, type Run } from '../../shared/experiment.ts'
import { formatDuration } from '../logic/format.ts'

export const axisKinds = ['step', 'samples', 'epochs', 'time', 'operations'] as const
export type AxisKind = (typeof axisKinds)[number]

export interface Axis {
  kind: AxisKind
  /** As a choice. */
  label: string
  /** Written at its end, and what a column of its places is called in a file. */
  name: string
  column: string
  /** A place along it, with its unit. */
  format: (place: number) => string
  tick: (place: number) => string
}

/** 1,200, 3.5 M, 2 T: at most three digits that count, and what they are multiplied with. */
function short(value: number): string {
  const scales = [[1e18, ' E'], [1e15, ' P'], [1e12, ' T'], [1e9, ' G'], [1e6, ' M']] as const // prettier-ignore
  const [scale, sign] = scales.find(([size]) => value >= size) ?? [1, '']
  return `${Number((value / scale).toPrecision(4)).toLocaleString('en-US')}${sign}`
}
const whole = (value: number) => Math.round(value).toLocaleString('en-US')

export function axisOf(kind: AxisKind, data: DatasetKind): Axis {
  const samples = data === 'text' ? 'tokens' : 'images'
  const axes: Record<AxisKind, Omit<Axis, 'kind' | 'column'>> = {
    step: { label: 'Steps', name: 'step', format: (place) => `step ${whole(place)}`, tick: whole },
    samples: {
      ...{ label: data === 'text' ? 'Tokens' : 'Images', name: samples, tick: short },
      format: (place) => `${short(place)} ${samples}`,
    },
    epochs: { label: 'Epochs', name: 'epochs', format: (place) => `epoch ${short(place)}`, tick: short },
    time: { label: 'Time', name: 'time', format: formatDuration, tick: formatDuration },
    operations: {
      ...{ label: 'Operations', name: 'FLOP', tick: short },
      format: (place) => `${short(place)}FLOP`.replace(/(\d)FLOP$/, '$1 FLOP'),
    },
  }
  return { kind, column: kind === 'time' ? 'seconds' : axes[kind].name, ...axes[kind] }
}

/** Along all axes but that of time: how much a step is; null where the run does not say. */
function perStep(
  kind: Exclude<AxisKind, 'time'>,
  run: Run,
  data: DatasetKind,
  train: number | null,
): number | null {
  const { batchSize, context } = run.configuration
  const samples = batchSize * (data === 'text' ? context : 1)
  if (kind === 'step') return 1
  if (kind === 'samples') return samples
  if (kind === 'operations') return run.operations && totalOperations(run.operations)
  return train === null ? null : samples / train
}

/**
 * The points of a run along an axis; those without a place on it are left out. Operations are those of training steps:
 * evaluations are not counted. Time is that of training and evaluation.
 * @param train tokens or images of the training split; null where it is not known
 */
export function placed(
  buckets: readonly Bucket[],
  kind: AxisKind,
  run: Run,
  data: DatasetKind,
  train: number | null,
): Bucket[] {
  if (kind === 'time')
    return buckets.flatMap((bucket) =>
      bucket.seconds === undefined ? [] : { ...bucket, step: bucket.seconds },
    )
  const each = perStep(kind, run, data, train)
  return each === null ? [] : buckets.map((bucket) => ({ ...bucket, step: bucket.step * each }))
}

/** Where the curve of a run is to end along an axis; 0 where that is not known. */
export function endOf(kind: AxisKind, run: Run, data: DatasetKind, train: number | null): number {
  if (kind === 'time') return run.seconds + (run.etaSeconds ?? 0)
  return run.steps * (perStep(kind, run, data, train) ?? 0)
}
