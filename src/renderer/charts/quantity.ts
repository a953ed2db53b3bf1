/** What a chart draws against the step: the metric, its unit, which direction is better, and how it is written. */
import type { DatasetKind } from '../../shared/experiment.ts'
import { formatLoss, formatShare } from '../logic/format.ts'

export type CurveMetric = 'validation/loss' | 'train/loss' | 'validation/accuracy'

export interface Quantity {
  title: string
  /** Name of the axis. */
  unit: string
  /** Null where neither is: no point is marked as the best. */
  better: 'lower' | 'higher' | null
  /** Values that cannot be exceeded. */
  limits: readonly [number, number]
  /** A value with all the digits that a person compares. */
  format: (value: number | null) => string
  /** A value on an axis whose ticks are this far apart. */
  tick: (value: number, interval: number) => string
}

const decimalsOf = (interval: number) => Math.max(0, -Math.floor(Math.log10(interval) + 1e-9))

export function quantityOf(metric: CurveMetric, kind: DatasetKind): Quantity {
  if (metric === 'validation/accuracy')
    return {
      title: 'Validation accuracy',
      unit: '% of images recognised',
      better: 'higher',
      limits: [0, 1],
      format: formatShare,
      tick: (value, interval) => (100 * value).toFixed(decimalsOf(100 * interval)),
    }
  return {
    title: metric === 'validation/loss' ? 'Validation loss' : 'Training loss',
    unit: kind === 'text' ? 'nats per token' : 'nats per image',
    better: 'lower',
    limits: [-Infinity, Infinity],
    format: formatLoss,
    tick: (value, interval) => value.toFixed(decimalsOf(interval)),
  }
}
