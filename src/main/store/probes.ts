/**
 * The table `probe`: attention maps and hidden states that a run keeps of its evaluations, one compressed file each
 * (src/main/training/packedProbe.ts), within a limit for the whole run.
 */
import type { Database } from 'better-sqlite3'
import type { ProbeSize } from '../../shared/statistics.ts'
import { runNumbers } from './numbers.ts'

export interface StoredProbe {
  readonly step: number
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface ProbeTable {
  /**
   * Adds a probe, or replaces that of its step, and drops what is too much for `limit` bytes (`thin` says which).
   * Throws 'unknown-run'.
   */
  append(run: string, probe: StoredProbe, limit: number): void
  /** That of `step`, or of the latest one; undefined where there is none. */
  find(run: string, step?: number): StoredProbe | undefined
  /** Steps ascending. */
  sizes(run: string): ProbeSize[]
}

export function probeTable(database: Database): ProbeTable {
  const findRun = runNumbers(database)
  const add = database.prepare<[number, number, number, Uint8Array]>(
    `INSERT INTO probe (run, step, bytes, tensors) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET bytes = excluded.bytes, tensors = excluded.tensors`,
  )
  const drop = database.prepare<[number, number]>(`DELETE FROM probe WHERE run = ? AND step = ?`)
  const sizes = database.prepare<[string], ProbeSize>(
    `SELECT step, bytes FROM probe WHERE run = (SELECT number FROM run WHERE id = ?) ORDER BY step`,
  )
  const find = database.prepare<
    { run: string; step: number | null },
    { step: number; tensors: Buffer<ArrayBuffer> }
  >(
    `SELECT step, tensors FROM probe
     WHERE run = (SELECT number FROM run WHERE id = :run) AND (:step IS NULL OR step = :step)
     ORDER BY step DESC LIMIT 1`,
  )
  const append = database.transaction((run: string, { step, bytes }: StoredProbe, limit: number) => {
    const number = findRun(run)
    if (bytes.length > limit) return
    const before = sizes.all(run)
    const after = [...before.filter((kept) => kept.step !== step), { step, bytes: bytes.length }]
    const kept = new Set(
      thin(
        after.sort((a, b) => a.step - b.step),
        limit,
      ).map((probe) => probe.step),
    )
    for (const probe of before) if (!kept.has(probe.step)) drop.run(number, probe.step)
    if (kept.has(step)) add.run(number, step, bytes.length, bytes)
  })
  return {
    append: (run, probe, limit) => append.immediate(run, probe, limit),
    find(run, step) {
      const row = find.get({ run, step: step ?? null })
      return row && { step: row.step, bytes: row.tensors }
    },
    sizes: (run) => sizes.all(run),
  }
}

/**
 * Which of some probes, steps ascending, are kept within `limit` bytes. As long as there are too many, the one goes
 * whose step has the fewest factors of two, of equal ones the oldest: every second one from the beginning, then every
 * second one of those that are left. So runs with the same steps keep the same ones, and can be looked at side by side.
 * The first and the last stay as long as the two fit, and then the last.
 */
export function thin(probes: readonly ProbeSize[], limit: number): ProbeSize[] {
  const kept = [...probes]
  let total = kept.reduce((sum, { bytes }) => sum + bytes, 0)
  while (total > limit && kept.length > 0) {
    const [dropped] = kept.splice(leastMissed(kept), 1)
    total -= dropped!.bytes
  }
  return kept
}

/** Index of one between the first and the last, if there is any. */
function leastMissed(probes: readonly ProbeSize[]): number {
  let least = 0
  let fewest = Infinity
  for (let index = 1; index < probes.length - 1; index++) {
    const { step } = probes[index]!
    const powerOfTwo = step & -step // the largest that divides the step
    if (powerOfTwo < fewest) [least, fewest] = [index, powerOfTwo]
  }
  return least
}
