/** The thread that measures, from the side of the trainer. It is started when there is first something to measure. */
import { Worker } from 'node:worker_threads'
import { probeWorkerFile } from '../../paths.ts'
import type { Measured, MeasuringPlan, MeasuringWork } from './work.ts'

export interface MeasuringThread {
  /** One at a time. Rejects where the thread has ended. The arrays are gone from here: they are the thread's now. */
  measure(work: MeasuringWork): Promise<Measured>
  close(): Promise<void>
}

export function openThread(plan: MeasuringPlan): MeasuringThread {
  const thread = new Worker(probeWorkerFile, { workerData: plan })
  let settle: { resolve(measured: Measured): void; reject(error: unknown): void } | undefined
  let ended: unknown
  const end = (error: unknown) => {
    ended ??= error
    settle?.reject(ended)
  }
  thread.on('message', (measured: Measured) => settle?.resolve(measured))
  thread.on('error', end)
  thread.on('exit', () => end(new Error('The thread that measures has ended.')))
  return {
    measure: (work) =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject }
        if (ended !== undefined) return reject(ended as Error)
        thread.postMessage(work, transferable(work))
      }),
    close: async () => {
      await thread.terminate()
    },
  }
}

/** Every buffer once. */
const transferable = ({ arrays }: MeasuringWork): ArrayBuffer[] => [
  ...new Set(Object.values(arrays).map(({ numbers }) => numbers.buffer as ArrayBuffer)),
]
