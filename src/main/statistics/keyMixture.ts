/**
 * How many Gaussians the keys of a head are (theory 3.9): paper B's mixture with a covariance that its components share, as
 * proposition 2 of paper A wants it (theory A.4), fitted by expectation maximisation for every number of components up to 16.
 */
import type { Draws } from './draws.ts'
import { inverseOf } from './linearAlgebra.ts'
import {
  columnMeans,
  innerProduct,
  mean,
  rowOf,
  selectRows,
  squaredDistance,
  transposed,
  zeros,
  type Matrix,
  type Matrix64,
} from './matrix.ts'
import { product, rowProducts } from './products.ts'
import { spectrumOf } from './spectrum.ts'
import type { Family } from './exponentialFamily.ts'

export interface KeyMixture {
  /** M with the smallest BIC. */
  readonly order: number
  /** BIC of 1, 2, … components: −2 log L + p log n, in whitened channels, which adds the same number to each. */
  readonly criteria: readonly number[]
  /** π_m (M), of the mixture of that order. */
  readonly shares: Float64Array
  /** μ_m in the channels of the keys (M, d). */
  readonly means: Matrix64
  /** ρ_jm = p(m | k_j) (n, M). */
  readonly responsibilities: Matrix64
}

export interface MixtureOptions {
  readonly mostComponents?: number
  /** The most steps of expectation maximisation for each order. */
  readonly iterations?: number
}

/** The part of the variance of the keys that every component keeps: without it one that sits on a point has no likelihood. */
const floor = 1e-3

/**
 * The mixture with the smallest BIC (Schwarz 1978), p = (M − 1) + Mr + r(r + 1)/2 for keys of rank r. Keys are whitened, so
 * that no invertible map of them changes anything. The largest mixture starts from means chosen as k-means++ chooses them
 * (Arthur & Vassilvitskii 2007), each smaller one from the one before with its two nearest components joined, as in Ward's
 * clustering: every cluster is covered from the start, where few random means miss some. Null for fewer than two tokens or
 * no spread. At most n/2 components. About 4nMr operations and an inversion of r³ a step.
 */
export function keyMixture(keys: Matrix, draws: Draws, options: MixtureOptions = {}): KeyMixture | null {
  const spectrum = spectrumOf(keys)
  if (spectrum === null || spectrum.eigenvalues.length === 0) return null
  const { tokens, eigenvalues, directions } = spectrum
  const n = keys.rows
  const r = eigenvalues.length
  const white = rowProducts(tokens, directions) // (n, r)
  for (let index = 0; index < white.numbers.length; index++)
    white.numbers[index]! /= Math.sqrt(eigenvalues[index % r]!)
  const most = Math.min(options.mostComponents ?? 16, Math.max(1, n >> 1))
  const criteria: number[] = []
  let best: Fit | null = null
  let start: Start = {
    means: chosenTokens(white, most, draws),
    shares: new Float64Array(most).fill(1 / most),
    within: diagonal(r, most ** (-2 / r)), // as wide as components are that share the space
  }
  for (let components = most; components >= 1; components--) {
    const fit = fitted(white, start, options.iterations ?? 40)
    if (fit === null) return null
    const parameters = components - 1 + components * r + (r * (r + 1)) / 2
    criteria.unshift(parameters * Math.log(n) - 2 * fit.logLikelihood)
    if (criteria[0]! <= Math.min(...criteria)) best = fit
    if (components > 1) start = joined(fit)
  }
  if (best === null) return null
  // Back to the channels of the keys: k̄ + Σ_c μ_c √λ_c u_c.
  const stretched = best.means.numbers.map((value, index) => value * Math.sqrt(eigenvalues[index % r]!))
  const means = rowProducts({ ...best.means, numbers: stretched }, transposed(directions))
  const origin = columnMeans(keys)
  for (let index = 0; index < means.numbers.length; index++)
    means.numbers[index]! += origin[index % keys.columns]!
  const { shares, responsibilities } = best
  return { order: shares.length, criteria, shares, means, responsibilities }
}

