/** How much of the database file is what. */
import type { Database } from 'better-sqlite3'

/**
 * Bytes of measurements, attention maps and hidden states, as a function. dbstat walks the pages of a table: about a
 * millisecond for each megabyte, which is why what is kept of probes is added up instead.
 */
export function statisticsBytes(database: Database): () => number {
  const read = database
    .prepare<[], number>(
      `SELECT (SELECT coalesce(sum(bytes), 0) FROM probe)
         + (SELECT pgsize FROM dbstat WHERE name = 'measurement' AND aggregate = TRUE)`,
    )
    .pluck()
  return () => read.get()!
}
