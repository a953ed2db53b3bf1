/** How much less entropy tokens have than a Gaussian of their covariance, by nearest neighbours. */
import { defined, type Matrix } from '../matrix.ts'

/** How many neighbours away the distances are taken: a compromise of bias and variance (Kraskov et al. 2004). */
const neighbours = 3

/**
 * J = H_gauss − H_kNN in nats, the Kullback-Leibler divergence from the Gaussian with the mean and covariance of the
 * tokens; of whitened tokens H_gauss = (r/2) log 2πe, and by Kozachenko & Leonenko 1987 with k = 3
 *
 *     H_kNN = ψ(n) − ψ(k) + log V_r + (r/n) Σ_i log ρ_i
 *
 * where ρ_i is the distance from z_i to its k-th nearest neighbour and V_r the volume of the unit ball. 0 of Gaussian
 * tokens up to the error of the estimate, which may be below 0 and grows with r: give at most eight components. It is too
 * small where the density has edges (six uniform components and 400 tokens: 0.15 instead of 1.06). n²r.
 *
 * Null with n ≤ k + 1 tokens, and where four or more tokens coincide: they have no density there.
 * @param z whitened tokens (n, r)
 */
export function negentropy(z: Matrix): number | null {
  const { rows: n, columns: r } = z
  if (n <= neighbours + 1 || r === 0) return null
  let logarithms = 0
  for (const square of squaredNeighbourDistances(z)) logarithms += Math.log(square) / 2
  const entropy = digamma(n) - digamma(neighbours) + logUnitBall(r) + (r * logarithms) / n
  return defined((r / 2) * Math.log(2 * Math.PI * Math.E) - entropy)
}

/** ρ_i² of every token (n). */
function squaredNeighbourDistances({ rows, columns, numbers }: Matrix): Float64Array {
  const found = new Float64Array(rows)
  const nearest = new Float64Array(neighbours) // ascending
  for (let i = 0; i < rows; i++) {
    nearest.fill(Infinity)
    for (let j = 0; j < rows; j++) {
      if (i === j) continue
      let distance = 0
      for (let c = 0; c < columns; c++)
        distance += (numbers[i * columns + c]! - numbers[j * columns + c]!) ** 2
      let place = neighbours - 1
      if (!(distance < nearest[place]!)) continue
      for (; place > 0 && nearest[place - 1]! > distance; place--) nearest[place] = nearest[place - 1]!
      nearest[place] = distance
    }
    found[i] = nearest[neighbours - 1]!
  }
  return found
}

/** ψ(n) = −γ + 1 + 1/2 + … + 1/(n − 1) of a positive integer. */
function digamma(n: number): number {
  let sum = -0.5772156649015329
  for (let i = 1; i < n; i++) sum += 1 / i
  return sum
}

/** log V_r = log(π^(r/2) / Γ(r/2 + 1)), by V_r = V_(r−2) · 2π/r. */
function logUnitBall(r: number): number {
  let logarithm = r % 2 === 0 ? 0 : Math.log(2) // V_0 = 1, V_1 = 2
  for (let dimension = (r % 2) + 2; dimension <= r; dimension += 2)
    logarithm += Math.log((2 * Math.PI) / dimension)
  return logarithm
}