interface Start {
  readonly means: Matrix64
  readonly shares: Float64Array
  readonly within: Matrix64
}

interface Fit {
  readonly logLikelihood: number
  readonly shares: Float64Array
  readonly means: Matrix64
  /** W⁻¹ (r, r) */
  readonly precision: Matrix64
  readonly responsibilities: Matrix64
}

/**
 * Expectation maximisation on whitened tokens, whose second moments are the identity. Of −½(x − μ)ᵀW⁻¹(x − μ) the part
 * −½xᵀW⁻¹x is the same for every component (theory A.4), so that responsibilities need b = W⁻¹μ only, and its sum over
 * tokens is −½n tr W⁻¹.
 */
function fitted(x: Matrix64, start: Start, iterations: number): Fit | null {
  const [n, r] = [x.rows, x.columns]
  const shares = start.shares.slice()
  const means = { ...start.means, numbers: start.means.numbers.slice() }
  const responsibilities = zeros(n, shares.length)
  let { within } = start
  let before = -Infinity
  for (let iteration = 0; ; iteration++) {
    const inverted = inverseOf(within)
    if (inverted === null) return null
    const { inverse: precision, logDeterminant } = inverted
    let trace = 0
    for (let c = 0; c < r; c++) trace += precision.numbers[c * r + c]!
    const directions = rowProducts(means, precision) // rows b_m (M, r)
    const offsets = Float64Array.from(
      shares,
      (share, m) => Math.log(share) - innerProduct(means, m, directions, m) / 2,
    )
    const sums = softmaxRows(rowProducts(x, directions), offsets, responsibilities)
    const logLikelihood = sums - (n / 2) * (trace + r * Math.log(2 * Math.PI) + logDeterminant)
    if (iteration >= iterations || Math.abs(logLikelihood - before) < 1e-5 * n)
      return { logLikelihood, shares, means, precision, responsibilities }
    before = logLikelihood
    maximise(x, responsibilities, shares, means)
    within = withinCovariance(means, shares)
  }
}

/** The components a and b with the smallest π_aπ_b/(π_a + π_b) (μ_a − μ_b)ᵀW⁻¹(μ_a − μ_b) become one. */
function joined({ shares, means, precision }: Fit): Start {
  const r = means.columns
  const directions = rowProducts(means, precision)
  let [first, second, least] = [0, 1, Infinity]
  for (let a = 0; a < shares.length; a++)
    for (let b = a + 1; b < shares.length; b++) {
      let squared = 0
      for (let c = 0; c < r; c++)
        squared +=
          (means.numbers[a * r + c]! - means.numbers[b * r + c]!) *
          (directions.numbers[a * r + c]! - directions.numbers[b * r + c]!)
      const loss = (squared * shares[a]! * shares[b]!) / (shares[a]! + shares[b]!)
      if (loss < least) [first, second, least] = [a, b, loss]
    }
  const together = shares[first]! + shares[second]!
  const kept = Array.from(shares.keys()).filter((m) => m !== second)
  const smaller = selectRows(means, kept)
  for (let c = 0; c < r; c++)
    smaller.numbers[first * r + c] =
      (shares[first]! * means.numbers[first * r + c]! + shares[second]! * means.numbers[second * r + c]!) /
      together
  const sharesLeft = Float64Array.from(kept, (m) => (m === first ? together : shares[m]!))
  return { means: smaller, shares: sharesLeft, within: withinCovariance(smaller, sharesLeft) }
}

/** Tokens to start from, each drawn in proportion to its squared distance from the nearest one before (M, r). */
function chosenTokens(x: Matrix64, count: number, draws: Draws): Matrix64 {
  const chosen: number[] = []
  const nearest = new Float64Array(x.rows).fill(1)
  for (let m = 0; m < count; m++) {
    const total = nearest.reduce((sum, value) => sum + value, 0)
    let left = total * draws.uniform('first means of a mixture', m)
    let row = 0
    while (row < x.rows - 1 && (left -= nearest[row]!) >= 0) row++
    chosen.push(row)
    for (let i = 0; i < x.rows; i++) {
      const distance = squaredDistance(x, i, x, row)
      nearest[i] = m === 0 ? distance : Math.min(nearest[i]!, distance)
    }
  }
  return selectRows(x, chosen)
}

