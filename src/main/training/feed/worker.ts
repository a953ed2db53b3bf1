/** The entry of a thread that makes feeds ahead of the trainer: see ahead.ts for the other end. */
import { parentPort, workerData } from 'node:worker_threads'
import { errorRecord } from '../../../shared/errors.ts'
import { counters, slotCount, type FeedWork } from './ahead.ts'
import { arraysIn, bytesOf } from './arrays.ts'
import { openFeed } from './feed.ts'

function work({ plan, steps, control, memory }: FeedWork): void {
  const feed = openFeed(plan)
  const count = new Int32Array(control)
  const bytes = bytesOf(feed.inputs)
  const slots = Array.from({ length: slotCount }, (_, slot) => arraysIn(memory, slot * bytes, feed.inputs))
  for (let index = 0; index < steps.end - steps.first; index++) {
    for (let released; index - (released = Atomics.load(count, counters.released)) >= slotCount;)
      Atomics.wait(count, counters.released, released)
    feed.fill(steps.first + index, slots[index % slotCount]!)
    Atomics.store(count, counters.made, index + 1)
    Atomics.notify(count, counters.made)
  }
  feed.close()
}

try {
  work(workerData as FeedWork)
} catch (error) {
  parentPort!.postMessage(errorRecord(error))
}
