/**
 * Hands the trainer what each step is fed, in order: made in its own thread when it is asked for, or made ahead in another
 * one while the step before runs (ahead.ts). The numbers are the same.
 */
import { arraysIn, bytesOf } from './arrays.ts'
import { feedAhead } from './ahead.ts'
import { openFeed, type Arrays, type Feed, type FeedPlan } from './feed.ts'

export interface FeedQueue {
  /**
   * What step `step` is fed. It is overwritten some time after the next one is asked for. Steps are asked for in order,
   * from the first.
   * @throws WorkbenchError of whatever made it impossible to read or make
   */
  take(step: number): Promise<Arrays>
  close(): Promise<void>
}

/** The steps that are fed: `first` is, `end` is not any more. */
export interface Steps {
  readonly first: number
  readonly end: number
}

/**
 * Feeds of at least this many bytes are made ahead. A batch of tokens has a few thousand, is made in 0.1 ms and would
 * gain nothing from a thread that has to be woken; masks and images begin at a hundred times that
 * (docs/decisions/0015-feeds.md).
 */
const leastBytesAhead = 65_536

/** @throws WorkbenchError dataset-damaged or text-too-short */
export function openFeedQueue(plan: FeedPlan, steps: Steps): FeedQueue {
  const feed = openFeed(plan)
  if (bytesOf(feed.inputs) < leastBytesAhead) return feedHere(feed)
  feed.close()
  return feedAhead(plan, feed.inputs, steps)
}

/** Makes every feed in this thread, when it is asked for. */
export function feedHere(feed: Feed): FeedQueue {
  const arrays = arraysIn(new ArrayBuffer(bytesOf(feed.inputs)), 0, feed.inputs)
  return {
    take(step) {
      feed.fill(step, arrays)
      return Promise.resolve(arrays)
    },
    close: () => Promise.resolve(feed.close()),
  }
}
