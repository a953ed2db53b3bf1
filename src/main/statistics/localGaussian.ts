/**
 * Whether the keys of a head act as a Gaussian, all of them or those near a query (theory 3.9): paper A's question whether
 * "query and key matrices of different attention heads form local gaussian approximations". How many Gaussians the keys
 * are is in keyMixture.ts; whether they are one is what gaussianity/ says of the tokens at the keys' tap.
 *
 * With keys from N(μ, Σ) attention is μ + Ση (theory A.3, corollary 1) and log Z is quadratic; of n keys that holds up to
 * O(‖η‖²) and sampling noise. Costs are for n queries, d channels of a head.
 */
import {
  centred,
  defined,
  innerProduct,
  mean,
  medianInPlace,
  rowOf,
  squaredDistance,
  sumOfSquares,
  type Matrix,
  type Matrix64,
} from './matrix.ts'
import { product, rowProducts } from './products.ts'
import { supportOf, type Family } from './exponentialFamily.ts'
import { nearestRows } from './neighbours.ts'

/**
 * R² = 1 − Σ_i ‖y_i − (v̄ + Cov(v, k) η_i)‖² / Σ_i ‖y_i − v̄‖² with y = AV: 1 where the keys act as one Gaussian, 0 where the
 * mean of the values says as much, below 0 where less. The moments, with 1/m, are those of the m keys that query i sees.
 * Null where every y_i is the mean. n²d.
 */
export function momentFit(family: Family, values: Matrix): number | null {
  if (values.rows !== family.keys.rows) return null
  const { natural, causal } = family
  const keys = centred(family.keys) // covariances do not change, and their sums do not cancel
  const read = centred(values)
  const readings = product(family.weights, read)
  const [n, d, e] = [keys.rows, keys.columns, values.columns]
  const sums = { keys: new Float64Array(d), values: new Float64Array(e), products: new Float64Array(e * d) }
  let seen = 0
  const see = (j: number) => {
    seen++
    for (let c = 0; c < d; c++) sums.keys[c]! += keys.numbers[j * d + c]!
    for (let b = 0; b < e; b++) {
      const value = read.numbers[j * e + b]!
      sums.values[b]! += value
      for (let c = 0; c < d; c++) sums.products[b * d + c]! += value * keys.numbers[j * d + c]!
    }
  }
  if (!causal) for (let j = 0; j < n; j++) see(j)
  let residual = 0
  let total = 0
  for (let i = 0; i < n; i++) {
    if (causal) see(i)
    let meanAlong = 0 // k̄·η
    for (let c = 0; c < d; c++) meanAlong += (sums.keys[c]! / seen) * natural.numbers[i * d + c]!
    for (let b = 0; b < e; b++) {
      let along = 0 // mean of v (k·η)
      for (let c = 0; c < d; c++) along += (sums.products[b * d + c]! / seen) * natural.numbers[i * d + c]!
      const average = sums.values[b]! / seen
      const difference = readings.numbers[i * e + b]! - average
      total += difference ** 2
      residual += (difference - (along - average * meanAlong)) ** 2
    }
  }
  // A first causal query, or identical values, differ by rounding only.
  return total > 1e-20 * sumOfSquares(values) ? defined(1 - residual / total) : null
}

/**
 * The median over queries i and their k nearest queries j of |log Z(η_j) − [log Z_i + m_i·δ + ½ δᵀC_iδ]| / ½ δᵀC_iδ with
 * δ = η_j − η_i and log Z, m_i, C_i over the keys that query i sees: 0 where the keys that query i looks at act as a
 * Gaussian towards its neighbours, ≥ 0. With Δ_t = s_jt − s_it the three terms are log E e^Δ, E Δ and ½ Var Δ under A_i, so
 * that it costs no more than n²d for the neighbours and n²k. Null where no query has a neighbour that differs.
 */
export function expansionRemainder(family: Family, k = 8): number | null {
  const { natural, scores, weights } = family
  const n = natural.rows
  const near = nearestRows(natural, natural, Math.min(k, n - 1), { others: true })
  const remainders: number[] = []
  for (let i = 0; i < n; i++) {
    const support = supportOf(family, i)
    const own = rowOf(scores, i)
    const a = rowOf(weights, i)
    for (const j of near.indices.subarray(i * near.count, (i + 1) * near.count)) {
      const other = rowOf(scores, j)
      let first = 0
      let largest = -Infinity
      for (let t = 0; t < support; t++) {
        first += a[t]! * (other[t]! - own[t]!)
        largest = Math.max(largest, other[t]! - own[t]!)
      }
      let quadratic = 0
      let exponential = 0
      for (let t = 0; t < support; t++) {
        const change = other[t]! - own[t]!
        quadratic += (a[t]! * (change - first) ** 2) / 2
        exponential += a[t]! * Math.exp(change - largest)
      }
      const remainder = Math.abs(largest + Math.log(exponential) - first - quadratic)
      // Of nearer queries, or of one key, rounding alone is left.
      if (quadratic > 1e-9) remainders.push(remainder / quadratic)
    }
  }
  return medianInPlace(Float64Array.from(remainders))
}

