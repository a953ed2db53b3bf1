/** Comparing the variants of an experiment: what is recorded of its runs, and what can be asked of it. */
import { recipes } from '../../shared/catalogue/recipes.ts'
import type { ComparisonChoice } from '../../shared/comparison.ts'
import type { Variant, WorkbenchApi } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { DatasetKind, Experiment, Run, Validation } from '../../shared/experiment.ts'
import { comparableBits } from '../../shared/tokens.ts'
import type { EvaluatedRun } from '../compare/evaluations.ts'
import type { Library } from '../datasets/library.ts'
import type { Store } from '../store/index.ts'
import { knownNames } from './identifiers.ts'

interface ComparisonParts {
  readonly store: Store
  readonly library: Pick<Library, 'dataset'>
  variants(): readonly Variant[]
  /** @throws WorkbenchError unknown-experiment */
  requireExperiment(id: string): Experiment
}

/** Its tests and their special functions take a while to load: not before they are needed, or a window is there. */
export const loadComparison = () => import('../compare/comparison.ts')

export function createComparisons(parts: ComparisonParts): Pick<WorkbenchApi, 'compareExperiment'> {
  const { store, library } = parts

  /** The evaluations of a run, with those that are still on their way from its trainer left out. */
  function evaluationsOf(run: Run, kind: DatasetKind): Validation[] {
    const losses = store.points(run.id, 'validation/loss')
    if (kind === 'text') return losses.map(([step, loss]) => ({ step, loss }))
    const accuracies = new Map(store.points(run.id, 'validation/accuracy'))
    return losses.map(([step, loss]) => {
      const accuracy = accuracies.get(step)
      return { step, loss, ...(accuracy !== undefined && { accuracy }) }
    })
  }

  return {
    async compareExperiment({ id, metric = 'loss', at = 'best', baseline, target }) {
      const experiment = parts.requireExperiment(id)
      const dataset = library.dataset(experiment.dataset)
      const kind = dataset?.kind ?? kindOf(experiment)
      const runs = store.runs({ experiment: id })
      const evaluated = runs.map((run) => ({ run, evaluations: evaluationsOf(run, kind) }))
      const { attentions } = experiment
      refuseChoice({ metric, at, baseline }, attentions, kind, evaluated)
      const names = new Map(parts.variants().map((variant) => [variant.id, variant.name]))
      const { compareRuns } = await loadComparison()
      const compared = compareRuns({
        ...{ runs: evaluated, attentions, metric, at, kind, target },
        baseline: baseline ?? attentions[0]!,
        nameOf: (attention) => names.get(attention) ?? attention,
      })
      // an image has no neighbours whose frequencies could be counted
      const baselines = dataset?.kind === 'text' ? dataset.baselines : null
      const comparison = compared.comparison.map((row) => {
        const bits = dataset && comparableBits(row.bestValidation.mean, dataset)
        return { ...row, ...(bits !== undefined && { bitsPerByte: bits }) }
      })
      return { experiment: id, runs, ...compared, comparison, baselines }
    },
  }
}

/** What an experiment trained on, also when its dataset was removed. */
export const kindOf = ({ recipe }: Experiment): DatasetKind =>
  recipes.find((candidate) => candidate.id === recipe)?.kind ?? 'text'

function refuseChoice(
  { metric, at, baseline }: ComparisonChoice,
  attentions: readonly string[],
  kind: DatasetKind,
  evaluated: readonly EvaluatedRun[],
): void {
  if (baseline !== undefined && !attentions.includes(baseline))
    throw new WorkbenchError(
      'unknown-attention',
      `There is no variant "${baseline}" in this experiment.`,
      knownNames(baseline, attentions),
    )
  if (metric === 'accuracy' && kind === 'text')
    throw new WorkbenchError(
      'wrong-kind',
      'Runs on text have no accuracy: it is measured on images.',
      'Compare their loss.',
    )
  if (typeof at !== 'number') return
  const steps = [...new Set(evaluated.flatMap(({ evaluations }) => evaluations.map(({ step }) => step)))]
  if (steps.length > 0 && !steps.includes(at)) {
    const nearest = steps.sort((a, b) => Math.abs(a - at) - Math.abs(b - at)).slice(0, 2)
    throw new WorkbenchError(
      'invalid-request',
      `No run of this experiment was evaluated after step ${at}.`,
      `The nearest: ${nearest.sort((a, b) => a - b).join(' and ')}.`,
    )
  }
}
