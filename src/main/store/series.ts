/**
 * The table `point`: every recorded value of a metric of a run. Run and metric are small integers inside, names
 * outside. A value that is not finite (NaN or an infinity, from a diverging run) is stored as NULL and comes back as
 * NaN, so that its step is not lost: charts show a gap there.
 */
import type { Database } from 'better-sqlite3'
import { numbersOf, remember, runNumbers } from './numbers.ts'

export interface Point {
  /** Id of the run. */
  run: string
  /** Name such as `validation/loss`. */
  metric: string
  /** Optimiser steps done when the value was measured. */
  step: number
  value: number
}

export interface PointTable {
  /** Writes all points or none. A point of a step that is already there replaces it, as after a resume. */
  append(points: readonly Point[]): void
  /** Every metric of a run, steps ascending; empty for a run without points. */
  series(run: string): Record<string, [step: number, value: number][]>
  /** One metric of a run, steps ascending, without values that were not finite. */
  points(run: string, metric: string): [step: number, value: number][]
  /** Names of the metrics of a run, ascending. */
  metrics(run: string): string[]
  /** The first `limit` points of a metric after a step (-1: from the beginning), steps ascending; not finite is NaN. */
  pointsAfter(run: string, metric: string, step: number, limit: number): [step: number, value: number][]
  /** The step of the last point of a metric; undefined where it has none. */
  lastStep(run: string, metric: string): number | undefined
}

export function pointTable(database: Database): PointTable {
  const findRun = runNumbers(database)
  const findMetric = numbersOf(database, 'metric')
  const addPoint = database.prepare<[number, number, number, number | null]>(
    `INSERT INTO point (run, metric, step, value) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET value = excluded.value`,
  )
  const series = database.prepare<[string], { metric: string; step: number; value: number | null }>(
    `SELECT metric, step, value FROM series WHERE run = ? ORDER BY metric, step`,
  )
  const points = database
    .prepare<[string, string], [step: number, value: number]>(
      `SELECT step, value FROM point
       WHERE run = (SELECT number FROM run WHERE id = ?) AND metric = (SELECT number FROM metric WHERE name = ?)
         AND value IS NOT NULL
       ORDER BY step`,
    )
    .raw()
  const metrics = database
    .prepare<[string], string>(
      `SELECT name FROM metric
       WHERE EXISTS (
         SELECT 1 FROM point
         WHERE point.run = (SELECT number FROM run WHERE id = ?) AND point.metric = metric.number
       )
       ORDER BY name`,
    )
    .pluck()
  const pointsAfter = database
    .prepare<[string, string, number, number], [step: number, value: number | null]>(
      `SELECT step, value FROM point
       WHERE run = (SELECT number FROM run WHERE id = ?) AND metric = (SELECT number FROM metric WHERE name = ?)
         AND step > ?
       ORDER BY step LIMIT ?`,
    )
    .raw()
  const lastStep = database
    .prepare<[string, string], number | null>(
      `SELECT max(step) FROM point
       WHERE run = (SELECT number FROM run WHERE id = ?) AND metric = (SELECT number FROM metric WHERE name = ?)`,
    )
    .pluck()

  const append = database.transaction((points: readonly Point[]) => {
    const runs = remember(findRun)
    const metrics = remember(findMetric)
    for (const { run, metric, step, value } of points)
      addPoint.run(runs(run), metrics(metric), step, Number.isFinite(value) ? value : null)
  })

  return {
    append: (points) => append.immediate(points),
    series(run) {
      const metrics: Record<string, [number, number][]> = {}
      for (const { metric, step, value } of series.iterate(run))
        (metrics[metric] ??= []).push([step, value ?? NaN])
      return metrics
    },
    points: (run, metric) => points.all(run, metric),
    metrics: (run) => metrics.all(run),
    pointsAfter(run, metric, step, limit) {
      const rows = pointsAfter.all(run, metric, step, limit)
      for (const row of rows) row[1] ??= NaN // in place: there may be many
      return rows as [number, number][]
    },
    lastStep: (run, metric) => lastStep.get(run, metric) ?? undefined,
  }
}
