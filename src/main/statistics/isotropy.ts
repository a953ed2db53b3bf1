/** Whether tokens point in all directions alike (theory 3.3). Both measures are the same for rotated tokens. */
import { principalDirections } from './linearAlgebra.ts'
import { defined, innerProduct, type Matrix } from './matrix.ts'
import { rowProducts } from './products.ts'

/**
 * The mean of cos(x_i, x_j) over pairs of different tokens, by one pass: (‖Σ x̂_i‖² − n) / (n(n − 1)) with x̂ = x/‖x‖, in
 * [−1/(n − 1), 1]. 1 for identical tokens; of isotropic Gaussian ones 0 with deviation √(2/D)/n. Given centred tokens it is
 * the measure adjusted for a common mean (Ethayarajh 2019, arXiv 1909.00512). Also the within-sequence cosine where the
 * tokens are those of one sequence. Zero tokens have no direction and are left out; null with fewer than two. nD.
 */
export function meanCosine(x: Matrix): number | null {
  const { rows, columns, numbers } = x
  const total = new Float64Array(columns)
  let count = 0
  for (let i = 0; i < rows; i++) {
    const norm = Math.sqrt(innerProduct(x, i, x, i))
    if (norm === 0) continue
    count++
    for (let j = 0; j < columns; j++) total[j]! += numbers[i * columns + j]! / norm
  }
  if (count < 2) return null
  const squared = total.reduce((sum, value) => sum + value ** 2, 0)
  return defined((squared - count) / (count * (count - 1)))
}

/**
 * min Z(u) / max Z(u) with Z(u) = Σ_i e^{u·x_i}, u over the unit eigenvectors of XᵀX and their opposites (eigenvectors
 * have no sign): in (0, 1], 1 where no direction is special. Z is the partition function of paper A as a function of
 * direction. Arora et al. 2016 (arXiv 1502.03520); Mu & Viswanath 2018 (arXiv 1702.01417) over eigenvectors. It depends on
 * the scale of the tokens: longer ones are less isotropic. Null without tokens. nD·min(n, D) and a decomposition.
 */
export function partitionIsotropy(x: Matrix): number | null {
  const pairs = principalDirections(x)
  if (pairs === null || x.rows === 0) return null
  const alongside = rowProducts(pairs.vectors, x) // u·x_i (rank, n)
  // A direction that no token has: Z = Σ e⁰ = n.
  const flat = pairs.values.length < x.columns ? [Math.log(x.rows)] : []
  const logarithms = [...flat]
  for (let u = 0; u < alongside.rows; u++) {
    const along = alongside.numbers.subarray(u * x.rows, (u + 1) * x.rows)
    logarithms.push(logSumExp(along), logSumExp(along.map((value) => -value)))
  }
  return defined(Math.exp(Math.min(...logarithms) - Math.max(...logarithms)))
}

function logSumExp(values: Float64Array): number {
  const largest = values.reduce((a, b) => Math.max(a, b), -Infinity)
  let sum = 0
  for (const value of values) sum += Math.exp(value - largest)
  return largest + Math.log(sum)
}
