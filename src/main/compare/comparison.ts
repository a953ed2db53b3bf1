/** Runs to the rows of a comparison: one per attention, against the first. All losses in nats per token or image. */
import type { ComparisonRow, Run, Validation } from '../../shared/experiment.ts'
import { pairedDifference } from './paired.ts'
import { summarise } from './summary.ts'

/** The evaluation with the lowest loss by seed, seeds ascending. */
type Evaluations = ReadonlyMap<number, Validation>

/**
 * A row for each of `attentions` that has a validation loss yet, in their order; the first of `attentions` is the
 * baseline. A run counts once it has been evaluated, whatever became of it afterwards, with its best evaluation.
 * Of several runs with the same attention and seed the last one counts. The difference is taken over the seeds that
 * a variant shares with the baseline, and is null where there is none.
 */
export function compareRuns(runs: readonly Run[], attentions: readonly string[]): ComparisonRow[] {
  const [baseline] = attentions
  if (baseline === undefined) return []
  const ofBaseline = bestEvaluations(runs, baseline)
  return attentions.flatMap((attention) => {
    const evaluations = bestEvaluations(runs, attention)
    if (evaluations.size === 0) return []
    const all = [...evaluations.values()]
    const accuracies = all.flatMap(({ accuracy }) => accuracy ?? [])
    return {
      attention,
      seeds: [...evaluations.keys()],
      bestValidation: summarise(all.map(({ loss }) => loss)),
      bestAccuracy: accuracies.length > 0 ? summarise(accuracies) : null,
      differenceFromBaseline: attention === baseline ? null : difference(evaluations, ofBaseline),
    }
  })
}

function bestEvaluations(runs: readonly Run[], attention: string): Evaluations {
  const evaluations = new Map<number, Validation>()
  for (const run of runs)
    if (run.attention === attention && run.bestValidation) evaluations.set(run.seed, run.bestValidation)
  return new Map([...evaluations].sort(([a], [b]) => a - b))
}

function difference(
  evaluations: Evaluations,
  ofBaseline: Evaluations,
): ComparisonRow['differenceFromBaseline'] {
  const differences = [...evaluations].flatMap(([seed, { loss }]) => {
    const paired = ofBaseline.get(seed)
    return paired ? loss - paired.loss : []
  })
  return differences.length > 0 ? pairedDifference(differences) : null
}
