/** Has the weights of a run written by a process of its own: the engine is large, and its work blocks a thread. */
import { thrownFrom, WorkbenchError } from '../../../shared/errors.ts'
import { weightWriterFile } from '../../paths.ts'
import { inProcess } from '../../processes.ts'
import type { FromWeightWriter, WeightTask } from './messages.ts'

/**
 * @returns the names of the files in `task.folder`
 * @throws WorkbenchError as write.ts, or export-failed where the process dies
 */
export const askForWeights = (task: WeightTask, signal: AbortSignal): Promise<string[]> =>
  inProcess({
    file: weightWriterFile,
    task,
    signal,
    answerOf(message: FromWeightWriter) {
      if (message.kind === 'written') return { answer: message.files }
      throw thrownFrom(message.error)
    },
    died: (how) =>
      new WorkbenchError(
        'export-failed',
        `The process that wrote the weights ended unexpectedly with ${how}.`,
        'The system may have run out of memory: end what else is training, and try again.',
      ),
  })
