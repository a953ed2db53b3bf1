/**
 * Paper A says that attention expands the cloud of tokens and the norm contracts it, so that the two are in balance
 * (theory A.6 and 3.5). X are tokens before a sublayer, Y = X + F(X) the same tokens after its residual sum.
 */
import type { Draws } from './draws.ts'
import { logDeterminant } from './linearAlgebra.ts'
import {
  allFinite,
  centred,
  defined,
  mean,
  medianInPlace,
  squaredDistance,
  sumOfSquares,
  zeros,
  type Matrix,
  type Matrix64,
} from './matrix.ts'
import { covariance, rowProducts } from './products.ts'
import type { Spectrum } from './spectrum.ts'

/** tr Cov(X), with 1/n, in squared units of the tap, ≥ 0. Null without tokens. nD. */
export const totalVariance = (x: Matrix): number | null => defined(sumOfSquares(centred(x)) / x.rows)

/**
 * E = tr Cov(Y) / tr Cov(X), ≥ 0: above 1 where the cloud grows. The same for both clouds moved, rotated or scaled. Null
 * where the tokens of X are identical. nD.
 */
export const globalExpansion = (x: Matrix, y: Matrix): number | null =>
  defined(sumOfSquares(centred(y)) / sumOfSquares(centred(x)))

/** Up to this many pairs of tokens are all measured: those of 256 tokens. Of more, as many are drawn. */
export const mostPairs = 2 ** 15

export interface PairwiseExpansion {
  readonly median: number
  readonly smallest: number
}

/**
 * Median and smallest ‖y_i − y_j‖ / ‖x_i − x_j‖ over pairs of tokens, ≥ 0, over all of them up to `mostPairs`, else over
 * drawn ones. With fixed keys and identity weights every pair's ratio is at least 1 (A.6). Pairs that coincide in X are
 * left out; null where none is left, or where a number is not finite. At most 2¹⁵ D.
 */
export function pairwiseExpansion(x: Matrix, y: Matrix, draws: Draws): PairwiseExpansion | null {
  if (!allFinite(x) || !allFinite(y)) return null
  const n = x.rows
  const all = (n * (n - 1)) / 2
  const ratios = new Float64Array(Math.min(all, mostPairs))
  let count = 0
  const measure = (i: number, j: number) => {
    const distance = squaredDistance(x, i, x, j)
    if (distance > 0) ratios[count++] = Math.sqrt(squaredDistance(y, i, y, j) / distance)
  }
  if (all <= mostPairs) for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) measure(i, j)
  else
    for (let pair = 0; pair < mostPairs; pair++) {
      const i = Math.floor(draws.uniform('expanded pairs', 2 * pair) * n)
      const other = Math.floor(draws.uniform('expanded pairs', 2 * pair + 1) * (n - 1))
      measure(i, other < i ? other : other + 1)
    }
  const median = medianInPlace(ratios.subarray(0, count)) // sorts them
  return median === null ? null : { median, smallest: ratios[0]! }
}

/**
 * log det(I + Cov_{A_i}[k]) = Σ log(1 + λ(Cov_{A_i}[k])) in nats per query (n), ≥ 0: how much the update η + ∇log Z(η) of
 * theory A.5 expands volume at the query, with the keys held fixed (A.6); its Jacobian by η = q/√d is I + Cov. Rows of
 * attention weights are divided by their sum. Null for a query whose weights are no distribution: negative ones, or none.
 * n²d² + nd³.
 * @param attention A (queries, keys)
 * @param keys K (keys, d)
 */
export function fixedMeasureExpansions(attention: Matrix, keys: Matrix): (number | null)[] {
  const d = keys.columns
  const means = new Float64Array(d)
  const jacobian = zeros(d, d)
  return Array.from({ length: attention.rows }, (_, query) => {
    const weights = attention.numbers.subarray(query * keys.rows, (query + 1) * keys.rows)
    let total = 0
    for (const weight of weights) total += weight >= 0 ? weight : NaN
    if (!(total > 0)) return null
    weightedCovariance(weights, total, keys, means, jacobian)
    for (let c = 0; c < d; c++) jacobian.numbers[c * d + c]! += 1
    const logarithm = logDeterminant(jacobian)
    return logarithm === null ? null : Math.max(0, logarithm) // below 0 by rounding only
  })
}

/** The upper triangle of Σ_j w_j (k_j − m)(k_j − m)ᵀ / Σ w with m the weighted mean, into `result`. */
function weightedCovariance(
  weights: ArrayLike<number>,
  total: number,
  { rows, columns, numbers }: Matrix,
  means: Float64Array,
  { numbers: result }: Matrix64,
): void {
  means.fill(0)
  result.fill(0)
  for (let j = 0; j < rows; j++)
    for (let c = 0; c < columns; c++) means[c]! += (weights[j]! / total) * numbers[j * columns + c]!
  for (let j = 0; j < rows; j++) {
    const weight = weights[j]! / total
    if (weight === 0) continue // what a causal mask hides
    for (let a = 0; a < columns; a++) {
      const scaled = weight * (numbers[j * columns + a]! - means[a]!)
      for (let b = a; b < columns; b++)
        result[a * columns + b]! += scaled * (numbers[j * columns + b]! - means[b]!)
    }
  }
}

