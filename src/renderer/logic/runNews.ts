/** What is worth telling of runs that train while something else is looked at: what failed, and when all of an experiment has ended. */
import { endedStates, type Run } from '../../shared/experiment.ts'

export type RunNews =
  | { readonly kind: 'failed'; readonly run: Run }
  | {
      readonly kind: 'ended'
      readonly experiment: string
      readonly finished: number
      /** Those that failed or diverged. */
      readonly failed: number
    }

const failed = ({ state }: Run): boolean => state === 'failed' || state === 'diverged'

/**
 * Hears every change of every run. A run that was never heard to wait or train tells nothing when it is heard to have ended:
 * somebody named it. What a person pauses or stops is no news, nor is an experiment of which nothing finished or failed.
 */
export function createRunNews(): (run: Run) => RunNews[] {
  const experiments = new Map<string, { active: Set<string>; finished: number; failed: number }>()
  return (run) => {
    const its = experiments.get(run.experiment) ?? { active: new Set(), finished: 0, failed: 0 }
    experiments.set(run.experiment, its)
    if (!endedStates.has(run.state)) {
      its.active.add(run.id)
      return []
    }
    if (!its.active.delete(run.id)) return []
    if (run.state === 'finished') its.finished++
    if (failed(run)) its.failed++
    const news: RunNews[] = failed(run) ? [{ kind: 'failed', run }] : []
    if (its.active.size > 0) return news
    experiments.delete(run.experiment)
    // one failure alone has been told
    if (its.finished > 0 || its.failed > 1)
      news.push({ kind: 'ended', experiment: run.experiment, finished: its.finished, failed: its.failed })
    return news
  }
}
