/**
 * Who may end a run. A run belongs to the process that started it; another process asks for it to be stopped or paused, and a
 * run whose process is gone becomes 'interrupted'. How processes know of each other is in sessions.ts.
 */
import { WorkbenchError } from '../../shared/errors.ts'
import { endedStates, type Run } from '../../shared/experiment.ts'
import { lacksRoom } from '../fullDisk.ts'
import type { Store } from '../store/index.ts'
import type { Scheduler } from '../training/scheduler.ts'
import { interruptedAs } from '../training/outcomes.ts'
import type { SessionRequest, Sessions } from './sessions.ts'

/** How often a session looks for requests of other processes, and a requester for their effect. */
const pollMs = 300
/** How long a requester waits for another process to end a run. */
const timeoutMs = 30_000

export interface Ownership {
  /** Makes runs ours: call it before they enter the store. */
  claim(runs: readonly string[]): void
  /** Gives a run up that has ended: any process may resume it from now on. */
  release(run: string): void
  /** Ends a run wherever it trains. A run that has ended is returned as it is. @throws WorkbenchError trainer-failed */
  stop(run: Run): Promise<Run>
  /** The same, to go on later: it becomes 'paused'. */
  pause(run: Run): Promise<Run>
  /** Whether it has ended because its process is gone, which the database has no room for yet. */
  isOrphaned(run: string): boolean
  /** Call it when the scheduler is closed: whatever of ours has not ended becomes 'interrupted'. */
  close(): void
}

/** Interrupts what killed processes left, then serves the stop requests of other processes. */
export function takeOwnership(parts: {
  store: Store
  sessions: Sessions
  scheduler: Pick<Scheduler, 'stop' | 'pause' | 'wake'>
  onRunChanged: (run: Run) => void
}): Ownership {
  const { store, sessions, scheduler, onRunChanged } = parts
  const own = new Set<string>()
  /** Those whose end the database has no room for. */
  const orphans = new Set<string>()
  const stillOpen = (id: string) => {
    const run = store.run(id)
    return run && !endedStates.has(run.state) ? run : undefined
  }

  function interrupt(id: string): void {
    const run = stillOpen(id) // its owner may have ended it since we looked
    orphans.delete(id)
    if (!run) return
    try {
      onRunChanged(
        store.updateRun(id, { ...interruptedAs(run), etaSeconds: null, endedAt: new Date().toISOString() }),
      )
    } catch (error) {
      if (!lacksRoom(error)) throw error
      orphans.add(id) // one can look at it all the same
    }
  }

  // Read the runs first: whatever is in the store by now was claimed before.
  const unended = store.runs().filter((run) => !endedStates.has(run.state))
  const claimed = unended.length > 0 ? sessions.claimedElsewhere() : new Map<string, string>()
  for (const run of unended) if (!claimed.has(run.id)) interrupt(run.id)

  const serving = setInterval(() => {
    orphans.forEach(interrupt)
    for (const { what, run } of sessions.takeRequests())
      if (own.has(run) && stillOpen(run)) scheduler[what](run).catch(() => undefined) // the requester sees the state
    if (own.size > 0) scheduler.wake()
  }, pollMs).unref()

  async function ask(what: SessionRequest, run: Run): Promise<Run> {
    if (own.has(run.id)) return scheduler[what](run.id)
    const owner = sessions.claimedElsewhere().get(run.id)
    if (owner === undefined) interrupt(run.id)
    else {
      sessions.request(what, owner, run.id)
      const deadline = performance.now() + timeoutMs
      while (stillOpen(run.id) && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
    if (!stillOpen(run.id)) return store.run(run.id) ?? run
    throw new WorkbenchError(
      'trainer-failed',
      `Run ${run.id} belongs to another process, which did not ${what} it within ${timeoutMs / 1000} seconds.`,
      'End that process: its runs then count as interrupted.',
    )
  }

  return {
    claim(runs) {
      sessions.claim(runs)
      for (const run of runs) own.add(run)
    },
    isOrphaned: (run) => orphans.has(run),
    release(run) {
      if (own.delete(run)) sessions.release(run)
    },
    async stop(run) {
      if (run.state === 'paused') return scheduler.stop(run.id) // no process has it
      return endedStates.has(run.state) ? run : ask('stop', run)
    },
    async pause(run) {
      return endedStates.has(run.state) ? run : ask('pause', run)
    },
    close() {
      clearInterval(serving)
      own.forEach(interrupt)
    },
  }
}