/** The mean of `fixedMeasureExpansions` over the queries that have one; null where none has. */
export const fixedMeasureExpansion = (attention: Matrix, keys: Matrix): number | null =>
  mean(fixedMeasureExpansions(attention, keys).filter((value) => value !== null))

/** σ_i, the deviation of the channels of every token from their mean, with 1/D (n). nD. */
function tokenDeviations({ rows, columns, numbers }: Matrix): Float64Array {
  const deviations = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    const first = numbers[i * columns]!
    let sum = 0 // of differences from the first channel: exactly zero where channels are equal
    for (let j = 0; j < columns; j++) sum += numbers[i * columns + j]! - first
    let squares = 0
    for (let j = 0; j < columns; j++) squares += (numbers[i * columns + j]! - first - sum / columns) ** 2
    deviations[i] = Math.sqrt(squares / columns)
  }
  return deviations
}

/**
 * The mean over tokens of 1/σ_i, > 0, per unit of the tap: the factor by which layer norm with scale 1 shrinks what is near
 * a token. Its Jacobian has the singular values 1/σ_i (D − 2 times) and 0 (twice). Layer norm's ε (10⁻⁵ in σ²) is left
 * out. Null where a token has the same number in every channel, or without tokens. nD.
 */
export const normContraction = (x: Matrix): number | null =>
  mean(tokenDeviations(x).map((deviation) => 1 / deviation))

/**
 * (D − 2) times the mean over tokens of log(1/σ_i), in nats: the logarithm of the volume factor of layer norm in the
 * directions that it keeps, below 0 where it shrinks (σ > 1). Null as for `normContraction`.
 */
export function logNormContraction(x: Matrix): number | null {
  const average = mean(tokenDeviations(x).map((deviation) => -Math.log(deviation)))
  return average === null ? null : (x.columns - 2) * average
}

/**
 * E × (mean 1/σ(y_i))², ≥ 0: what a sublayer and a layer norm after it do to the variance together. Near 1 where the norm
 * undoes the expansion, which paper A calls "counterbalanced". Meant for tokens that were normalised before (post-norm);
 * in pre-norm models the norm is not on the residual path and does not act back. Null where one of the two is. nD.
 */
export function balance(x: Matrix, y: Matrix): number | null {
  const expansion = globalExpansion(x, y)
  const contraction = normContraction(y)
  return expansion === null || contraction === null ? null : defined(expansion * contraction ** 2)
}

/** Layer norm with scale 1, bias 0 and ε = 0; null where a token has the same number in every channel. */
export function layerNormalised(x: Matrix): Matrix64 | null {
  const deviations = tokenDeviations(x)
  if (!deviations.every((deviation) => deviation > 0)) return null
  const result = zeros(x.rows, x.columns)
  for (let i = 0; i < x.rows; i++) {
    const token = x.numbers.subarray(i * x.columns, (i + 1) * x.columns)
    let sum = 0
    for (const value of token) sum += value - token[0]!
    const average = token[0]! + sum / x.columns
    token.forEach((value, j) => (result.numbers[i * x.columns + j] = (value - average) / deviations[i]!))
  }
  return result
}

/**
 * ‖Cov(LN x) − Cov(RN x)‖_F / ‖Cov(RN x)‖_F, ≥ 0: how far layer norm, which knows one token at a time, is from the operator
 * RN of theorem 1 (theory A.7), here with covariance I. Cov(RN x) is the projector P on the r directions that the tokens
 * have: I where they have all, and then the gap is at least 1/√D, because layer norm takes the direction of equal channels
 * away. nD² and 2D³.
 * Null where layer norm or the spectrum is not defined.
 */
export function renormalisationGap(x: Matrix, { directions }: Spectrum): number | null {
  const normalised = layerNormalised(x)
  const rank = directions.rows
  if (normalised === null || rank === 0) return null
  const ofNorm = covariance(normalised)
  // ‖M − P‖² = ‖M‖² − 2 tr(MP) + r, with tr(MP) = Σ v_iᵀMv_i
  const mapped = rowProducts(directions, ofNorm)
  let overlap = 0
  for (let index = 0; index < mapped.numbers.length; index++)
    overlap += mapped.numbers[index]! * directions.numbers[index]!
  return defined(Math.sqrt(Math.max(0, sumOfSquares(ofNorm) - 2 * overlap + rank) / rank))
}
