/** A matrix of values between runs to one between variants: mean and spread over pairs of seeds. */
import { isOfMaps, type Pairs, type StateMeasure, type VariantStates } from '../../shared/states.ts'
import { summarise } from '../compare/summary.ts'

interface SeededRun {
  readonly attention: string
  readonly seed: number
}

/**
 * For every ordered pair of `attentions`: over the pairs of runs with one seed, which differ in the variant alone, and over
 * those of different seeds. On the diagonal the latter are the noise floor: two seeds of the same variant. Of maps only the
 * former are taken, because head h of one seed is not head h of another.
 * @param values of `runs` with `runs`, by row and column
 */
export function betweenVariants(
  measure: StateMeasure,
  runs: readonly SeededRun[],
  attentions: readonly string[],
  values: readonly (readonly (number | null)[])[],
): VariantStates['cells'] {
  const over = (attention: string, other: string, isSame: boolean): Pairs => {
    const pairs = runs.flatMap((run, i) =>
      runs.flatMap((second, j) => {
        const belongs = run.attention === attention && second.attention === other
        // On the diagonal every pair would come twice, once from either side.
        const isOnce = attention !== other || i < j || (isOfMaps(measure) && i !== j)
        return belongs && isOnce && (run.seed === second.seed) === isSame ? [values[i]![j]!] : []
      }),
    )
    if (pairs.length === 0) return null
    const defined = pairs.filter((value) => value !== null)
    const { mean, sd } = defined.length > 0 ? summarise(defined) : { mean: null, sd: null }
    return { count: defined.length, mean, sd }
  }
  return attentions.flatMap((attention) =>
    attentions.map((other) => ({
      attention,
      other,
      sameSeed: attention === other ? null : over(attention, other, true),
      otherSeeds: isOfMaps(measure) ? null : over(attention, other, false),
    })),
  )
}
