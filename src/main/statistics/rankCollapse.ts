/**
 * Whether the tokens of a sequence become one token from layer to layer (theory 3.6; Dong, Cordonnier & Loukas 2021, arXiv
 * 2103.03404). Each takes one sequence (sequences.ts averages over several); the cosine between its tokens is `meanCosine`
 * of isotropy.ts, and what attention as a graph does to it is in graph.ts.
 */
import { centred, defined, sumOfSquares, type Matrix } from './matrix.ts'

/** μ(X) = ‖X − 1x̄ᵀ‖_F in units of the tap, ≥ 0: 0 where all tokens are the same. The same for moved tokens. nD. */
export const spread = (x: Matrix): number | null =>
  x.rows === 0 ? null : defined(Math.sqrt(sumOfSquares(centred(x))))

/** μ(X) / ‖X‖_F, in [0, 1]: 1 where the tokens are centred. Null where all are zero. nD. */
export const relativeSpread = (x: Matrix): number | null =>
  defined(Math.min(1, Math.sqrt(sumOfSquares(centred(x)) / sumOfSquares(x))))

/** √(‖X‖_1 ‖X‖_∞), of the largest column sum and the largest row sum of |x_ij|. Submultiplicative, but no norm. nD. */
export function compositeNorm({ rows, columns, numbers }: Matrix): number {
  const columnSums = new Float64Array(columns)
  let largestRow = 0
  for (let i = 0; i < rows; i++) {
    let rowSum = 0
    for (let j = 0; j < columns; j++) {
      const size = Math.abs(numbers[i * columns + j]!)
      rowSum += size
      columnSums[j]! += size
    }
    largestRow = Math.max(largestRow, rowSum)
  }
  return Math.sqrt(largestRow * columnSums.reduce((a, b) => Math.max(a, b), 0))
}

/**
 * ‖res(X)‖ / ‖X‖ with the composite norm and res(X) = X − 1xᵀ, ≥ 0: the residual of Dong et al., which pure attention drives
 * to 0 doubly exponentially. They take the x that is nearest; here it is the mean, which is nearest by the Frobenius norm
 * and has a formula, where by the composite norm it would take a search. Null where all tokens are zero. nD.
 */
export const rankOneResidual = (x: Matrix): number | null =>
  defined(compositeNorm(centred(x)) / compositeNorm(x))
