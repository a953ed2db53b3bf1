/** The unit of everything that a run records, by its name. */
import { statistics } from '../../shared/catalogue/statistics.ts'
import type { Comparison } from '../../shared/comparison.ts'
import { timeMetric, type DatasetKind } from '../../shared/experiment.ts'

/** Of a metric; empty where the value is a plain number. */
export function unitOfMetric(metric: string, kind: DatasetKind): string {
  if (metric.endsWith('/loss')) return kind === 'text' ? 'nats per token' : 'nats per image'
  if (metric.endsWith('/accuracy')) return 'share of images'
  if (metric.endsWith('/ms-per-step')) return 'milliseconds'
  if (metric === timeMetric) return 'seconds'
  return ''
}

const unitsOfStatistics = new Map(statistics.map(({ id, units }) => [id, units]))
/** Of a statistic of the catalogue; empty for one of another version. */
export const unitOfStatistic = (id: string): string => unitsOfStatistics.get(id) ?? ''

/** Of an entry of a row of a comparison, by its path: `bestValidation.mean`. */
export function unitOfComparison(path: string, { metric, sample }: Comparison): string {
  const loss = `nats per ${sample}`
  const compared = metric === 'loss' ? loss : 'share of images'
  if (/^bestValidation\./.test(path)) return loss
  if (/^bestAccuracy\./.test(path)) return 'share of images'
  if (/(^|\.)bitsPerByte(\.|$)/.test(path)) return 'bits per byte'
  if (/(^|\.)(steps?|from|to)(\.\d+)?$/.test(path)) return 'steps'
  if (/\.seconds$/.test(path)) return 'seconds'
  if (/\.samples(PerSecond)?$/.test(path))
    return path.endsWith('PerSecond') ? `${sample}s per second` : `${sample}s`
  if (/(^|\.)(mean|sd|ci95|values)(\.\d+)?$/.test(path)) return compared
  return ''
}
