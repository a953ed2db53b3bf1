/** The entry of a process that tries a few steps. See ask.ts for the other end. */
import { errorRecord } from '../../../shared/errors.ts'
import type { ErrorRecord } from '../../../shared/experiment.ts'
import { tryOut, type Trial, type TrialTask } from './trial.ts'

export type FromTrial = { kind: 'answer'; trial: Trial } | { kind: 'failed'; error: ErrorRecord }

const tell = (message: FromTrial): Promise<void> =>
  new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve()))

process.once('message', async (task: TrialTask) => {
  try {
    await tell({ kind: 'answer', trial: await tryOut(task) })
  } catch (error) {
    await tell({ kind: 'failed', error: errorRecord(error) })
  }
  process.disconnect()
})
// Whoever asked ends this process by a signal or by ending; Ctrl-C in a terminal reaches both.
process.on('disconnect', () => process.exit())
process.on('SIGINT', () => {})
