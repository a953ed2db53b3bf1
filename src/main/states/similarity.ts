/** How alike kept states are, pair by pair (theory 3.10, and of attention maps 3.8). */
import { isOfMaps, type StateMeasure } from '../../shared/states.ts'
import { meanRowDivergence } from '../statistics/exponentialFamily.ts'
import { mean, type Matrix } from '../statistics/matrix.ts'
import {
  debiasedLinearAlignment,
  linearAlignment,
  meanCanonicalCorrelation,
  mutualNeighbours,
  procrustesDisparity,
  singularVectorCanonicalCorrelation,
} from '../statistics/similarity.ts'

/** What one side of a pair is: a cloud, or the maps of every sequence and head. */
export type Compared = readonly Matrix[]

const ofClouds: Record<
  Exclude<StateMeasure, 'attention-divergence'>,
  (x: Matrix, y: Matrix) => number | null
> = {
  'linear-alignment': linearAlignment,
  'linear-alignment-debiased': debiasedLinearAlignment,
  'canonical-correlation': (x, y) => meanCanonicalCorrelation(x, y),
  'singular-vector-canonical-correlation': singularVectorCanonicalCorrelation,
  'procrustes-disparity': procrustesDisparity,
  'mutual-neighbours': (x, y) => mutualNeighbours(x, y),
}

/** Mean KL of rows over heads and sequences, where it is defined: of the same head on both sides. */
function meanDivergence(a: Compared, b: Compared): number | null {
  if (a.length !== b.length) return null
  return mean(a.map((map, index) => meanRowDivergence(map, b[index]!)).filter((value) => value !== null))
}

export function similarity(measure: StateMeasure, a: Compared, b: Compared): number | null {
  return measure === 'attention-divergence' ? meanDivergence(a, b) : ofClouds[measure](a[0]!, b[0]!)
}

/** Values by row and column. Where both sides are the same list a symmetric measure is taken once of every pair. */
export function similarityMatrix(
  measure: StateMeasure,
  rows: readonly Compared[],
  columns: readonly Compared[],
): (number | null)[][] {
  const mirrors =
    !isOfMaps(measure) && rows.length === columns.length && rows.every((row, i) => row === columns[i])
  const values: (number | null)[][] = []
  rows.forEach((row, i) => {
    values.push(
      columns.map((column, j) => (mirrors && j < i ? values[j]![i]! : similarity(measure, row, column))),
    )
  })
  return values
}
