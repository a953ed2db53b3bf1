/**
 * Feeds made ahead in another thread, in shared memory: while step k runs on one slot, the feed of step k + 1 is made in
 * the other. Nothing is copied, and nothing is allocated after the start. The other end is worker.ts.
 */
import { Worker } from 'node:worker_threads'
import { thrownFrom } from '../../../shared/errors.ts'
import type { ErrorRecord } from '../../../shared/experiment.ts'
import type { Specifications } from '../../engine/program.ts'
import { feedWorkerFile } from '../../paths.ts'
import { arraysIn, bytesOf } from './arrays.ts'
import type { FeedPlan } from './feed.ts'
import type { FeedQueue, Steps } from './queue.ts'

export const slotCount = 2

/** Two counters that both threads see, each written by one of them. */
export const counters = {
  /** Feeds that the worker has made. */
  made: 0,
  /** Feeds that the trainer has done with. */
  released: 1,
} as const

/** What the worker is started with. */
export interface FeedWork {
  readonly plan: FeedPlan
  readonly steps: Steps
  /** Int32, indexed by `counters`. */
  readonly control: SharedArrayBuffer
  /** The slots, one after the other. */
  readonly memory: SharedArrayBuffer
}

/** @param inputs of the feed that the plan describes */
export function feedAhead(plan: FeedPlan, inputs: Specifications, steps: Steps): FeedQueue {
  const bytes = bytesOf(inputs)
  const work: FeedWork = {
    plan,
    steps,
    control: new SharedArrayBuffer(8),
    memory: new SharedArrayBuffer(slotCount * bytes),
  }
  const control = new Int32Array(work.control)
  const slots = Array.from({ length: slotCount }, (_, slot) => arraysIn(work.memory, slot * bytes, inputs))
  const worker = new Worker(feedWorkerFile, { workerData: work })
  let failure: unknown
  const fail = (error: unknown) => {
    failure ??= error
    Atomics.notify(control, counters.made)
  }
  worker.on('message', (error: ErrorRecord) => fail(thrownFrom(error)))
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('The thread that prepares batches has ended.')))

  return {
    async take(step) {
      const index = step - steps.first
      Atomics.store(control, counters.released, index)
      Atomics.notify(control, counters.released)
      for (let made; (made = Atomics.load(control, counters.made)) <= index;) {
        if (failure) throw failure
        await Atomics.waitAsync(control, counters.made, made).value
      }
      return slots[index % slotCount]!
    },
    close: async () => {
      await worker.terminate()
    },
  }
}
