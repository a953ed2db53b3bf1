/**
 * The thread that unpacks and decomposes kept states, from the side of the workbench: both take long enough to hold up a
 * window. It is started at the first question and ends with the workbench.
 */
import { Worker } from 'node:worker_threads'
import { thrownFrom } from '../../shared/errors.ts'
import { stateWorkerFile } from '../paths.ts'
import type { Answered, AnswerTo, Asked, Question } from './messages.ts'

export interface StateThread {
  /** @throws WorkbenchError as answer.ts; Error where the thread has ended */
  ask<Asking extends Question>(question: Asking): Promise<AnswerTo<Asking['kind']>>
  close(): Promise<void>
}

interface Waiting {
  resolve(answer: never): void
  reject(error: unknown): void
}

export function createStateThread(): StateThread {
  let thread: Worker | undefined
  let asked = 0
  const waiting = new Map<number, Waiting>()

  function start(): Worker {
    const worker = new Worker(stateWorkerFile)
    worker.on('message', ({ number, result }: Answered) => {
      const { resolve, reject } = waiting.get(number)!
      waiting.delete(number)
      if ('error' in result) reject(thrownFrom(result.error))
      else resolve(result.answer as never)
    })
    const end = (error: unknown) => {
      if (thread === worker) thread = undefined // the next question starts another one
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    }
    worker.on('error', end)
    worker.on('exit', () => end(new Error('The thread that reads hidden states has ended.')))
    return worker
  }

  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        thread ??= start()
        waiting.set(++asked, { resolve, reject })
        // What was read from the database is the thread's now: nothing is copied.
        const buffers = new Set(question.probes.map(({ bytes }) => bytes.buffer))
        thread.postMessage({ number: asked, question } satisfies Asked, [...buffers])
      }),
    close: async () => {
      await thread?.terminate()
    },
  }
}
