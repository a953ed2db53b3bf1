/**
 * Whether a model at its start does linear dimensionality reduction, as paper C says (theory 3.12): how far later tokens are
 * an affine map of the first ones, and whether they lie along principal components or along the smoothest vectors of the
 * attention graph. Tokens are n rows of D channels, row i of all clouds the same token. The derivation mode draws the same.
 */
import type { Draws } from './draws.ts'
import { principalDirections, symmetricEigen } from './linearAlgebra.ts'
import {
  allFinite,
  centred,
  columnMeans,
  defined,
  selectRows,
  sumOfSquares,
  transposed,
  zeros,
  type Matrix,
  type Matrix64,
} from './matrix.ts'
import { product, rowProducts } from './products.ts'
import { canonicalCorrelations } from './similarity.ts'
import { spectrumOf } from './spectrum.ts'

/** Coordinates along the first k principal components (n, k); fewer columns where the tokens have fewer dimensions. */
export function principalScores(x: Matrix, k: number): Matrix64 | null {
  const spectrum = spectrumOf(x)
  if (spectrum === null) return null
  const rows = Math.min(k, spectrum.directions.rows)
  const numbers = spectrum.directions.numbers.subarray(0, rows * x.columns)
  return rowProducts(spectrum.tokens, { rows, columns: x.columns, numbers })
}

/**
 * R² of the best affine map from the tokens of `first` to later ones, by least squares on a drawn half of the tokens and
 * measured on the other: at most 1, which "linear dimensionality reduction" predicts at the start; 0 or less where the mean of
 * the other half says as much. Directions that the first half does not have are not used. `first` is decomposed once for
 * all later clouds. Null where a half has no more tokens than a map has rows, D + 1, or where the other half has no spread.
 * nD² and a decomposition of 10 D³.
 */
export function linearityFrom(first: Matrix, draws: Draws): (later: Matrix) => number | null {
  const order = shuffled(first.rows, draws)
  const [fitted, heldOut] = [order.slice(0, first.rows >> 1), order.slice(first.rows >> 1)]
  const given = selectRows(first, fitted)
  const pairs = fitted.length > first.columns + 1 ? principalDirections(centred(given)) : null
  if (pairs === null) return () => null
  const scores = rowProducts(centred(given), pairs.vectors) // (n/2, r), orthogonal columns
  const others = selectRows(first, heldOut)
  const means = columnMeans(given)
  for (let index = 0; index < others.numbers.length; index++)
    others.numbers[index]! -= means[index % first.columns]!
  const held = rowProducts(others, pairs.vectors) // (n/2, r)
  for (let index = 0; index < held.numbers.length; index++)
    held.numbers[index]! /= pairs.values[index % pairs.values.length]!
  return (later) => {
    if (later.rows !== first.rows || !allFinite(later)) return null
    const known = selectRows(later, fitted)
    const wanted = selectRows(later, heldOut)
    const total = sumOfSquares(centred(wanted))
    const predicted = product(held, product(transposed(scores), centred(known)))
    const origin = columnMeans(known)
    let residual = 0
    for (let index = 0; index < wanted.numbers.length; index++)
      residual += (wanted.numbers[index]! - predicted.numbers[index]! - origin[index % later.columns]!) ** 2
    // Identical tokens differ by rounding only.
    return total > 1e-20 * sumOfSquares(wanted) ? defined(1 - residual / total) : null
  }
}

/** The rows 0 … n − 1 in a drawn order. */
function shuffled(count: number, draws: Draws): number[] {
  const keys = Float64Array.from({ length: count }, (_, index) => draws.uniform('held-out tokens', index))
  return Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]!)
}

export interface GraphVectors {
  /** Eigenvalues of the Laplacian, the smallest first, without that of the constant vector. (k) */
  readonly eigenvalues: Float64Array
  /** Their unit eigenvectors as columns, all orthogonal to the constant one. (n, k) */
  readonly vectors: Matrix64
}

