/**
 * A head as the exponential family of paper A (theory A.1, 3.8): query i is the natural parameter η_i = q_i/√d of
 * p(j | η_i) = e^{η_i·k_j}/Z_i over the keys that it may see, and a key is a sufficient statistic. G(η) = log Z(η).
 *
 * Everything here is of the dot product of the recorded queries and keys, whatever a variant made of it further on. n
 * queries and keys, d channels of a head; in a causal head query i sees the keys 0 … i, else all. Measures are null where a
 * number is not finite or there are no queries. What the weights of a head say alone is in headMaps.ts.
 */
import type { Draws } from './draws.ts'
import { symmetricEigen } from './linearAlgebra.ts'
import {
  allFinite,
  defined,
  innerProduct,
  mean,
  rowOf,
  squaredDistance,
  zeros,
  type Matrix,
  type Matrix64,
} from './matrix.ts'
import { product, rowProducts } from './products.ts'
import { effectiveRankByEigenvalues } from './spectrum.ts'

export interface Head {
  /** η_i, a row per query (n, d). */
  readonly natural: Matrix
  /** (n, d) */
  readonly keys: Matrix
  readonly causal: boolean
}

export interface Family extends Head {
  /** s_ij = η_i·k_j of all pairs, also of those that a causal head does not see (n, n). */
  readonly scores: Matrix64
  /** log Z_i = log Σ_j e^{s_ij} over the keys that query i may see: nats (n). */
  readonly logPartitions: Float64Array
  /** a_ij = p(j | η_i), 0 where the key is not seen (n, n). */
  readonly weights: Matrix64
  /** ∇G(η_i) = Σ_j a_ij k_j, the expectation parameters (n, d). */
  readonly expectations: Matrix64
}

/** η = q · scale, by default q/√d. Another scale is that of a variant that learns its temperature. */
export function naturalParameters(queries: Matrix, scale = 1 / Math.sqrt(queries.columns)): Matrix64 {
  return { ...queries, numbers: Float64Array.from(queries.numbers, (value) => value * scale) }
}

/** How many keys, the first ones, query i sees. */
export const supportOf = ({ causal, keys }: Head, i: number): number => (causal ? i + 1 : keys.rows)

/** log Σ e^s over the first `count` numbers of a row, of any size. */
function logSumExp(row: ArrayLike<number>, count: number): number {
  let largest = -Infinity
  for (let j = 0; j < count; j++) largest = Math.max(largest, row[j]!)
  let sum = 0
  for (let j = 0; j < count; j++) sum += Math.exp(row[j]! - largest)
  return largest + Math.log(sum)
}

/** Scores, log Z, weights and expectations of a head: 4n²d operations. */
export function familyOf(head: Head): Family | null {
  const { natural, keys } = head
  if (natural.rows === 0 || keys.rows !== natural.rows || !allFinite(keys)) return null
  const scores = rowProducts(natural, keys)
  if (!allFinite(scores)) return null
  const n = natural.rows
  const logPartitions = new Float64Array(n)
  const weights = zeros(n, n)
  for (let i = 0; i < n; i++) {
    const support = supportOf(head, i)
    logPartitions[i] = logSumExp(rowOf(scores, i), support)
    for (let j = 0; j < support; j++)
      weights.numbers[i * n + j] = Math.exp(scores.numbers[i * n + j]! - logPartitions[i]!)
  }
  return { ...head, scores, logPartitions, weights, expectations: product(weights, keys) }
}

/** Mean log Z_i, in nats. Causal zero scores have log(i + 1). */
export const meanLogPartition = ({ logPartitions }: Family): number | null => mean(logPartitions)

/**
 * Mean log Z_i − log support_i, in nats: the logarithm of the mean of e^s over the keys, 0 for zero scores whatever the
 * number of keys.
 */
export const meanLogPartitionExcess = (family: Family): number | null =>
  mean(family.logPartitions.map((value, i) => value - Math.log(supportOf(family, i))))

/** What Cov_{A_i}[k], the Hessian of G at η_i, says on average over queries. */
export interface FisherInformation {
  /** tr, in squared units of keys: 0 where all the keys that are looked at are the same. */
  readonly trace: number | null
  readonly topEigenvalue: number | null
  /** exp(−Σ p log p) of its eigenvalues, in [1, d]; of queries whose information is not zero. */
  readonly effectiveRank: number | null
}

/**
 * The Fisher information I_i = Cov_{A_i}[k] = Hess G(η_i) with respect to η = q/√d. The trace is the mean over all queries,
 * n²d; eigenvalues are those of at most `queries` evenly spaced ones, each nd² and a decomposition of about 10 d³.
 */
