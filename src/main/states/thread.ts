/** The thread of the workbench that unpacks and decomposes kept states: both take long enough to hold up a window. */
import { stateWorkerFile } from '../paths.ts'
import { createThread } from '../threads.ts'
import type { AnswerTo, Question } from './messages.ts'

export interface StateThread {
  /** The probes of the question are the thread's from then on. @throws WorkbenchError as answer.ts */
  ask<Asking extends Question>(question: Asking): Promise<AnswerTo<Asking['kind']>>
  /** At once: nobody waits for an answer any more. */
  close(): Promise<void>
}

export function createStateThread(): StateThread {
  const thread = createThread<Question, AnswerTo<Question['kind']>>(stateWorkerFile)
  return {
    ask: <Asking extends Question>(question: Asking) =>
      thread.ask(
        question,
        question.probes.map(({ bytes }) => bytes.buffer),
      ) as Promise<AnswerTo<Asking['kind']>>,
    close: thread.end,
  }
}
