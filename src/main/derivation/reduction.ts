/**
 * What a linear dimensionality reduction at the start would make of tokens, and how far later ones are that (theory 3.12):
 * the first k principal components of step 0, the k smoothest vectors of the graph that attention is at step 0, and those
 * stretched to where the updates of theory C.3 stand still. The mathematics is in ../statistics/linearReduction.ts.
 */
import { mostGraphTokens } from '../../shared/derivation.ts'
import {
  agreement,
  principalScores,
  smoothestVectors,
  stationaryTokens,
} from '../statistics/linearReduction.ts'
import { selectRows, type Matrix, type Matrix64 } from '../statistics/matrix.ts'
import { procrustesDisparity } from '../statistics/similarity.ts'
import { drawsOf } from './linear.ts'

export interface Agreement {
  /** Mean canonical correlation, in [0, 1]. */
  readonly correlation: number | null
  /** The largest principal angle, in radians. */
  readonly angle: number | null
  /** Procrustes disparity, in [0, 1]. */
  readonly disparity: number | null
}

/** The first k principal scores of `x` (n, D) beside coordinates (n, k); all null where `x` has fewer dimensions. */
export function agreementWith(target: Matrix64 | null, x: Matrix): Agreement {
  if (target === null || target.columns === 0) return { correlation: null, angle: null, disparity: null }
  const { correlation, largestAngle } = agreement(x, target)
  const scores = principalScores(x, target.columns)
  const disparity = scores?.columns === target.columns ? procrustesDisparity(scores, target) : null
  return { correlation, angle: largestAngle, disparity }
}

/** With the first `k` principal components of `first`; all null where it has fewer. */
export function principalTarget(first: Matrix, k: number): (later: Matrix) => Agreement {
  const scores = principalScores(first, k)
  const target = scores?.columns === k ? scores : null
  return (later) => agreementWith(target, later)
}

/** Of more tokens than the graph takes, so many drawn ones, in their order; null where all of them are taken. */
export function graphTokens(count: number, seed: number): number[] | null {
  if (count <= mostGraphTokens) return null
  const { uniform } = drawsOf(seed)
  const keys = Float64Array.from({ length: count }, (_, index) => uniform('tokens of the graph', index))
  const drawn = Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]!)
  return drawn.slice(0, mostGraphTokens).sort((a, b) => a - b)
}

/** What attention A (n, n) says of some tokens among each other. */
function between(pattern: Matrix, tokens: readonly number[]): Matrix64 {
  const rows = selectRows(pattern, tokens)
  const numbers = Float64Array.from({ length: tokens.length ** 2 }, (_, index) => {
    const [row, column] = [Math.floor(index / tokens.length), index % tokens.length]
    return rows.numbers[row * pattern.columns + tokens[column]!]!
  })
  return { rows: tokens.length, columns: tokens.length, numbers }
}

/**
 * With the `k` smoothest vectors of an attention A (n, n), and with the stationary tokens that they make. About 10 m³ for
 * m tokens, once: of more than `mostGraphTokens` a drawn part is taken, of the graph and of the later tokens alike.
 */
export function graphTarget(
  pattern: Matrix,
  { components, beta, seed }: { components: number; beta: number; seed: number },
): (later: Matrix) => { graph: Agreement; stationary: Agreement } {
  const tokens = graphTokens(pattern.rows, seed)
  const smoothest = smoothestVectors(tokens ? between(pattern, tokens) : pattern, components)
  const stationary = smoothest && stationaryTokens(smoothest, beta)
  return (later) => {
    const x = tokens ? selectRows(later, tokens) : later
    return {
      graph: agreementWith(smoothest?.vectors ?? null, x),
      stationary: agreementWith(stationary?.columns === components ? stationary : null, x),
    }
  }
}