export interface NeighbourhoodResidual {
  /** Mean min_w ‖q_i − Σ w_j k_j‖² / ‖q_i‖² over weights w with sum 1 on the k nearest keys: in [0, ∞). */
  readonly nearest: number | null
  /** The same with the attention weights a_ij on all keys. */
  readonly attention: number | null
}

/**
 * How well a query is put together from keys, by its nearest ones as in local linear embedding (Roweis & Saul 2000,
 * doi 10.1126/science.290.5500.2323), and by attention: the root in local linear embeddings that paper A names. The best
 * weights project the query onto the affine hull of its k keys. Queries that see fewer than k keys, and zero ones, are left
 * out; null where none is left. n²d + nk²d.
 */
export function neighbourhoodResidual(queries: Matrix, family: Family, k = 8): NeighbourhoodResidual {
  const { keys, expectations } = family
  const near = nearestRows(queries, keys, k, { support: (i) => supportOf(family, i) })
  const nearest: number[] = []
  const attention: number[] = []
  for (let i = 0; i < queries.rows; i++) {
    const chosen = near.indices.subarray(i * k, (i + 1) * k)
    const squared = innerProduct(queries, i, queries, i)
    if (squared === 0 || chosen.includes(-1)) continue
    nearest.push(squaredDistanceToHull(queries, i, keys, chosen) / squared)
    attention.push(squaredDistance(queries, i, expectations, i) / squared)
  }
  return { nearest: mean(nearest), attention: mean(attention) }
}

/** The squared distance of q_i from the affine hull of some keys, by Gram and Schmidt; directions twice are no more. */
function squaredDistanceToHull(queries: Matrix, i: number, keys: Matrix, chosen: Int32Array): number {
  const d = keys.columns
  const origin = rowOf(keys, chosen[0]!)
  const basis: Float64Array[] = []
  const rest = (from: ArrayLike<number>) => {
    const vector = Float64Array.from({ length: d }, (_, c) => from[c]! - origin[c]!)
    for (const unit of basis) {
      let along = 0
      for (let c = 0; c < d; c++) along += vector[c]! * unit[c]!
      for (let c = 0; c < d; c++) vector[c]! -= along * unit[c]!
    }
    return vector
  }
  const squaredNorm = (vector: Float64Array) => vector.reduce((sum, value) => sum + value ** 2, 0)
  for (const j of chosen.subarray(1)) {
    const vector = rest(rowOf(keys, j))
    const squared = squaredNorm(vector)
    if (squared > 1e-12 * squaredDistance(keys, j, keys, chosen[0]!))
      basis.push(vector.map((value) => value / Math.sqrt(squared)))
  }
  return squaredNorm(rest(rowOf(queries, i)))
}

export interface WeightedMoments {
  /** Mean |skewness|, ≥ 0: 0 for a Gaussian. */
  readonly skewness: number | null
  /** Mean excess kurtosis, ≥ −2: 0 for a Gaussian. */
  readonly kurtosis: number | null
}

/**
 * Whether the keys as a query weighs them are Gaussian: the third and fourth standardised moments of u·k under the weights
 * a_ij, on average over queries and unit directions u (K, d). A query that looks at one key only has none. The weights leave
 * few effective keys, and m equal ones have a kurtosis of m − 5 + 1/(m − 1) at most: compare heads of like perplexity. n²K.
 */
export function weightedMoments({ weights, keys }: Family, directions: Matrix): WeightedMoments {
  const projections = rowProducts(centred(keys), directions) // (n, K)
  const power = (exponent: number): Matrix64 =>
    product(weights, { ...projections, numbers: projections.numbers.map((value) => value ** exponent) })
  const [one, two, three, four] = [power(1), power(2), power(3), power(4)]
  const skewness: number[] = []
  const kurtosis: number[] = []
  for (let index = 0; index < one.numbers.length; index++) {
    const m = one.numbers[index]!
    const second = two.numbers[index]!
    const variance = second - m ** 2
    if (!(variance > 1e-9 * second)) continue
    const third = three.numbers[index]! - 3 * m * second + 2 * m ** 3
    const fourth = four.numbers[index]! - 4 * m * three.numbers[index]! + 6 * m ** 2 * second - 3 * m ** 4
    skewness.push(Math.abs(third) / variance ** 1.5)
    kurtosis.push(fourth / variance ** 2 - 3)
  }
  return { skewness: mean(skewness), kurtosis: mean(kurtosis) }
}
