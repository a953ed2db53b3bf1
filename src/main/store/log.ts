/** The table `log`: what runs went through. Changes of state are written by a trigger (migrations/0009-log.ts). */
import type { Database } from 'better-sqlite3'
import type { LogLine } from '../../shared/experiment.ts'

/** What a run's trainer did or wrote, or what a person should know of it; at this moment where `at` is absent. */
export type LogEntry = Omit<LogLine, 'at'> & { readonly at?: string }

export interface LogTable {
  /** All or none. */
  append(run: string, lines: readonly LogEntry[]): void
  /** In the order in which it was written. */
  of(run: string): LogLine[]
}

export function logTable(database: Database): LogTable {
  const add = database.prepare<LogLine & { run: string }>(
    `INSERT INTO log (run, at, step, kind, message)
     VALUES ((SELECT number FROM run WHERE id = :run), :at, :step, :kind, :message)`,
  )
  const of = database.prepare<[string], LogLine>(
    `SELECT at, step, kind, message FROM log WHERE run = (SELECT number FROM run WHERE id = ?) ORDER BY number`,
  )
  const append = database.transaction((run: string, lines: readonly LogEntry[]) => {
    for (const line of lines) add.run({ run, at: new Date().toISOString(), ...line })
  })
  return { append: (run, lines) => append.immediate(run, lines), of: (run) => of.all(run) }
}
