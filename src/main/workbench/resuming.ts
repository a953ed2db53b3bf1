/** Whether a run can be taken up again. What it continues from is in training/checkpoints.ts. */
import { WorkbenchError } from '../../shared/errors.ts'
import { resumableStates, type Run } from '../../shared/experiment.ts'
import { hasCheckpoint } from '../training/checkpoints.ts'

export function notResumable(run: Run): WorkbenchError {
  const hint = run.state === 'finished' ? 'It did all of its steps.' : 'Follow it, or stop it first.'
  return new WorkbenchError(
    'not-resumable',
    `Run ${run.id} is ${run.state}: there is nothing to resume.`,
    hint,
  )
}

/**
 * A run without a checkpoint starts anew, unless it diverged: it would only do so again.
 * @param fromStart whether the person asked for that
 * @throws WorkbenchError not-resumable
 */
export async function refuseResume(run: Run, checkpoints: string, fromStart = false): Promise<void> {
  if (!resumableStates.has(run.state)) throw notResumable(run)
  if (run.state === 'diverged' && !fromStart && !(await hasCheckpoint(checkpoints)))
    throw new WorkbenchError(
      'not-resumable',
      `Run ${run.id} diverged before its first checkpoint.`,
      'Start it again with a lower learning rate, a longer warm-up or a smaller clipNorm.',
    )
}
