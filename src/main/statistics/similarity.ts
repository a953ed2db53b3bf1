/**
 * How alike two clouds of the same n tokens are, of two layers, variants, seeds or steps (theory 3.10): X (n, D) and
 * Y (n, E), row i of both the same token. All center both clouds. Null where the number of tokens differs, a number is not
 * finite or a cloud has no spread. Compare with two seeds of the *same* variant: below that difference is nothing to see.
 */
import { symmetricEigen } from './linearAlgebra.ts'
import {
  allFinite,
  centred,
  defined,
  innerProduct,
  mean,
  sliceRows,
  sumOfSquares,
  transposed,
  type Matrix,
  type Matrix64,
} from './matrix.ts'
import { gram, rowProducts } from './products.ts'
import { nearestRows } from './neighbours.ts'
import { spectrumOf, type Spectrum } from './spectrum.ts'

/** Both clouds centred; null where they do not belong together. */
function centredPair(x: Matrix, y: Matrix): [Matrix64, Matrix64] | null {
  if (x.rows !== y.rows || x.rows === 0 || !allFinite(x) || !allFinite(y)) return null
  return [centred(x), centred(y)]
}

/** ‖YᵀX‖_F² = tr(XXᵀYYᵀ), by the cheaper side: nDE, or n²(D + E). */
function kernelProduct(x: Matrix64, y: Matrix64): number {
  const { rows: n, columns: d } = x
  const e = y.columns
  if (d * e <= n * (d + e)) return sumOfSquares(rowProducts(transposed(x), transposed(y)))
  const [kernel, other] = [rowProducts(x), rowProducts(y)]
  return kernel.numbers.reduce((sum, value, index) => sum + value * other.numbers[index]!, 0)
}

/**
 * Linear centred kernel alignment ‖Y_cᵀX_c‖_F² / (‖X_cᵀX_c‖_F ‖Y_cᵀY_c‖_F), in [0, 1]: 1 for Y = aXQ + 1bᵀ with orthogonal
 * Q. Kornblith et al. 2019, arXiv 1905.00414. Biased upwards for few tokens, n below about 10 D. nDE.
 */
export function linearAlignment(x: Matrix, y: Matrix): number | null {
  const pair = centredPair(x, y)
  if (pair === null) return null
  const [a, b] = pair
  return defined(kernelProduct(a, b) / Math.sqrt(kernelProduct(a, a) * kernelProduct(b, b)))
}

/**
 * The same ratio of debiased HSIC (Song et al. 2012; of linear kernels in Nguyen et al. 2021, arXiv 2010.15327), at most 1:
 * 0 on average for independent clouds, whatever n and D, and therefore a little below 0 at times. Null for n < 4, and where
 * noise leaves no self-similarity. nDE.
 *
 *   HSIC(X, Y) = (1/n(n−3)) [ tr K̃L̃ + 1ᵀK̃1 1ᵀL̃1 / ((n−1)(n−2)) − 2/(n−2) 1ᵀK̃L̃1 ]
 *
 * with K̃ = XXᵀ but for its diagonal. Of centred tokens with r_i = ‖x_i‖², s_i = ‖y_i‖² the rows of K̃ sum to −r_i, so that the
 * bracket is ‖YᵀX‖_F² − n/(n−2) Σ r_i s_i + Σr Σs / ((n−1)(n−2)).
 */
export function debiasedLinearAlignment(x: Matrix, y: Matrix): number | null {
  const pair = centredPair(x, y)
  const n = x.rows
  if (pair === null || n < 4) return null
  const [a, b] = pair
  const squares = (c: Matrix64) => Float64Array.from({ length: n }, (_, i) => innerProduct(c, i, c, i))
  const [r, s] = [squares(a), squares(b)]
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)
  const criterion = (c: Matrix64, d: Matrix64, p: Float64Array, q: Float64Array) =>
    kernelProduct(c, d) -
    (n / (n - 2)) * p.reduce((total, value, i) => total + value * q[i]!, 0) +
    (sum(p) * sum(q)) / ((n - 1) * (n - 2))
  const [ofX, ofY] = [criterion(a, a, r, r), criterion(b, b, s, s)]
  // Two tokens of equal length opposite each other, say, leave rounding only.
  if (!(ofX > 1e-12 * sum(r) ** 2 && ofY > 1e-12 * sum(s) ** 2)) return null
  return defined(criterion(a, b, r, s) / Math.sqrt(ofX * ofY))
}

