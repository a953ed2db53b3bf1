/**
 * Runs as they are while the disk has no room to write that down: what waits for room says so, in this process and in
 * others on the same home, and what a killed process left is interrupted.
 */
import { errorRecord } from '../../shared/errors.ts'
import { endedStates, waitsForRoom, type ErrorRecord, type Run } from '../../shared/experiment.ts'
import { diskFull } from '../fullDisk.ts'
import type { Store } from '../store/index.ts'
import { interruptedAs } from '../training/outcomes.ts'
import type { Ownership } from './ownership.ts'
import type { Sessions } from './sessions.ts'

export interface Telling {
  /** The store, whose runs are told as they are. */
  readonly store: Store
  /** Takes what the scheduler says of a run of this process. */
  hear(run: Run): void
}

export function createTelling(parts: {
  readonly store: Store
  readonly sessions: Pick<Sessions, 'tellRoom' | 'waitingElsewhere'>
  isOrphaned: Ownership['isOrphaned']
}): Telling {
  const { store, sessions } = parts
  /** Why runs of this process wait, where the database does not say so. */
  const waits = new Map<string, ErrorRecord>()

  function told(runs: readonly Run[]): Run[] {
    const isSettled = ({ state }: Run) => state === 'queued' || endedStates.has(state)
    const elsewhere = runs.every((run) => isSettled(run) || waits.has(run.id))
      ? new Set<string>()
      : sessions.waitingElsewhere()
    return runs.map((run) => {
      if (parts.isOrphaned(run.id)) return { ...run, ...interruptedAs(run), etaSeconds: null }
      const error = isSettled(run) ? undefined : (waits.get(run.id) ?? errorIf(elsewhere.has(run.id)))
      return error ? { ...run, error, etaSeconds: null } : run
    })
  }

  return {
    store: {
      ...store,
      runs: (filter) => told(store.runs(filter)),
      run(id) {
        const run = store.run(id)
        return run && told([run])[0]
      },
    },
    hear(run) {
      const hadRoom = waits.size === 0
      if (waitsForRoom(run) && store.run(run.id)?.error === null) waits.set(run.id, run.error)
      else waits.delete(run.id)
      if (hadRoom !== (waits.size === 0)) sessions.tellRoom(waits.size === 0)
    },
  }
}

const errorIf = (waits: boolean): ErrorRecord | undefined =>
  waits
    ? errorRecord(diskFull('what this run reports', 'Make room on it: the run goes on by itself.'))
    : undefined
