/** One question to several trained models, one after the other: each answers in a process that takes all cores. */
import type { ErrorRecord, Run } from '../../shared/experiment.ts'
import { errorRecord } from '../../shared/errors.ts'

/** What is wrong with one model; anything else is wrong with the question, and the others would say it too. */
const ofOneModel: ReadonlySet<ErrorRecord['code']> = new Set([
  'no-checkpoint',
  'inference-failed',
  'diverged',
])

/**
 * Asks until all have answered, the question turns out to be wrong, or `isWanted` says no.
 * @param onError hears what is wrong with one model
 * @returns what is wrong with the question, or null
 */
export async function askInTurn(
  runs: readonly Run[],
  ask: (run: Run) => Promise<void>,
  onError: (run: Run, error: ErrorRecord) => void,
  isWanted: () => boolean,
): Promise<ErrorRecord | null> {
  for (const run of runs) {
    if (!isWanted()) return null
    try {
      await ask(run)
    } catch (problem) {
      const error = errorRecord(problem)
      if (!ofOneModel.has(error.code)) return error
      if (isWanted()) onError(run, error)
    }
  }
  return null
}
