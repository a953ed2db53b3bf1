/**
 * The table `point`: every recorded value of a metric of a run. Run and metric are small integers inside, names
 * outside. A value that is not finite (NaN or an infinity, from a diverging run) is stored as NULL: `series`
 * returns it as NaN, so that its step is not lost, and `curve` passes over it, since no axis can show it.
 */
import type { Database } from 'better-sqlite3'
import type { Bucket } from '../../shared/contract.ts'
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
  points(run: string, metric: string): { step: number; value: number }[]
  /** Names of the metrics of a run, ascending. */
  metrics(run: string): string[]
  /** The first `limit` points of a metric after a step (-1: from the beginning), steps ascending; not finite is NaN. */
  pointsAfter(run: string, metric: string, step: number, limit: number): [step: number, value: number][]
  /**
   * A metric of a run in at most `buckets` (2 or more) buckets, steps ascending. With no more points than buckets
   * every point is a bucket of its own. Otherwise the first point is the first bucket, and the steps after it
   * are cut into equal ranges; ranges without points give no bucket.
   */
  curve(run: string, metric: string, buckets: number): Bucket[]
}

const curveSql = `
WITH
  chosen AS (
    SELECT step, value FROM point
    WHERE run = (SELECT number FROM run WHERE id = :run)
      AND metric = (SELECT number FROM metric WHERE name = :metric)
      AND value IS NOT NULL
  ),
  extent AS (SELECT count(*) AS points, min(step) AS first, max(step) AS last FROM chosen),
  bucket AS (
    SELECT max(step) AS step, min(value) AS minimum, max(value) AS maximum
    FROM chosen, extent
    GROUP BY CASE
      WHEN points <= :buckets THEN step
      WHEN step = first THEN 0
      ELSE 1 + (step - first - 1) * (CAST(:buckets AS INTEGER) - 1) / (last - first)
    END
  )
SELECT bucket.step, minimum, maximum, value AS last
FROM bucket JOIN chosen ON chosen.step = bucket.step
ORDER BY bucket.step`

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
  const points = database.prepare<[string, string], { step: number; value: number }>(
    `SELECT step, value FROM point
     WHERE run = (SELECT number FROM run WHERE id = ?) AND metric = (SELECT number FROM metric WHERE name = ?)
       AND value IS NOT NULL
     ORDER BY step`,
  )
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
  const curve = database.prepare<{ run: string; metric: string; buckets: number }, Bucket>(curveSql)

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
    pointsAfter: (run, metric, step, limit) =>
      pointsAfter.all(run, metric, step, limit).map(([at, value]) => [at, value ?? NaN]),
    curve: (run, metric, buckets) => curve.all({ run, metric, buckets }),
  }
}
