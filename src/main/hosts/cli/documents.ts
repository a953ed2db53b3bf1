/** Records as JSON documents have them: a list of runs need not repeat what `show` says of each. */
import type { Comparison } from '../../../shared/comparison.ts'
import type { Run } from '../../../shared/experiment.ts'

/** What a run says in a JSON document; `show` adds the configuration. */
export function runDocument({ configuration: _, ...run }: Run) {
  return run
}

export const comparisonDocument = (comparison: Comparison) => ({
  ...comparison,
  runs: comparison.runs.map(runDocument),
})
