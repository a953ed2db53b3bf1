/** How fast something goes on, and how long it will take, from how much of it is done at which time. */

interface Mark {
  atMs: number
  bytes: number
}
/** A rate is that of the last seconds: disks and networks change their minds. */
const windowMs = 5000

export interface Pace {
  /** Bytes per second; null until something was done. */
  readonly rate: number | null
  /** Seconds until the total is reached; null where neither is known. */
  readonly left: number | null
}

/** Remembers what was done in the last seconds. */
export function createPace(): { mark(bytes: number, atMs: number): void; read(total: number): Pace } {
  let marks: Mark[] = []
  return {
    mark(bytes, atMs) {
      const last = marks.at(-1)
      if (last && bytes < last.bytes) marks = [] // another piece of work began
      marks.push({ bytes, atMs })
      while (marks.length > 2 && marks[1]!.atMs < atMs - windowMs) marks.shift()
    },
    read(total) {
      const [first, last] = [marks[0], marks.at(-1)]
      if (!first || !last || last.atMs === first.atMs || last.bytes === first.bytes)
        return { rate: null, left: null }
      const rate = (1000 * (last.bytes - first.bytes)) / (last.atMs - first.atMs)
      return { rate, left: total > 0 ? Math.max(0, total - last.bytes) / rate : null }
    },
  }
}
