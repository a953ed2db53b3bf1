/**
 * Writes that wait for room. While the disk is full they are kept in memory, in order, and tried again; whoever makes
 * them is asked to wait meanwhile, so that they stay few. Nothing is left out.
 */
import { WorkbenchError } from '../../shared/errors.ts'
import { diskFull, lacksRoom } from '../fullDisk.ts'

export interface Writing {
  /** Does `work` now, or after everything that waits. Throws what it throws, other than for lack of room. */
  write(work: () => void): void
  /** The error while there is no room. */
  readonly full: WorkbenchError | null
  /** Tries once more, and gives up what still waits. */
  close(): void
}

/**
 * @param onFull hears the error when room is lacking, and null when there is some again
 * @param onError hears what waiting work throws otherwise
 */
export function createWriting(
  onFull: (error: WorkbenchError | null) => void,
  onError: (error: unknown) => void,
  retryMs = 1000,
): Writing {
  const waiting: (() => void)[] = []
  let full: WorkbenchError | null = null
  let timer: NodeJS.Timeout | undefined

  /** Does what waits, until there is no room again. */
  function retry(): void {
    while (waiting.length > 0) {
      try {
        waiting[0]!()
      } catch (error) {
        if (lacksRoom(error)) return
        onError(error)
      }
      waiting.shift()
    }
    clearInterval(timer)
    full = null
    onFull(null)
  }

  return {
    get full() {
      return full
    },
    write(work) {
      if (full) return void waiting.push(work)
      try {
        work()
      } catch (error) {
        if (!lacksRoom(error)) throw error
        waiting.push(work)
        full = error instanceof WorkbenchError ? error : diskFull(`what trains: ${(error as Error).message}`)
        timer = setInterval(retry, retryMs)
        onFull(full)
      }
    },
    close() {
      if (full) retry()
      clearInterval(timer)
      waiting.length = 0
    },
  }
}
