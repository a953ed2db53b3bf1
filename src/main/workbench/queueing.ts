/** The queue as people see it: its order, pausing, stopping and resuming, and how many runs train at once. */
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { WorkbenchApi } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { Dataset, Run } from '../../shared/experiment.ts'
import type { Queue } from '../../shared/queue.ts'
import type { Store } from '../store/index.ts'
import { automaticConcurrency } from '../training/queue.ts'
import type { Scheduler } from '../training/scheduler.ts'
import type { Ownership } from './ownership.ts'
import { notResumable, refuseResume } from './resuming.ts'

interface QueueingParts {
  readonly store: Store
  readonly scheduler: Pick<Scheduler, 'enqueue' | 'wake'>
  readonly ownership: Pick<Ownership, 'claim' | 'release' | 'stop' | 'pause'>
  /** Holds a folder of checkpoints per run, named by its id. */
  readonly runsFolder: string
  readonly onRunChanged: (run: Run) => void
  /** @throws WorkbenchError unknown-dataset */
  requireDataset(id: string): Dataset
  /** @throws WorkbenchError unknown-run */
  requireRun(id: string): Run
  /** @throws WorkbenchError device-unavailable */
  requireDevice(choice: string): Promise<void>
  readonly changeSettings: WorkbenchApi['changeSettings']
}

export function createQueueing(
  parts: QueueingParts,
): Pick<
  WorkbenchApi,
  'stopRun' | 'pauseRun' | 'resumeRun' | 'readQueue' | 'moveRun' | 'setPriority' | 'setConcurrency'
> {
  const { store, scheduler, ownership, runsFolder, onRunChanged, requireRun } = parts

  function requireQueued(id: string): Run {
    const run = requireRun(id)
    if (run.state === 'queued') return run
    throw new WorkbenchError(
      'not-queued',
      `Run ${id} is ${run.state}: it does not wait in the queue.`,
      'List what waits with: queue',
    )
  }

  function readQueue(): Queue {
    return {
      concurrency: store.setting('concurrency') ?? null,
      automaticConcurrency: automaticConcurrency(os.availableParallelism()),
      runs: store.queuedRuns(),
      interrupted: store
        .runs({ state: 'interrupted' })
        .sort((a, b) => b.priority - a.priority || a.place - b.place),
    }
  }

  async function forget(run: Run): Promise<void> {
    await fs.rm(path.join(runsFolder, run.id), { recursive: true, force: true })
    store.rewindRun(run.id, -1)
    const nothing = { trainLoss: null, bestValidation: null, lastValidation: null, seconds: 0 }
    store.updateRun(run.id, { ...nothing, step: 0, startedAt: null })
  }

  return {
    readQueue: async () => readQueue(),
    stopRun: async ({ id }) => ownership.stop(requireRun(id)),
    pauseRun: async ({ id }) => ownership.pause(requireRun(id)),

    async resumeRun({ id, fromStart = false }) {
      const run = requireRun(id)
      await refuseResume(run, path.join(runsFolder, id), fromStart)
      parts.requireDataset(run.dataset)
      await parts.requireDevice(run.device ?? 'auto')
      ownership.claim([id])
      const queued = store.requeueRun(id)
      if (!queued) {
        ownership.release(id) // another process was faster
        throw notResumable(requireRun(id))
      }
      if (fromStart) await forget(queued)
      const started = requireRun(id)
      onRunChanged(started)
      scheduler.enqueue([id])
      return started
    },

    async moveRun({ id, position }) {
      const moved = requireQueued(id)
      const before = store.queuedRuns()
      const others = before.filter((run) => run.id !== id)
      const order = others.toSpliced(position, 0, moved)
      const { priority } = before[Math.min(position, before.length - 1)]!
      const places = before.map(({ place }) => place).sort((a, b) => a - b)
      order.forEach((run, index) => {
        const changes = { place: places[index]!, ...(run.id === id && { priority }) }
        if (run.place !== changes.place || run.id === id) onRunChanged(store.updateRun(run.id, changes))
      })
      scheduler.wake()
      return readQueue()
    },

    async setPriority({ id, priority }) {
      requireQueued(id)
      const run = store.updateRun(id, { priority })
      onRunChanged(run)
      scheduler.wake()
      return run
    },

    async setConcurrency({ concurrency }) {
      await parts.changeSettings({ concurrency })
      return readQueue()
    },
  }
}
