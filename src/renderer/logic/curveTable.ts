/** The numbers that a chart of curves draws: a row per line and place of the axis. */
import type { MetricChart } from '../charts/metricChart.ts'
import type { Field, Table } from './csv.ts'

/** @param nameOf of a line, by its id */
export function curveTable(chart: MetricChart, metric: string, nameOf: (id: string) => string): Table {
  const { unit } = chart.quantity
  const lines = chart.lines.flatMap(({ id, curve }) =>
    curve.steps.map((step, index): Field[] => [
      ...['variant', nameOf(id), metric, unit, step],
      ...[curve.mean[index]!, curve.lower[index]!, curve.upper[index]!, curve.count[index]!],
    ]),
  )
  const seeds = chart.lines.flatMap(({ id, seeds: single = [] }) =>
    single.flatMap(({ seed, curve }) =>
      curve.steps.map((step, index): Field[] => [
        ...['seed', `${nameOf(id)}, seed ${seed}`, metric, unit, step, curve.mean[index]!],
        ...[curve.lower[index]!, curve.upper[index]!, 1],
      ]),
    ),
  )
  const references = chart.references.flatMap(({ name, points }) =>
    points.map(([step, value]): Field[] => ['reference', name, metric, unit, step, value, null, null, null]),
  )
  const baselines = chart.baselines.map(({ name, value }): Field[] => [
    ...['baseline', name, metric, unit, null, value, null, null, null],
  ])
  return {
    header: ['kind', 'name', 'metric', 'unit', chart.axis.column, 'value', 'smallest', 'largest', 'seeds'],
    rows: [...lines, ...seeds, ...references, ...baselines],
  }
}