export function fisherInformation(family: Family, queries = 32): FisherInformation {
  const n = family.keys.rows
  const traces = Float64Array.from({ length: n }, (_, i) => {
    let trace = 0
    for (let j = 0; j < supportOf(family, i); j++)
      trace += family.weights.numbers[i * n + j]! * squaredDistance(family.keys, j, family.expectations, i)
    return trace
  })
  const largest: number[] = []
  const ranks: number[] = []
  for (let k = 0; k < Math.min(n, queries); k++) {
    const i = Math.floor(((k + 1) * n) / Math.min(n, queries)) - 1 // the last query is one of them
    const eigenvalues = symmetricEigen(keyCovariance(family, i))?.values
    if (eigenvalues === undefined) continue
    largest.push(Math.max(0, eigenvalues[0] ?? 0))
    const noise = 1e-12 * Math.max(eigenvalues[0] ?? 0, tiny(family))
    const rank = effectiveRankByEigenvalues(eigenvalues.filter((value) => value > noise))
    if (rank !== null) ranks.push(rank)
  }
  return { trace: mean(traces), topEigenvalue: mean(largest), effectiveRank: mean(ranks) }
}

/** The mean squared norm of keys: beside it, what rounding leaves of a variance is nothing. */
function tiny({ keys }: Head): number {
  let sum = 0
  for (let j = 0; j < keys.rows; j++) sum += innerProduct(keys, j, keys, j)
  return sum / keys.rows
}

/** Cov_{A_i}[k] = Σ_j a_ij (k_j − m_i)(k_j − m_i)ᵀ (d, d). nd². */
export function keyCovariance(family: Family, i: number): Matrix64 {
  const { keys, weights, expectations } = family
  const support = supportOf(family, i)
  const d = keys.columns
  const spread = zeros(d, support) // columns √a_ij (k_j − m_i)
  for (let j = 0; j < support; j++) {
    const root = Math.sqrt(weights.numbers[i * keys.rows + j]!)
    for (let c = 0; c < d; c++)
      spread.numbers[c * support + j] = root * (keys.numbers[j * d + c]! - expectations.numbers[i * d + c]!)
  }
  return rowProducts(spread)
}

/**
 * KL(p_i ‖ p_j) of all pairs of queries over all keys (n, n), in nats: the Bregman divergence B_G(η_j, η_i) =
 * G(η_j) − G(η_i) − ∇G(η_i)·(η_j − η_i). The arguments change places (theory A.8; the poster of paper A has them the other
 * way). n²d. Null for a causal head, whose queries have different keys.
 */
export function queryDivergences(family: Family): Matrix64 | null {
  if (family.causal) return null
  const { natural, logPartitions, expectations } = family
  const n = natural.rows
  const divergences = rowProducts(expectations, natural) // ∇G(η_i)·η_j
  const { numbers } = divergences
  const own = Float64Array.from({ length: n }, (_, i) => numbers[i * n + i]!)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const divergence = logPartitions[j]! - logPartitions[i]! - (numbers[i * n + j]! - own[i]!)
      numbers[i * n + j] = Math.max(0, divergence) // below 0 by rounding only
    }
  return divergences
}

/**
 * Mean KL(p_i ‖ p_{i+1}) of queries that follow each other, over the keys that query i sees: nats, ≥ 0, how much attention
 * changes from one token to the next. It is B_G(η_{i+1}, η_i) with G over those keys. Null for fewer than two. n².
 */
export function meanNeighbourDivergence(family: Family): number | null {
  const { scores, logPartitions, weights } = family
  const n = scores.rows
  const divergences: number[] = []
  for (let i = 0; i + 1 < n; i++) {
    const support = supportOf(family, i)
    const next = rowOf(scores, i + 1)
    let change = 0 // ∇G(η_i)·(η_{i+1} − η_i)
    for (let j = 0; j < support; j++)
      change += weights.numbers[i * n + j]! * (next[j]! - scores.numbers[i * n + j]!)
    divergences.push(Math.max(0, logSumExp(next, support) - logPartitions[i]! - change))
  }
  return mean(divergences)
}

/** The sum of a row of weights; NaN where one is negative. */
function weightOf(row: ArrayLike<number>): number {
  let sum = 0
  for (let j = 0; j < row.length; j++) sum += row[j]! >= 0 ? row[j]! : NaN
  return sum
}

