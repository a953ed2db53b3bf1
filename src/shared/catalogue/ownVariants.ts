/** A combination of axes that a person named, as a row beside those of variants.ts. */
import { futureLeak, type AttentionAxes, type OwnVariant } from '../attention.ts'
import type { Variant } from '../contract.ts'
import { formulaOf } from './formula.ts'

/** What a combination of axes learns beyond standard attention, with the initial values; "none" where nothing. */
export function parametersOf(axes: AttentionAxes): string {
  const learned = [
    axes.retrieval > 0 && 'β per head, initially 1/√d',
    axes.keyAdaptation > 0 && 'λ per head, initially 100',
    axes.score === 'temperature' && 't per head, initially 0',
    axes.score === 'cosine' && 'τ per head, initially 10',
    axes.score === 'mixture' &&
      'log α of every key: a number per head, initially log d^(−1/2), and a map from its token, initially 0',
    axes.prior === 'position' && 'log π per head and position, initially 0',
    axes.normaliser === 'sigmoid' && 'b per head, initially −log of the longest sequence',
    axes.operator === 'laplacian-gamma' && `γ per head, initially ${axes.gamma}`,
    axes.operator === 'attention-scale' && 'w per head, initially 0',
    axes.operator === 'graph-filter' && 'λ per head, initially 0',
    axes.operator === 'differential' &&
      'λ per layer from four vectors (d) of N(0, 0.1²), and a scale (2d), initially 1',
    axes.term === 'covariance' && 'diagonal Σ per head (d), initially 0',
    axes.term === 'low-rank' && `L per head (d × ${axes.termRank}) from N(0, 0.02²)`,
    axes.term === 'per-component' && 'a map from a token to Σ of its key, initially 0',
    axes.readout === 'tied-gradient' &&
      'a step per layer, initially 1, in place of the maps to values and from the heads',
    axes.block.learnedStepSize && 'a step size per branch',
  ]
  return learned.filter((text) => typeof text === 'string').join('; ') || 'none'
}

export function ownVariantRow({ id, name = id, meaning, axes }: OwnVariant): Variant {
  return {
    id,
    name,
    family: 'Own',
    formula: formulaOf(axes),
    meaning,
    parameters: parametersOf(axes),
    reduction: '',
    invariant: '',
    source: 'a file of your own',
    axes,
    futureLeak: futureLeak(axes),
    own: true,
  }
}
