/** First and second moments of tokens, and how large a branch is beside its residual stream (theory 3.1). */
import { centred, columnMeans, defined, innerProduct, mean, sumOfSquares, type Matrix } from './matrix.ts'
import { negligible } from './linearAlgebra.ts'

/** ‖x_i‖ of every token (n). nD. */
export function tokenNorms(x: Matrix): Float64Array {
  const norms = new Float64Array(x.rows)
  for (let i = 0; i < x.rows; i++) norms[i] = Math.sqrt(innerProduct(x, i, x, i))
  return norms
}

/** (1/n) Σ ‖x_i‖ in units of the tap, ≥ 0. Layer norm with scale 1 and bias 0 makes it √D. Null without tokens. nD. */
export const meanNorm = (x: Matrix): number | null => mean(tokenNorms(x))

/** The second and fourth central moment of every channel over tokens, with 1/n (D). */
function channelMoments(x: Matrix): { second: Float64Array; fourth: Float64Array } {
  const { rows, columns, numbers } = centred(x)
  const second = new Float64Array(columns)
  const fourth = new Float64Array(columns)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const square = numbers[i * columns + j]! ** 2
      second[j]! += square / rows
      fourth[j]! += square ** 2 / rows
    }
  return { second, fourth }
}

/** The variance of every channel over tokens, with 1/n (D): the diagonal of C. Zeros where there are no tokens. nD. */
export const channelVariances = (x: Matrix): Float64Array => channelMoments(x).second

/** tr C / D, the mean variance of a channel, ≥ 0, in squared units of the tap. Null without tokens or channels. nD. */
export const meanChannelVariance = (x: Matrix): number | null =>
  x.rows === 0 ? null : mean(channelVariances(x))

/**
 * m_4 / m_2² − 3 of every channel over tokens, with 1/n (D); ≥ −2, 0 for a Gaussian. Null for a channel that does not
 * vary beside the one that varies most. nD.
 */
export function channelKurtoses(x: Matrix): (number | null)[] {
  const { second, fourth } = channelMoments(x)
  const largest = second.reduce((a, b) => Math.max(a, b), 0)
  return Array.from(second, (variance, channel) =>
    variance > negligible * largest ? defined(fourth[channel]! / variance ** 2 - 3) : null,
  )
}

/** The mean of `channelKurtoses` over the channels that have one; null where none has. nD. */
export const meanChannelKurtosis = (x: Matrix): number | null =>
  mean(channelKurtoses(x).filter((kurtosis) => kurtosis !== null))

/**
 * max|x_ij| / rms(x), rms over all numbers: 1 where all have one size, at most √(nD). Single huge channels ("massive
 * activations", Sun et al. 2024, arXiv 2402.17762) show here. Null where all numbers are zero. nD.
 */
export function outlierRatio(x: Matrix): number | null {
  let largest = 0
  for (let index = 0; index < x.numbers.length; index++) {
    const size = Math.abs(x.numbers[index]!)
    if (!(size <= largest)) largest = size // NaN passes, and makes the result null
  }
  return defined(largest / Math.sqrt(sumOfSquares(x) / x.numbers.length))
}

/**
 * n‖x̄‖² / ‖X‖_F²: the share of the tokens' squared length that is their common mean, in [0, 1]. 1 for identical tokens,
 * 0 for centred ones; the constant (zero frequency) part of Wang et al. 2022 (arXiv 2203.05962). Null where all tokens
 * are zero. nD.
 */
export function meanDirectionShare(x: Matrix): number | null {
  const means = columnMeans(x)
  const squared = means.reduce((sum, value) => sum + value ** 2, 0)
  const share = defined((x.rows * squared) / sumOfSquares(x))
  return share === null ? null : Math.min(1, share) // above 1 by rounding only
}

/**
 * ‖F‖_F / ‖R‖_F of the output F of a sublayer and the residual stream R that it joins, ≥ 0: how large the step is. 0 for
 * an output map of zeros. At the start attention variants differ here by their formula alone (theory C.6). Null where R
 * is zero. nD.
 */
export const branchRatio = (branch: Matrix, residual: Matrix): number | null =>
  defined(Math.sqrt(sumOfSquares(branch)) / Math.sqrt(sumOfSquares(residual)))

/**
 * Mean over tokens of cos(f_i, r_i), in [−1, 1]: whether a sublayer adds to what the residual stream has, turns it, or
 * takes from it. Tokens where one of the two is zero are left out; null where none is left. nD.
 * @param least tokens with ‖f_i‖² ≤ least · ‖r_i‖² count as zero: for an f_i that rounding may have left
 */
export function meanTokenCosine(branch: Matrix, residual: Matrix, least = 0): number | null {
  const cosines: number[] = []
  for (let i = 0; i < branch.rows; i++) {
    const ofBranch = innerProduct(branch, i, branch, i)
    const ofResidual = innerProduct(residual, i, residual, i)
    if (ofResidual === 0 || ofBranch <= least * ofResidual) continue
    cosines.push(innerProduct(branch, i, residual, i) / Math.sqrt(ofBranch * ofResidual))
  }
  return mean(cosines)
}
