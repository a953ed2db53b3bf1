/** The health of a dataset: what was found before, or else an examination in a process of its own. */
import { thrownFrom, WorkbenchError } from '../../../shared/errors.ts'
import type { Dataset } from '../../../shared/experiment.ts'
import type { Health } from '../../../shared/health.ts'
import { examinationFile } from '../../paths.ts'
import { inProcess } from '../../processes.ts'
import { keep, readKept } from './kept.ts'
import type { ExaminationTask, FromExamination } from './messages.ts'

/**
 * @param signal ends the examination; the promise is then rejected with its reason
 * @throws WorkbenchError 'dataset-damaged', or 'examination-failed' where the process dies
 */
export async function healthOf(
  { name, kind }: Pick<Dataset, 'name' | 'kind'>,
  folder: string,
  signal: AbortSignal,
): Promise<Health> {
  const kept = await readKept(folder)
  if (kept) return kept
  const health = await inProcess({
    file: examinationFile,
    task: { folder, kind } satisfies ExaminationTask,
    signal,
    answerOf(message: FromExamination) {
      if (message.kind === 'failed') throw thrownFrom(message.error)
      return { answer: message.health }
    },
    died: (how) =>
      new WorkbenchError(
        'examination-failed',
        `The examination of "${name}" ended unexpectedly with ${how}.`,
        'The system may have run out of memory: close other programs and try again.',
      ),
  })
  // A full disk costs the time of another examination, not the result of this one.
  await keep(folder, health).catch(() => undefined)
  return health
}
