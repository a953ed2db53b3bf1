/** Derives in a process of its own and waits for its answer. */
import { thrownFrom, WorkbenchError } from '../../shared/errors.ts'
import { derivationFile } from '../paths.ts'
import { inProcess } from '../processes.ts'
import type { DerivationAnswer, DerivationTask, FromDerivation } from './messages.ts'

/**
 * @param signal ends the process; the promise is then rejected with its reason
 * @throws WorkbenchError as derive.ts and images.ts, or derivation-failed where the process dies
 */
export function deriveApart(task: DerivationTask, signal: AbortSignal): Promise<DerivationAnswer> {
  return inProcess({
    file: derivationFile,
    task,
    signal,
    answerOf(message: FromDerivation) {
      if (message.kind === 'failed') throw thrownFrom(message.error)
      return { answer: message.answer }
    },
    died: (how) =>
      new WorkbenchError(
        'derivation-failed',
        `The process of the derivation ended unexpectedly with ${how}.`,
        'The system may have run out of memory: ask for fewer tokens, or for tokens of a smaller width.',
      ),
  })
}
