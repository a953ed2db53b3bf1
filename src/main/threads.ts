/**
 * Work that would hold up this thread, in another one that answers questions: each has one answer, whatever the order in
 * which they come. processes.ts is for work that may die.
 */
import { parentPort, Worker } from 'node:worker_threads'
import { errorRecord, thrownFrom } from '../shared/errors.ts'
import type { ErrorRecord } from '../shared/experiment.ts'

interface Asked<Question> {
  readonly number: number
  readonly question: Question
}
interface Answered<Answer> {
  readonly number: number
  readonly result: { readonly answer: Answer } | { readonly error: ErrorRecord }
}

export interface Thread<Question, Answer> {
  /**
   * The buffers `given` are the thread's from then on. Rejects with the WorkbenchError that the answer threw, or where the
   * thread has ended: the next question starts another one.
   */
  ask(question: Question, given?: readonly ArrayBuffer[]): Promise<Answer>
  /** Waits for what was asked, then ends the thread. */
  close(): Promise<void>
  /** Ends the thread at once: what was asked is rejected. */
  end(): Promise<void>
}

/**
 * @param file the thread's entry, from paths.ts; it runs from the first question on
 * @param workerData what it is started with
 */
export function createThread<Question, Answer>(file: string, workerData?: unknown): Thread<Question, Answer> {
  let thread: Worker | undefined
  let asked = 0
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: unknown): void }>()
  let idle = () => {}

  function start(): Worker {
    const worker = new Worker(file, { workerData })
    worker.on('message', ({ number, result }: Answered<Answer>) => {
      const { resolve, reject } = waiting.get(number)!
      waiting.delete(number)
      if ('error' in result) reject(thrownFrom(result.error))
      else resolve(result.answer)
      if (waiting.size === 0) idle()
    })
    const end = (error: unknown) => {
      if (thread === worker) thread = undefined
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
      idle()
    }
    worker.on('error', end)
    worker.on('exit', () => end(new Error(`The thread of ${file} has ended.`)))
    return worker
  }

  return {
    ask: (question, given = []) =>
      new Promise((resolve, reject) => {
        thread ??= start()
        waiting.set(++asked, { resolve, reject })
        thread.postMessage({ number: asked, question } satisfies Asked<Question>, [...given])
      }),
    async close() {
      if (waiting.size > 0) await new Promise<void>((resolve) => (idle = resolve))
      await thread?.terminate()
    },
    async end() {
      await thread?.terminate()
    },
  }
}

/**
 * The other end: the entry of a thread calls it once. Several questions may be worked on at once where `answer` waits.
 * @param given the buffers of an answer that the asker may have without a copy
 */
export function answerQuestions<Question, Answer>(
  answer: (question: Question) => Answer | Promise<Answer>,
  given: (answer: Answer) => readonly ArrayBuffer[] = () => [],
): void {
  async function tell({ number, question }: Asked<Question>): Promise<void> {
    try {
      const found = await answer(question)
      const result = { answer: found }
      parentPort!.postMessage({ number, result } satisfies Answered<Answer>, [...given(found)])
    } catch (error) {
      const result = { error: errorRecord(error) }
      parentPort!.postMessage({ number, result } satisfies Answered<Answer>)
    }
  }
  parentPort!.on('message', (asked: Asked<Question>) => void tell(asked))
}
