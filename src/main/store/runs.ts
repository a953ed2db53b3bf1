/**
 * The table `run`: one row per variant and seed. What people search by has a column of its own; the whole
 * configuration is JSON text beside it (`configuration ->> '$.width'` reads one value of it in SQL), as are the axes of
 * the variant.
 */
import type { Database } from 'better-sqlite3'
import { WorkbenchError } from '../../shared/errors.ts'
import { resumableStates, type Run, type RunState } from '../../shared/experiment.ts'
import {
  fromRow,
  toColumns,
  type Columns,
  type RunChanges,
  type RunRow,
  type RunRowWithAlerts,
} from './runRows.ts'

export type { RunChanges } from './runRows.ts'

export interface RunFilter {
  experiment?: string
  dataset?: string
  state?: RunState
  configurationHash?: string
}

export interface RunTable {
  insert(run: Run): void
  /** Those that match every value of the filter, oldest first; not those of deleted experiments. */
  all(filter?: RunFilter): Run[]
  /** Those in state 'queued', in the order in which they start. */
  queued(): Run[]
  find(id: string): Run | undefined
  /** Writes the columns of `changes` and no other. Throws WorkbenchError 'unknown-run'. */
  update(id: string, changes: RunChanges): Run
  /** Makes a run in one of the resumable states 'queued'; undefined where it is in no such state (any more). */
  requeue(id: string): Run | undefined
}

/** The columns that a filter names. */
const filterColumns = {
  experiment: 'experiment',
  dataset: 'dataset',
  state: 'state',
  configurationHash: 'configuration_hash',
} as const satisfies Record<keyof RunFilter, keyof RunRow>
const kept = `experiment NOT IN (SELECT id FROM experiment WHERE deleted_at IS NOT NULL)`

/** All columns, and the alerts (alerts.ts); it fits behind SELECT and behind RETURNING. */
const columnsAndAlerts = `*, (
  SELECT json_group_array(json_object('step', step, 'code', code, 'message', message) ORDER BY step, code)
  FROM alert WHERE alert.run = run.number
) AS alerts`
const resumable = [...resumableStates].map((state) => `'${state}'`).join(', ')

export function runTable(database: Database): RunTable {
  const statements = new Map<string, ReturnType<typeof database.prepare<Columns, RunRowWithAlerts>>>()
  /** Prepares each distinct text once; the texts are few, since they follow from what the code passes. */
  const statement = (sql: string) => {
    let prepared = statements.get(sql)
    if (!prepared) statements.set(sql, (prepared = database.prepare<Columns, RunRowWithAlerts>(sql)))
    return prepared
  }
  /**
   * The row that a statement changes. Stepped to its end, as `get` would not: what is changed is committed there, and only
   * there is it told that the disk has no room for it.
   */
  const changed = (sql: string, columns: Columns) => statement(sql).all(columns)[0]
  return {
    insert(run) {
      const columns = { id: run.id, experiment: run.experiment, ...toColumns(run) }
      const names = Object.keys(columns)
      const sql = `INSERT INTO run (${names.join(', ')}) VALUES (${names.map((name) => `:${name}`).join(', ')})`
      statement(sql).run(columns)
    },
    all(filter = {}) {
      const names = (Object.keys(filterColumns) as (keyof RunFilter)[]).filter(
        (name) => filter[name] !== undefined,
      )
      const where = [kept, ...names.map((name) => `${filterColumns[name]} = :${name}`)].join(' AND ')
      return statement(`SELECT ${columnsAndAlerts} FROM run WHERE ${where} ORDER BY number`)
        .all(filter as Columns)
        .map(fromRow)
    },
    queued: () =>
      statement(
        `SELECT ${columnsAndAlerts} FROM run WHERE state = 'queued' ORDER BY priority DESC, place, number`,
      )
        .all({})
        .map(fromRow),
    find(id) {
      const row = statement(`SELECT ${columnsAndAlerts} FROM run WHERE id = :id AND ${kept}`).get({ id })
      return row && fromRow(row)
    },
    update(id, changes) {
      const columns = toColumns(changes)
      const names = Object.keys(columns)
      const sql =
        names.length > 0
          ? `UPDATE run SET ${names.map((name) => `${name} = :${name}`).join(', ')} WHERE id = :id RETURNING ${columnsAndAlerts}`
          : `SELECT ${columnsAndAlerts} FROM run WHERE id = :id`
      const row = changed(sql, { ...columns, id })
      if (!row) throw unknownRun(id)
      return fromRow(row)
    },
    requeue(id) {
      const row = changed(
        `UPDATE run SET state = 'queued', ended_at = NULL, end_reason = NULL, error_code = NULL, error_message = NULL, error_hint = NULL
         WHERE id = :id AND state IN (${resumable}) RETURNING ${columnsAndAlerts}`,
        { id },
      )
      return row && fromRow(row)
    },
  }
}

export function unknownRun(id: string): WorkbenchError {
  return new WorkbenchError(
    'unknown-run',
    `There is no run ${id}.`,
    'List the runs with the command "runs" or in the window.',
  )
}
