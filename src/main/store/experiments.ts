/** The table `experiment`: what was asked for. Lists are stored as JSON text. */
import type { Database } from 'better-sqlite3'
import type { Experiment } from '../../shared/experiment.ts'

interface ExperimentRow {
  number: number
  id: string
  name: string
  dataset: string
  recipe: string
  attentions: string
  seeds: string
  created_at: string
}

export interface ExperimentTable {
  insert(experiment: Experiment): void
  /** Oldest first. */
  all(): Experiment[]
  find(id: string): Experiment | undefined
}

export function experimentTable(database: Database): ExperimentTable {
  const insert = database.prepare<Omit<ExperimentRow, 'number'>>(
    `INSERT INTO experiment (id, name, dataset, recipe, attentions, seeds, created_at)
     VALUES (:id, :name, :dataset, :recipe, :attentions, :seeds, :created_at)`,
  )
  const all = database.prepare<[], ExperimentRow>(`SELECT * FROM experiment ORDER BY number`)
  const find = database.prepare<[string], ExperimentRow>(`SELECT * FROM experiment WHERE id = ?`)
  return {
    insert({ attentions, seeds, createdAt, ...plain }) {
      insert.run({
        ...plain,
        attentions: JSON.stringify(attentions),
        seeds: JSON.stringify(seeds),
        created_at: createdAt,
      })
    },
    all: () => all.all().map(fromRow),
    find(id) {
      const row = find.get(id)
      return row && fromRow(row)
    },
  }
}

function fromRow({ number: _, attentions, seeds, created_at, ...plain }: ExperimentRow): Experiment {
  return {
    ...plain,
    attentions: JSON.parse(attentions) as string[],
    seeds: JSON.parse(seeds) as number[],
    createdAt: created_at,
  }
}
