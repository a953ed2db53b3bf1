/** The tables `reference` and `reference_point`: curves from elsewhere beside those of an experiment. */
import type { Database } from 'better-sqlite3'
import type { Bucket } from '../../shared/contract.ts'
import type { Reference } from '../../shared/exports.ts'

export type StoredReference = Omit<Reference, 'points'>

export interface ReferenceTable {
  /** With its points, steps ascending, in one transaction. */
  add(reference: StoredReference, points: readonly (readonly [step: number, value: number])[]): void
  /** Of an experiment, oldest first. */
  of(experiment: string): Reference[]
  find(id: string): Reference | undefined
  /** At most `buckets` of them, steps ascending: each with the last, the smallest and the largest value of its points. */
  curve(id: string, buckets: number): Bucket[]
  /** Steps ascending. */
  points(id: string): [step: number, value: number][]
  remove(id: string): void
}

const columns = `id, experiment, name, metric, source, added_at AS addedAt,
  (SELECT count(*) FROM reference_point WHERE reference = reference.number) AS points`

export function referenceTable(database: Database): ReferenceTable {
  const add = database.prepare<StoredReference>(
    `INSERT INTO reference (id, experiment, name, metric, source, added_at)
     VALUES (:id, :experiment, :name, :metric, :source, :addedAt)`,
  )
  const addPoint = database.prepare<[number | bigint, number, number]>(
    `INSERT INTO reference_point (reference, step, value) VALUES (?, ?, ?)`,
  )
  const addAll = database.transaction(
    (reference: StoredReference, points: readonly (readonly [number, number])[]) => {
      const { lastInsertRowid } = add.run(reference)
      for (const [step, value] of points) addPoint.run(lastInsertRowid, step, value)
    },
  )
  const of = database.prepare<[string], Reference>(
    `SELECT ${columns} FROM reference WHERE experiment = ? ORDER BY number`,
  )
  const find = database.prepare<[string], Reference>(`SELECT ${columns} FROM reference WHERE id = ?`)
  const points = database
    .prepare<[string], [step: number, value: number]>(
      `SELECT step, value FROM reference_point
       WHERE reference = (SELECT number FROM reference WHERE id = ?) ORDER BY step`,
    )
    .raw()
  const remove = database.prepare<[string]>(`DELETE FROM reference WHERE id = ?`)
  return {
    add: (reference, its) => addAll.immediate(reference, its),
    of: (experiment) => of.all(experiment),
    find: (id) => find.get(id),
    points: (id) => points.all(id),
    curve: (id, buckets) => bucketsOf(points.all(id), buckets),
    remove: (id) => void remove.run(id),
  }
}

/** Equal numbers of neighbouring points, so that a curve that is dense somewhere keeps its shape there. */
function bucketsOf(points: readonly (readonly [number, number])[], most: number): Bucket[] {
  const size = Math.max(1, Math.ceil(points.length / most))
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) => {
    const part = points.slice(index * size, (index + 1) * size)
    const values = part.map(([, value]) => value)
    const [step, last] = part.at(-1)!
    return { step, minimum: Math.min(...values), maximum: Math.max(...values), last }
  })
}