/**
 * The k smoothest vectors on the attention graph: the eigenvectors of L = D − W, W = (A + Aᵀ)/2 with row sums D, of the smallest
 * eigenvalues but for the constant vector, whose eigenvalue is 0 (Laplacian eigenmaps: Belkin & Niyogi 2003). Of a graph with
 * c parts that do not see each other c − 1 more have 0, and tell the parts apart. Null where a number is not finite or A is not
 * square. About 10 n³.
 */
export function smoothestVectors(attention: Matrix, k: number): GraphVectors | null {
  const n = attention.rows
  if (n !== attention.columns || n < 2 || !allFinite(attention)) return null
  const laplacian = zeros(n, n)
  let largest = 0
  for (let i = 0; i < n; i++) {
    let degree = 0
    for (let j = 0; j < n; j++) {
      if (i === j) continue
      const weight = (attention.numbers[i * n + j]! + attention.numbers[j * n + i]!) / 2
      laplacian.numbers[i * n + j] = -weight
      degree += weight
    }
    laplacian.numbers[i * n + i] = degree
    largest = Math.max(largest, Math.abs(degree))
  }
  // Eigenvalues of L reach twice the largest degree: the constant vector is lifted above all of them.
  const lift = (4 * largest + 1) / n
  const pairs = symmetricEigen({ ...laplacian, numbers: laplacian.numbers.map((value) => value + lift) })
  if (pairs === null) return null
  const count = Math.min(k, n - 1)
  const rows = Array.from({ length: count }, (_, index) => n - 1 - index)
  return {
    eigenvalues: Float64Array.from(rows, (row) => Math.max(0, pairs.values[row]!)),
    vectors: transposed(selectRows(pairs.vectors, rows)),
  }
}

/**
 * X = U_k diag(1/λ − β)^{1/2} of the k smoothest vectors with λ < 1/β: where the updates of theory C.3 stand still,
 * LX = (XXᵀ + βI)⁻¹X (n, k). Vectors with λ = 0 have no finite length: null where there is one.
 */
export function stationaryTokens({ eigenvalues, vectors }: GraphVectors, beta: number): Matrix64 | null {
  if (eigenvalues.some((value) => value < 1e-12)) return null
  const count = eigenvalues.filter((value) => value * beta < 1).length
  const result = zeros(vectors.rows, count)
  for (let i = 0; i < vectors.rows; i++)
    for (let c = 0; c < count; c++)
      result.numbers[i * count + c] =
        vectors.numbers[i * vectors.columns + c]! * Math.sqrt(1 / eigenvalues[c]! - beta)
  return result
}

/** How far the leading k dimensions of tokens agree with given coordinates of the same tokens. */
export interface Agreement {
  /** Mean cosine of the principal angles between the two column spaces, in [0, 1]: the mean canonical correlation. */
  readonly correlation: number | null
  /** The largest of those angles, in radians: 0 where one space is the other, π/2 where a direction is missing. */
  readonly largestAngle: number | null
}

/**
 * The first k principal scores of tokens beside coordinates (n, k): the first principal components of other tokens, or the
 * smoothest vectors of a graph. Null where they do not have k dimensions. Lengths of columns do not count, so that the
 * stationary tokens agree as their vectors do; what lengths say is in the Procrustes disparity.
 */
export function agreement(x: Matrix, coordinates: Matrix): Agreement {
  const scores = principalScores(x, coordinates.columns)
  const isWhole = scores !== null && scores.columns === coordinates.columns && coordinates.columns > 0
  const correlations = isWhole ? canonicalCorrelations(scores, coordinates) : null
  if (correlations === null || correlations.length < coordinates.columns)
    return { correlation: null, largestAngle: null }
  return {
    correlation: correlations.reduce((sum, value) => sum + value, 0) / correlations.length,
    largestAngle: Math.acos(correlations.at(-1)!),
  }
}