/** Orthonormal rows that span the centred cloud: its first components, of `share` of the variance (r, n). */
function basisOf({ tokens, eigenvalues, directions }: Spectrum, share: number): Matrix64 | null {
  const total = eigenvalues.reduce((sum, value) => sum + value, 0)
  let rank = 0
  for (let kept = 0; rank < eigenvalues.length && (share === 1 || kept < share * total); rank++)
    kept += eigenvalues[rank]!
  if (rank === 0) return null
  const basis = rowProducts(sliceRows(directions, 0, rank), tokens)
  for (let index = 0; index < basis.numbers.length; index++)
    basis.numbers[index]! /= Math.sqrt(tokens.rows * eigenvalues[Math.floor(index / tokens.rows)]!)
  return basis
}

/**
 * The canonical correlations ρ_1 ≥ ρ_2 ≥ … of two clouds, in [0, 1] (min(rank X, rank Y)): the correlations of the best
 * matching directions, one after the other. cos of the principal angles of their column spaces; the same for any invertible
 * map of either. Hotelling 1936. With `share` below 1 only of the principal components that hold this share of the variance.
 * Null where the ranks together exceed n − 1: then some are 1 for want of tokens. nD² and decompositions of 10 D³.
 */
export function canonicalCorrelations(x: Matrix, y: Matrix, share = 1): Float64Array | null {
  if (x.rows !== y.rows) return null
  const [ofX, ofY] = [spectrumOf(x), spectrumOf(y)]
  const [a, b] = [ofX && basisOf(ofX, share), ofY && basisOf(ofY, share)]
  if (!a || !b || a.rows + b.rows > x.rows - 1) return null
  const [small, large] = a.rows <= b.rows ? [a, b] : [b, a]
  const squared = symmetricEigen(rowProducts(rowProducts(small, large)))
  return squared && squared.values.map((value) => Math.sqrt(Math.min(1, Math.max(0, value))))
}

/** The mean of `canonicalCorrelations`, in [0, 1]. */
export function meanCanonicalCorrelation(x: Matrix, y: Matrix, share = 1): number | null {
  const correlations = canonicalCorrelations(x, y, share)
  return correlations && mean(correlations)
}

/**
 * SVCCA (Raghu et al. 2017, arXiv 1706.05806): the mean canonical correlation of the principal components that hold 99 % of
 * the variance of either cloud, so that directions of noise do not count as much as others. In [0, 1].
 */
export const singularVectorCanonicalCorrelation = (x: Matrix, y: Matrix): number | null =>
  meanCanonicalCorrelation(x, y, 0.99)

/**
 * 1 − ‖X̂ᵀŶ‖_*² in [0, 1], with X̂ = X_c/‖X_c‖_F and the nuclear norm: the squared distance that is left when one cloud is
 * moved, scaled and turned onto the other as well as it goes. 0 for Y = aXQ + 1bᵀ. Gower 1975; as scipy's `procrustes`, also
 * for D ≠ E. nDE and a decomposition of 10 min(D, E)³.
 */
export function procrustesDisparity(x: Matrix, y: Matrix): number | null {
  const pair = centredPair(x, y)
  if (pair === null) return null
  const [a, b] = pair[0].columns >= pair[1].columns ? pair : [pair[1], pair[0]]
  const squared = symmetricEigen(gram(rowProducts(transposed(a), transposed(b)))) // σ² of AᵀB
  if (squared === null) return null
  const nuclear = squared.values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0)
  const disparity = defined(1 - nuclear ** 2 / (sumOfSquares(a) * sumOfSquares(b)))
  return disparity === null ? null : Math.max(0, disparity) // below 0 by rounding only
}

/**
 * The mean share of the k nearest other tokens in X that are among the k nearest in Y too, in [0, 1]: about k/(n − 1) for
 * independent clouds, 1 where one is the other turned and scaled. Huh et al. 2024, arXiv 2405.07987. Of equally near tokens
 * the first counts, in both clouds alike. Null for n ≤ k. n²(D + E).
 */
export function mutualNeighbours(x: Matrix, y: Matrix, k = 10): number | null {
  const pair = centredPair(x, y)
  if (pair === null || x.rows <= k || pair.some((cloud) => sumOfSquares(cloud) === 0)) return null
  const [inX, inY] = pair.map((cloud) => nearestRows(cloud, cloud, k, { others: true }).indices)
  let shared = 0
  for (let i = 0; i < x.rows; i++) {
    const near = inY!.subarray(i * k, (i + 1) * k)
    for (let place = 0; place < k; place++) if (near.includes(inX![i * k + place]!)) shared++
  }
  return shared / (x.rows * k)
}
