/**
 * Attention as a graph between the tokens of one sequence (theory 3.6 and C): how smooth tokens are on it, and how much of
 * its own value a token reads. A (n, n) is the attention of one head, w = (A + Aᵀ)/2, L_w = diag(w1) − w.
 */
import { negligible, symmetricEigen } from './linearAlgebra.ts'
import {
  defined,
  innerProduct,
  squaredDistance,
  sumOfSquares,
  transposed,
  zeros,
  type Matrix,
  type Matrix64,
} from './matrix.ts'
import { rowProducts } from './products.ts'
import { meanTokenCosine } from './moments.ts'

/**
 * The Dirichlet energy ¼ Σ_ij w_ij ‖x_i − x_j‖² = ½ tr XᵀL_wX, in squared units of the tap: ≥ 0 where weights are, 0 for
 * identical tokens; with all w = 1/n it is ½‖X_c‖_F². The same for tokens moved or rotated. n²D, of pairs with a weight.
 */
export function dirichletEnergy(attention: Matrix, x: Matrix): number | null {
  const n = x.rows
  let energy = 0
  for (let i = 1; i < n; i++)
    for (let j = 0; j < i; j++) {
      const weight = (attention.numbers[i * n + j]! + attention.numbers[j * n + i]!) / 2
      if (weight !== 0) energy += (weight / 2) * squaredDistance(x, i, x, j)
    }
  return defined(energy)
}

/** The Dirichlet energy divided by tr XᵀX = ‖X‖_F²: the same for scaled tokens. Null where all are zero. */
export function relativeDirichletEnergy(attention: Matrix, x: Matrix): number | null {
  const energy = dirichletEnergy(attention, x)
  return energy === null ? null : defined(energy / sumOfSquares(x))
}

export interface SmoothnessSpectrum {
  /** Of I − w, ascending: low frequencies, where tokens that attend to each other agree, come first. (n) */
  readonly frequencies: Float64Array
  /** The share of ‖X‖_F² in each eigenvector; together 1. Equal frequencies have equal shares. (n) */
  readonly shares: Float64Array
  /** The share in the upper half of the frequencies, without the middle one where n is odd; in [0, 1]. */
  readonly highShare: number
}

/** Frequencies that are nearer to each other than this are one. */
const equalFrequencies = 1e-9

/**
 * How the energy of the tokens is spread over the eigenvectors of I − (A + Aᵀ)/2. Where frequencies are equal their
 * eigenvectors are arbitrary, so that their energy is spread evenly. The same for tokens rotated or scaled. About 10n³: for
 * one sequence. Null where all tokens are zero or a number is not finite.
 */
export function smoothnessSpectrum(attention: Matrix, x: Matrix): SmoothnessSpectrum | null {
  const pairs = symmetricEigen(symmetrised(attention))
  const energy = sumOfSquares(x)
  if (pairs === null || !(energy > 0) || energy === Infinity) return null
  const n = x.rows
  const along = rowProducts(pairs.vectors, transposed(x)) // (n, D): the largest weight is the lowest frequency
  const frequencies = pairs.values.map((value) => 1 - value)
  const shares = frequencies.map((_, i) => innerProduct(along, i, along, i) / energy)
  for (let start = 0; start < n;) {
    let end = start + 1
    while (end < n && frequencies[end]! - frequencies[start]! < equalFrequencies) end++
    const group = shares.subarray(start, end)
    group.fill(group.reduce((a, b) => a + b) / group.length)
    start = end
  }
  const highShare = shares.subarray(Math.ceil(n / 2)).reduce((a, b) => a + b, 0)
  return { frequencies, shares, highShare: Math.min(1, highShare) }
}

function symmetrised({ rows, numbers }: Matrix): Matrix64 {
  const result = zeros(rows, rows)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < rows; j++)
      result.numbers[i * rows + j] = (numbers[i * rows + j]! + numbers[j * rows + i]!) / 2
  return result
}

/**
 * The mean over tokens of cos(y_i, v_i), of what a head gives a token and the token's own value, in [−1, 1]: the
 * similarity that exclusive self-attention takes away (there it is 0). Left out are tokens whose value is zero, or whose
 * output is a millionth of it or less: a causal first token can read nothing but itself, and what variants that take it
 * away leave of it is rounding. Null where no token is left. nd.
 */
export const selfShareCosine = (output: Matrix, values: Matrix): number | null =>
  meanTokenCosine(output, values, negligible)

/**
 * The c with the least Σ‖y_i − c v_i‖²: Σ⟨y_i, v_i⟩ / Σ‖v_i‖², how much of its own value a token gets back. 0 of exclusive
 * self-attention; with the same A and V the Laplacian's is that of standard attention minus 1. Null where all values are
 * zero. nd.
 */
export function selfShareCoefficient(output: Matrix, values: Matrix): number | null {
  let product = 0
  for (let i = 0; i < output.rows; i++) product += innerProduct(output, i, values, i)
  return defined(product / sumOfSquares(values))
}
