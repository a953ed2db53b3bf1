/**
 * The table `measurement`: a value of a statistic of a run at a step, a tap of a layer, and a head. Names are small
 * integers inside; no layer and no head are -1 inside and null outside. The rows of one statistic lie together, steps
 * ascending, as charts read them.
 */
import type { Database } from 'better-sqlite3'
import type { Measurement, MeasurementFilter } from '../../shared/statistics.ts'
import { numbersOf, remember, runNumbers } from './numbers.ts'

/** Where in a model a statistic was measured. */
export interface MeasuredPlace {
  readonly statistic: string
  readonly tap: string
  readonly layer: number | null
  readonly head: number | null
}

export interface MeasurementTable {
  /** All or none. One of the same place and step replaces the earlier one, as after a resume. Throws 'unknown-run'. */
  append(run: string, measurements: readonly Measurement[]): void
  /** By step, layer, tap, head and statistic; what belongs to no layer or head comes first. */
  of(run: string, filter?: MeasurementFilter): Measurement[]
  /** Every place of some runs once, by statistic, tap, layer and head. */
  places(runs: readonly string[]): MeasuredPlace[]
  /** Steps at which some runs were measured, ascending. */
  steps(runs: readonly string[]): number[]
}

/** Stands for no layer and no head: a key may hold no NULL. */
const none = -1
const toColumn = (index: number | null) => index ?? none
const fromColumn = (index: number) => (index === none ? null : index)

interface MeasurementRow {
  step: number
  layer: number
  tap: string
  head: number
  statistic: string
  value: number | null
}
type PlaceRow = Omit<MeasurementRow, 'step' | 'value'>

const conditions = {
  statistic: 'statistic = (SELECT number FROM statistic WHERE name = :statistic)',
  tap: 'tap = (SELECT number FROM tap WHERE name = :tap)',
  layer: 'layer = :layer',
  head: 'head = :head',
  step: 'step = :step',
} as const
type Condition = keyof typeof conditions

export function measurementTable(database: Database): MeasurementTable {
  const findRun = runNumbers(database)
  const findTap = numbersOf(database, 'tap')
  const findStatistic = numbersOf(database, 'statistic')
  const add = database.prepare<[number, number, number, number, number, number, number | null]>(
    `INSERT INTO measurement (run, step, layer, tap, head, statistic, value) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET value = excluded.value`,
  )
  const append = database.transaction((run: string, measurements: readonly Measurement[]) => {
    const number = findRun(run)
    const taps = remember(findTap)
    const statistics = remember(findStatistic)
    for (const { step, layer, tap, head, statistic, value } of measurements)
      add.run(
        number,
        step,
        toColumn(layer),
        taps(tap),
        toColumn(head),
        statistics(statistic),
        value !== null && Number.isFinite(value) ? value : null,
      )
  })

  const selection = remember((where: string) =>
    database.prepare<Record<string, string | number>, MeasurementRow>(
      `SELECT step, layer, tap.name AS tap, head, statistic.name AS statistic, value
       FROM (SELECT * FROM measurement WHERE run = (SELECT number FROM run WHERE id = :run) ${where}) AS measurement
         JOIN tap ON tap.number = measurement.tap
         JOIN statistic ON statistic.number = measurement.statistic
       ORDER BY step, layer, tap.name, head, statistic.name`,
    ),
  )
  const places = database.prepare<[string], PlaceRow>(
    `SELECT statistic.name AS statistic, tap.name AS tap, layer, head
     FROM (
       SELECT DISTINCT statistic, tap, layer, head FROM measurement
       WHERE run IN (SELECT number FROM run WHERE id IN (SELECT value FROM json_each(?)))
     ) AS measurement
       JOIN tap ON tap.number = measurement.tap
       JOIN statistic ON statistic.number = measurement.statistic
     ORDER BY statistic.name, tap.name, layer, head`,
  )
  const steps = database
    .prepare<[string], number>(
      `SELECT DISTINCT step FROM measurement
       WHERE run IN (SELECT number FROM run WHERE id IN (SELECT value FROM json_each(?))) ORDER BY step`,
    )
    .pluck()

  return {
    append: (run, measurements) => append.immediate(run, measurements),
    of(run, filter = {}) {
      const { layer, head, ...others } = filter
      const wanted: Partial<Record<Condition, string | number | undefined>> = {
        ...others,
        layer: layer === undefined ? undefined : toColumn(layer),
        head: head === undefined ? undefined : toColumn(head),
      }
      const given = Object.entries(wanted).filter(
        (entry): entry is [Condition, string | number] => entry[1] !== undefined,
      )
      const where = given.map(([name]) => `AND ${conditions[name]}`).join(' ')
      return selection(where)
        .all({ run, ...Object.fromEntries(given) })
        .map((row) => ({ ...row, layer: fromColumn(row.layer), head: fromColumn(row.head) }))
    },
    places: (runs) =>
      places
        .all(JSON.stringify(runs))
        .map((row) => ({ ...row, layer: fromColumn(row.layer), head: fromColumn(row.head) })),
    steps: (runs) => steps.all(JSON.stringify(runs)),
  }
}
