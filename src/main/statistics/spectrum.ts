/**
 * The spectrum of the covariance of tokens, and how many dimensions it says they have (theory 3.2). One decomposition
 * per tap serves this family, the Gaussianity and the gap to whitening.
 *
 * The measures take λ_1 ≥ λ_2 ≥ … > 0, the eigenvalues of C that are not negligible; p_i = λ_i / Σλ. All are the same for
 * rotated, moved, scaled and reordered tokens, and null where there is no eigenvalue: identical tokens, or fewer than two.
 */
import { principalDirections } from './linearAlgebra.ts'
import { centred, defined, sumOfSquares, type Matrix, type Matrix64 } from './matrix.ts'
import { gram, rowProducts } from './products.ts'

export interface Spectrum {
  /** X_c (n, D) */
  readonly tokens: Matrix64
  /** Of C = X_cᵀX_c/n: those above 10⁻¹² of the largest, the largest first, at most min(n − 1, D). */
  readonly eigenvalues: Float64Array
  /** Row i is the unit direction of eigenvalue i, a principal component. (rank, D) */
  readonly directions: Matrix64
}

const known = new WeakMap<Matrix, Spectrum | null>()

/**
 * nD·min(n, D) operations and a decomposition of about 10 min(n, D)³, once: whoever asks for the spectrum of the same matrix
 * later gets the same, so that the numbers of a matrix must not change. Null where a number is not finite.
 */
export function spectrumOf(x: Matrix): Spectrum | null {
  if (!known.has(x)) known.set(x, decomposed(x))
  return known.get(x)!
}

function decomposed(x: Matrix): Spectrum | null {
  const tokens = centred(x)
  const pairs = principalDirections(tokens)
  if (pairs === null) return null
  return { tokens, eigenvalues: pairs.values.map((value) => value / x.rows), directions: pairs.vectors }
}

const sum = (values: ArrayLike<number>): number => {
  let total = 0
  for (let index = 0; index < values.length; index++) total += values[index]!
  return total
}

/** exp(−Σ p log p) of positive values divided by their sum: how many equal values would have their entropy. */
function exponentialEntropy(values: Float64Array): number | null {
  const total = sum(values)
  let entropy = 0
  for (const value of values) entropy -= (value / total) * Math.log(value / total)
  return values.length === 0 ? null : defined(Math.exp(entropy))
}

/** (λ_1 + … + λ_k) / Σλ, in (0, 1]: the variance in the first k principal components. */
export const topShare = (eigenvalues: Float64Array, k: number): number | null =>
  defined(sum(eigenvalues.subarray(0, k)) / sum(eigenvalues))

/** Σλ / λ_1, in [1, D] (of X_c: ‖X_c‖_F² / ‖X_c‖_2²; Rudelson & Vershynin 2007). */
export const stableRank = (eigenvalues: Float64Array): number | null =>
  eigenvalues.length === 0 ? null : defined(sum(eigenvalues) / eigenvalues[0]!)

/**
 * The effective rank of Roy & Vetterli 2007 by *eigenvalues of C*: exp(−Σ p log p) with p_i = λ_i / Σλ, in [1, D]. Much
 * public code means this one. At least the participation ratio, at most the one by singular values.
 */
export const effectiveRankByEigenvalues = (eigenvalues: Float64Array): number | null =>
  exponentialEntropy(eigenvalues)

/**
 * The effective rank of Roy & Vetterli 2007 as they define it, by *singular values of X_c*: exp(−Σ p log p) with
 * p_i = σ_i / Σσ and σ_i = √(nλ_i), in [1, D]. RankMe (Garrido et al. 2023, arXiv 2210.02885) uses it, there on tokens
 * that are not centred.
 */
export const effectiveRankBySingularValues = (eigenvalues: Float64Array): number | null =>
  exponentialEntropy(eigenvalues.map(Math.sqrt))

/**
 * The slope of the least-squares line through (log i, log λ_i), i = 1, 2, …: −α where λ_i ∝ i^(−α) (Stringer et al. 2019,
 * doi 10.1038/s41586-019-1346-5, who fit a range of i by hand; here all of them count). Null with fewer than three
 * eigenvalues.
 */
export function logLogSlope(eigenvalues: Float64Array): number | null {
  if (eigenvalues.length < 3) return null
  const x = eigenvalues.map((_, index) => Math.log(index + 1))
  const y = eigenvalues.map(Math.log)
  const [meanX, meanY] = [sum(x) / x.length, sum(y) / y.length]
  let covariance = 0
  let variance = 0
  for (let index = 0; index < x.length; index++) {
    covariance += (x[index]! - meanX) * (y[index]! - meanY)
    variance += (x[index]! - meanX) ** 2
  }
  return defined(covariance / variance)
}

/**
 * The participation ratio (tr C)² / ‖C‖_F² = (Σλ)² / Σλ², in [1, D], without a decomposition: nD·min(n, D). Of n draws from
 * N(0, I) about nD/(n + D). Gao et al. 2017, doi 10.1101/214262. Null where all tokens are identical.
 */
export function participationRatio(x: Matrix): number | null {
  const tokens = centred(x)
  const products = x.columns > x.rows ? rowProducts(tokens) : gram(tokens)
  return defined(sumOfSquares(tokens) ** 2 / sumOfSquares(products))
}
