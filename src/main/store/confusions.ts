/** The table `confusion`: how each evaluation of a run took the images of each class, as JSON. */
import type { Database } from 'better-sqlite3'
import type { ConfusionMatrix } from '../../shared/experiment.ts'

export interface ConfusionTable {
  /** All or none. One of the same step that is already there is replaced, as after a resume. */
  append(run: string, confusions: readonly ConfusionMatrix[]): void
  /** That of `step`, or of the latest evaluation; undefined where there is none. */
  find(run: string, step?: number): ConfusionMatrix | undefined
}

interface ConfusionRow {
  step: number
  counts: string
}

export function confusionTable(database: Database): ConfusionTable {
  const add = database.prepare<ConfusionRow & { run: string }>(
    `INSERT INTO confusion (run, step, counts)
     VALUES ((SELECT number FROM run WHERE id = :run), :step, :counts)
     ON CONFLICT DO UPDATE SET counts = excluded.counts`,
  )
  const find = database.prepare<{ run: string; step: number | null }, ConfusionRow>(
    `SELECT step, counts FROM confusion
     WHERE run = (SELECT number FROM run WHERE id = :run) AND (:step IS NULL OR step = :step)
     ORDER BY step DESC LIMIT 1`,
  )
  const append = database.transaction((run: string, confusions: readonly ConfusionMatrix[]) => {
    for (const { step, counts } of confusions) add.run({ run, step, counts: JSON.stringify(counts) })
  })
  return {
    append: (run, confusions) => append.immediate(run, confusions),
    find(run, step) {
      const row = find.get({ run, step: step ?? null })
      return row && { step: row.step, counts: JSON.parse(row.counts) as number[][] }
    },
  }
}
