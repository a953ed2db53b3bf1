/** The numbers that a chart draws, as CSV: a row per line and step. */
import type { MetricChart } from '../charts/metricChart.ts'
import { writeCsv } from './hidden/csv.ts'

/** @param nameOf of a line, by its id */
export function chartCsv(chart: MetricChart, metric: string, nameOf: (id: string) => string): string {
  const lines = chart.lines.flatMap(({ id, curve }) =>
    curve.steps.map((step, index) => [
      ...['variant', nameOf(id), metric, chart.quantity.unit, step],
      ...[curve.mean[index]!, curve.lower[index]!, curve.upper[index]!, curve.count[index]!],
    ]),
  )
  const references = chart.references.flatMap(({ name, points }) =>
    points.map(([step, value]) => [
      'reference',
      name,
      metric,
      chart.quantity.unit,
      step,
      value,
      null,
      null,
      null,
    ]),
  )
  const baselines = chart.baselines.map(({ name, value }) => [
    ...['baseline', name, metric, chart.quantity.unit, null, value, null, null, null],
  ])
  return writeCsv(
    ['kind', 'name', 'metric', 'unit', chart.axis.column, 'value', 'smallest', 'largest', 'seeds'],
    [...lines, ...references, ...baselines],
  )
}
