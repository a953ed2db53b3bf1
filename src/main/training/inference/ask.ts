/** Asks a question about a checkpoint in a process of its own: the engine is large, and its work blocks a thread. */
import { thrownFrom, WorkbenchError } from '../../../shared/errors.ts'
import { inferenceFile } from '../../paths.ts'
import { inProcess } from '../../processes.ts'
import type { Answer, FromInference, Question } from './messages.ts'

/**
 * @param onText hears a text grow
 * @param signal ends the process; the promise is then rejected with its reason
 * @throws WorkbenchError as answer.ts, or inference-failed where the process dies
 */
export function ask<Wanted extends Question['wanted']>(
  question: Question & { readonly wanted: Wanted },
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<Answer<Wanted['kind']>> {
  return inProcess({
    file: inferenceFile,
    task: question,
    serialization: 'advanced',
    signal,
    answerOf(message: FromInference) {
      if (message.kind === 'text') return void onText(message.text)
      if (message.kind === 'answer') return { answer: message.answer as Answer<Wanted['kind']> }
      throw thrownFrom(message.error)
    },
    died: (how) =>
      new WorkbenchError(
        'inference-failed',
        `The process of the model ended unexpectedly with ${how}.`,
        'The system may have run out of memory: end what else is training, and try again.',
      ),
  })
}
