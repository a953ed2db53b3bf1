/** The table `experiment`: what was asked for. Lists are stored as JSON text. One that is deleted is kept for a while. */
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
  tags: string
  notes: string
  colour: string | null
  deleted_at: string | null
}

/** What a person may change of an experiment; what is absent stays as it is. */
export type ExperimentLabels = Partial<Pick<Experiment, 'name' | 'tags' | 'notes' | 'colour'>>

export interface ExperimentTable {
  insert(experiment: Experiment): void
  /** Oldest first, without those that are deleted. */
  all(): Experiment[]
  /** One that is not deleted. */
  find(id: string): Experiment | undefined
  /** Undefined where there is none. */
  label(id: string, labels: ExperimentLabels): Experiment | undefined
  /** Hides an experiment from everything else here, at a time (ISO 8601), or shows it again; whether there is one. */
  setDeleted(id: string, at: string | null): boolean
  /** Those that are deleted, the latest first. */
  deleted(): { experiment: Experiment; deletedAt: string }[]
  /** Removes for good, with all that is recorded of its runs. */
  remove(id: string): void
}

export function experimentTable(database: Database): ExperimentTable {
  const insert = database.prepare<Omit<ExperimentRow, 'number' | 'deleted_at'>>(
    `INSERT INTO experiment (id, name, dataset, recipe, attentions, seeds, created_at, tags, notes, colour)
     VALUES (:id, :name, :dataset, :recipe, :attentions, :seeds, :created_at, :tags, :notes, :colour)`,
  )
  const all = database.prepare<[], ExperimentRow>(
    `SELECT * FROM experiment WHERE deleted_at IS NULL ORDER BY number`,
  )
  const find = database.prepare<[string], ExperimentRow>(
    `SELECT * FROM experiment WHERE id = ? AND deleted_at IS NULL`,
  )
  const label = database.prepare<Pick<ExperimentRow, 'id' | 'name' | 'tags' | 'notes' | 'colour'>>(
    `UPDATE experiment SET name = :name, tags = :tags, notes = :notes, colour = :colour WHERE id = :id`,
  )
  const setDeleted = database.prepare<[string | null, string]>(
    `UPDATE experiment SET deleted_at = ? WHERE id = ?`,
  )
  const deleted = database.prepare<[], ExperimentRow>(
    `SELECT * FROM experiment WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC`,
  )
  const remove = database.prepare<[string]>(`DELETE FROM experiment WHERE id = ?`)
  const relabel = database.transaction((id: string, labels: ExperimentLabels) => {
    const row = find.get(id)
    if (!row) return undefined
    const changed = { ...fromRow(row), ...labels }
    const { name, tags, notes, colour } = changed
    label.run({ id, name, tags: JSON.stringify(tags), notes, colour })
    return changed
  })
  return {
    insert({ attentions, seeds, tags, createdAt, ...plain }) {
      insert.run({
        ...plain,
        attentions: JSON.stringify(attentions),
        seeds: JSON.stringify(seeds),
        tags: JSON.stringify(tags),
        created_at: createdAt,
      })
    },
    all: () => all.all().map(fromRow),
    find(id) {
      const row = find.get(id)
      return row && fromRow(row)
    },
    label: (id, labels) => relabel.immediate(id, labels),
    setDeleted: (id, at) => setDeleted.run(at, id).changes > 0,
    deleted: () => deleted.all().map((row) => ({ experiment: fromRow(row), deletedAt: row.deleted_at! })),
    remove: (id) => void remove.run(id),
  }
}

function fromRow({
  number: _,
  deleted_at: __,
  attentions,
  seeds,
  tags,
  created_at,
  ...plain
}: ExperimentRow): Experiment {
  return {
    ...plain,
    attentions: JSON.parse(attentions) as string[],
    seeds: JSON.parse(seeds) as number[],
    tags: JSON.parse(tags) as string[],
    createdAt: created_at,
  }
}
