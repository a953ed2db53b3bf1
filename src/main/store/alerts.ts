/** The table `alert`: what a person should know of a run that went on. Runs are read together with theirs (runs.ts). */
import type { Database } from 'better-sqlite3'
import type { Alert } from '../../shared/experiment.ts'

export interface AlertTable {
  /** All or none. One of the same step and code that is already there is replaced, as after a resume. */
  append(run: string, alerts: readonly Alert[]): void
}

export function alertTable(database: Database): AlertTable {
  const add = database.prepare<Alert & { run: string }>(
    `INSERT INTO alert (run, step, code, message)
     VALUES ((SELECT number FROM run WHERE id = :run), :step, :code, :message)
     ON CONFLICT DO UPDATE SET message = excluded.message`,
  )
  const append = database.transaction((run: string, alerts: readonly Alert[]) => {
    for (const alert of alerts) add.run({ run, ...alert })
  })
  return { append: (run, alerts) => append.immediate(run, alerts) }
}
