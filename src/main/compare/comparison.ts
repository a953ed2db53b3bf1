/** Runs to the rows of a comparison: one per attention, against the first. All losses in nats per token. */
import type { ComparisonRow, Run } from '../../shared/experiment.ts'
import { pairedDifference } from './paired.ts'
import { summarise } from './summary.ts'

/** Best validation loss by seed, seeds ascending. */
type Losses = ReadonlyMap<number, number>

/**
 * A row for each of `attentions` that has a validation loss yet, in their order; the first of `attentions` is the
 * baseline. A run counts once it has been evaluated, whatever became of it afterwards, with its best evaluation.
 * Of several runs with the same attention and seed the last one counts. The difference is taken over the seeds that
 * a variant shares with the baseline, and is null where there is none.
 */
export function compareRuns(runs: readonly Run[], attentions: readonly string[]): ComparisonRow[] {
  const [baseline] = attentions
  if (baseline === undefined) return []
  const baselineLosses = bestLosses(runs, baseline)
  return attentions.flatMap((attention) => {
    const losses = bestLosses(runs, attention)
    if (losses.size === 0) return []
    return {
      attention,
      seeds: [...losses.keys()],
      bestValidation: summarise([...losses.values()]),
      differenceFromBaseline: attention === baseline ? null : difference(losses, baselineLosses),
    }
  })
}

function bestLosses(runs: readonly Run[], attention: string): Losses {
  const losses = new Map<number, number>()
  for (const run of runs)
    if (run.attention === attention && run.bestValidation) losses.set(run.seed, run.bestValidation.loss)
  return new Map([...losses].sort(([a], [b]) => a - b))
}

function difference(losses: Losses, baselineLosses: Losses): ComparisonRow['differenceFromBaseline'] {
  const differences = [...losses].flatMap(([seed, loss]) => {
    const ofBaseline = baselineLosses.get(seed)
    return ofBaseline === undefined ? [] : loss - ofBaseline
  })
  return differences.length > 0 ? pairedDifference(differences) : null
}
