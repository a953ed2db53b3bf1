/** Tries a few steps in a process of its own: its memory is measured, and it may die of lacking some. */
import { thrownFrom, WorkbenchError } from '../../../shared/errors.ts'
import { trialFile } from '../../paths.ts'
import { inProcess } from '../../processes.ts'
import type { Trial, TrialTask } from './trial.ts'
import type { FromTrial } from './worker.ts'

/** @throws WorkbenchError as trial.ts, or estimate-failed where the process dies */
export function askForTrial(task: TrialTask, signal: AbortSignal): Promise<Trial> {
  return inProcess({
    file: trialFile,
    task,
    serialization: 'advanced',
    signal,
    answerOf(message: FromTrial) {
      if (message.kind === 'answer') return { answer: message.trial }
      throw thrownFrom(message.error)
    },
    died: (how) =>
      new WorkbenchError(
        'estimate-failed',
        `The process that tried a few steps of "${task.attention}" ended with ${how}.`,
        'The system may have run out of memory: try a smaller batchSize or width.',
      ),
  })
}