/**
 * Mean KL(a_i ‖ b_i) of the rows of two attention matrices of the same tokens, of two layers, steps, seeds or variants: nats,
 * ≥ 0. Rows are divided by their sums. Null where shapes differ, weights are negative, or A looks where B does not. n².
 */
export function meanRowDivergence(a: Matrix, b: Matrix): number | null {
  if (a.rows !== b.rows || a.columns !== b.columns) return null
  const divergences = Float64Array.from({ length: a.rows }, (_, i) => {
    const [p, q] = [rowOf(a, i), rowOf(b, i)]
    const [left, right] = [weightOf(p), weightOf(q)]
    let divergence = 0
    for (let j = 0; j < a.columns; j++)
      if (p[j] !== 0) divergence += (p[j]! / left) * Math.log(p[j]! / left / (q[j]! / right))
    return divergence
  })
  return mean(divergences)
}

/**
 * max_i |G(η_i) + G*(ū_i) − η_i·ū_i| of *recorded* attention, in nats, with G*(ū_i) = Σ_j a_ij log a_ij and ū_i = Σ_j a_ij k_j:
 * 0 where the recorded rows are the softmax of the recorded queries and keys. It says the same as H_i = log Z_i − Σ_j a_ij s_ij,
 * and is the check of what was recorded. About 10⁻⁵ with float32 numbers; large for variants with other scores. n²d.
 */
export function legendreGap(family: Family, recorded: Matrix): number | null {
  const { natural, keys, logPartitions } = family
  if (recorded.rows !== natural.rows || recorded.columns !== keys.rows) return null
  const expectations = product(recorded, keys)
  let largest = 0
  for (let i = 0; i < natural.rows; i++) {
    let negativeEntropy = 0
    for (const weight of rowOf(recorded, i)) if (weight !== 0) negativeEntropy += weight * Math.log(weight)
    const gap = Math.abs(logPartitions[i]! + negativeEntropy - innerProduct(natural, i, expectations, i))
    if (!(gap <= largest)) largest = gap // NaN passes, and makes the result null
  }
  return defined(largest)
}

export interface DualityResidual {
  /** Mean ‖k_j − ∇G(η_j)‖ / ‖k_j‖, ≥ 0: 0 where keys are the expectation parameters of the queries of the same tokens. */
  readonly residual: number | null
  /** The same with the tokens of the queries in another order: what the residual is of tokens that do not belong together. */
  readonly shuffled: number | null
}

/**
 * Paper A: e^{q_i·k_j} = e^{q_i·∇ log Z(q_j)} says that keys are the dual coordinates of queries (theory A.8). Zero keys are
 * left out. The first tokens of a causal head have small residuals, for they see little but their own key. nd.
 */
export function dualityResidual({ keys, expectations }: Family, draws: Draws): DualityResidual {
  const order = Uint32Array.from({ length: keys.rows }, (_, j) => j)
  for (let j = keys.rows - 1; j > 0; j--) {
    const other = Math.floor(draws.uniform('shuffled queries', j) * (j + 1))
    ;[order[j], order[other]] = [order[other]!, order[j]!]
  }
  const residuals = (queryOf: (j: number) => number) => {
    const found: number[] = []
    for (let j = 0; j < keys.rows; j++) {
      const squared = innerProduct(keys, j, keys, j)
      if (squared > 0) found.push(Math.sqrt(squaredDistance(keys, j, expectations, queryOf(j)) / squared))
    }
    return mean(found)
  }
  return { residual: residuals((j) => j), shuffled: residuals((j) => order[j]!) }
}

/**
 * E(ξ_i) = −(1/β) log Σ_j e^{β k_j·ξ_i} + ½‖ξ_i‖² of every query, without the constant that bounds it (n): the energy that
 * ξ ← Kᵀ softmax(β K ξ) never raises. By default β = 1/√d, with which a step is standard attention with V = K. Ramsauer et
 * al. 2021, arXiv 2008.02217. n²d.
 */
export function hopfieldEnergies(
  queries: Matrix,
  keys: Matrix,
  causal: boolean,
  beta = 1 / Math.sqrt(queries.columns),
): Float64Array | null {
  const family = familyOf({ natural: naturalParameters(queries, beta), keys, causal })
  return (
    family && family.logPartitions.map((value, i) => innerProduct(queries, i, queries, i) / 2 - value / beta)
  )
}

/** The mean of `hopfieldEnergies`. */
export function meanHopfieldEnergy(...given: Parameters<typeof hopfieldEnergies>): number | null {
  const energies = hopfieldEnergies(...given)
  return energies && mean(energies)
}
