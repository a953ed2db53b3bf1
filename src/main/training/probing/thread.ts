/** The thread that measures, from the side of the trainer. It is started when there is first something to measure. */
import { probeWorkerFile } from '../../paths.ts'
import { createThread } from '../../threads.ts'
import type { Measured, MeasuringPlan, MeasuringWork } from './work.ts'

export interface MeasuringThread {
  /** One at a time. Rejects where the thread has ended. The arrays are gone from here: they are the thread's now. */
  measure(work: MeasuringWork): Promise<Measured>
  close(): Promise<void>
}

export function openThread(plan: MeasuringPlan): MeasuringThread {
  const thread = createThread<MeasuringWork, Measured>(probeWorkerFile, plan)
  return { measure: (work) => thread.ask(work, transferable(work)), close: thread.end }
}

/** Every buffer once. */
const transferable = ({ arrays }: MeasuringWork): ArrayBuffer[] => [
  ...new Set(Object.values(arrays).map(({ numbers }) => numbers.buffer as ArrayBuffer)),
]