const diagonal = (size: number, value: number): Matrix64 => {
  const result = zeros(size, size)
  for (let i = 0; i < size; i++) result.numbers[i * size + i] = value
  return result
}

/** Responsibilities softmax(logits + offsets) of every row, and the sum of the logarithms of what they are divided by. */
function softmaxRows(logits: Matrix64, offsets: Float64Array, responsibilities: Matrix64): number {
  const components = logits.columns
  let sum = 0
  for (let i = 0; i < logits.rows; i++) {
    let largest = -Infinity
    for (let m = 0; m < components; m++)
      largest = Math.max(largest, (logits.numbers[i * components + m]! += offsets[m]!))
    let partition = 0
    for (let m = 0; m < components; m++)
      partition += responsibilities.numbers[i * components + m] = Math.exp(
        logits.numbers[i * components + m]! - largest,
      )
    for (let m = 0; m < components; m++) responsibilities.numbers[i * components + m]! /= partition
    sum += largest + Math.log(partition)
  }
  return sum
}

/** Shares and means of the responsibilities, in place. A component that has lost every token keeps its mean. */
function maximise(x: Matrix64, responsibilities: Matrix64, shares: Float64Array, means: Matrix64): void {
  const [n, r, components] = [x.rows, x.columns, shares.length]
  const byComponent = transposed(responsibilities) // (M, n)
  const sums = rowProducts(byComponent, transposed(x)) // (M, r)
  for (let m = 0; m < components; m++) {
    const count = (rowOf(byComponent, m) as Float64Array).reduce((total, value) => total + value, 0)
    shares[m] = Math.max(count / n, 1e-12)
    if (count > 1e-9) for (let c = 0; c < r; c++) means.numbers[m * r + c] = sums.numbers[m * r + c]! / count
  }
}

/** I − Σ_m π_m μ_mμ_mᵀ, what the means leave of the whitened covariance, with a floor (r, r). */
function withinCovariance(means: Matrix64, shares: Float64Array): Matrix64 {
  const r = means.columns
  const weighted = {
    ...means,
    numbers: means.numbers.map((value, index) => value * Math.sqrt(shares[Math.floor(index / r)]!)),
  }
  const between = rowProducts(transposed(weighted))
  for (let index = 0; index < between.numbers.length; index++)
    between.numbers[index] = (1 - floor) * -between.numbers[index]!
  for (let c = 0; c < r; c++) between.numbers[c * r + c]! += 1
  return between
}

/**
 * Mean KL(Σ_j a_ij ρ_jm ‖ r_im) over queries, nats, ≥ 0: the attention that the keys of each component get, beside what
 * proposition 2 gives the component, r_im = softmax_m(log π_m + μ_m·η_i). 0 where attention sees of the keys what the mixture
 * says of them, as for one component. In a causal head of the queries that see at least half of the keys. n²M.
 */
export function mixtureDivergence(
  { shares, means, responsibilities }: KeyMixture,
  family: Family,
): number | null {
  const components = shares.length
  const received = product(family.weights, responsibilities) // (n, M)
  const logits = rowProducts(family.natural, means)
  const divergences: number[] = []
  for (let i = family.causal ? family.keys.rows >> 1 : 0; i < received.rows; i++) {
    const p = rowOf(received, i)
    const expected = Float64Array.from(
      shares,
      (share, m) => Math.log(share) + logits.numbers[i * components + m]!,
    )
    const largest = expected.reduce((a, b) => Math.max(a, b), -Infinity)
    const partition = largest + Math.log(expected.reduce((sum, value) => sum + Math.exp(value - largest), 0))
    let divergence = 0
    for (let m = 0; m < components; m++)
      if (p[m]! > 0) divergence += p[m]! * (Math.log(p[m]!) - expected[m]! + partition)
    divergences.push(Math.max(0, divergence)) // below 0 by rounding only
  }
  return mean(divergences)
}
