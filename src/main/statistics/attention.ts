/**
 * What one attention matrix looks like (theory 3.7): A (n, n), row i the weights that query i gives to the keys.
 *
 * A is what the normaliser made, before an operator such as A − I: weights are not negative. Rows of sigmoid attention do
 * not sum to 1; where a measure needs probabilities it takes p_ij = a_ij / Σ_j a_ij. Every measure is null where a weight is
 * negative or not finite, and rows without any weight are left out. In a causal matrix query i may see i + 1 keys, else n.
 * Entropies are in nats.
 */
import { solve, symmetricEigen } from './linearAlgebra.ts'
import { allFinite, defined, mean, rowOf, sumOfSquares, zeros, type Matrix } from './matrix.ts'
import { product } from './products.ts'

/** Sums of rows, or null where the matrix has no weights. */
function rowSums(a: Matrix): Float64Array | null {
  const sums = new Float64Array(a.rows)
  for (let i = 0; i < a.rows; i++) {
    const row = rowOf(a, i)
    for (let j = 0; j < row.length; j++) {
      if (!(row[j]! >= 0)) return null
      sums[i]! += row[j]!
    }
    if (!Number.isFinite(sums[i])) return null
  }
  return sums
}

/** `measure(row, sum, i)` of every row that has weight, without those where it is null; null for what is no A. */
function perRow(
  a: Matrix,
  measure: (row: Float64Array | Float32Array, sum: number, i: number) => number | null,
): number[] | null {
  const sums = rowSums(a)
  if (sums === null) return null
  const found: number[] = []
  for (let i = 0; i < a.rows; i++) {
    if (sums[i] === 0) continue
    const value = measure(rowOf(a, i), sums[i]!, i)
    if (value !== null) found.push(value)
  }
  return found
}

const meanPerRow = (...given: Parameters<typeof perRow>): number | null => {
  const values = perRow(...given)
  return values && mean(values)
}

/** −Σ p log p of a row of weights with the given sum; 0 log 0 = 0. */
function entropyOf(row: ArrayLike<number>, sum: number): number {
  let entropy = 0
  for (let j = 0; j < row.length; j++) {
    const p = row[j]! / sum
    if (p > 0) entropy -= p * Math.log(p)
  }
  return entropy
}

/** How many keys query i may see. */
const supportOf = (a: Matrix, i: number, causal: boolean): number => (causal ? i + 1 : a.columns)

/** H_i = −Σ_j p_ij log p_ij of every row with weight, in [0, log support_i]: nats. n². */
export const rowEntropies = (a: Matrix): number[] | null => perRow(a, entropyOf)

/** Mean H_i, in nats. A causal row i of equal weights has log(i + 1); one-hot rows have 0. n². */
export const meanEntropy = (a: Matrix): number | null => meanPerRow(a, entropyOf)

/**
 * Mean H_i / log support_i, in [0, 1]: 1 for equal weights, 0 for one-hot rows. Rows with one key to see (the first of a
 * causal matrix) have no choice and are left out; null where none is left. n².
 */
export const meanNormalisedEntropy = (a: Matrix, causal: boolean): number | null =>
  meanPerRow(a, (row, sum, i) => {
    const support = supportOf(a, i, causal)
    return support > 1 ? entropyOf(row, sum) / Math.log(support) : null
  })

/** Mean e^{H_i}: how many keys a query looks at, as many equal weights would have its entropy. In [1, n]. n². */
export const meanPerplexity = (a: Matrix): number | null =>
  meanPerRow(a, (row, sum) => Math.exp(entropyOf(row, sum)))

/** Mean max_j a_ij, in [1/n, 1] where rows sum to 1. n². */
export const meanMaximumWeight = (a: Matrix): number | null =>
  meanPerRow(a, (row) => {
    let largest = 0
    for (let j = 0; j < row.length; j++) largest = Math.max(largest, row[j]!)
    return largest
  })

/** Mean a_ii: the share that a token keeps for itself, in [0, 1] where rows sum to 1. Causal row 0 has 1. n². */
export const diagonalMass = (a: Matrix): number | null => meanPerRow(a, (row, _, i) => row[i] ?? 0)

/**
 * Mean a_i0: the share of the first token, in [0, 1] where rows sum to 1. Xiao et al. 2023 (arXiv 2309.17453) call a token
 * that collects weight without meaning a sink. Causal row 0 has 1; equal causal weights have H_n/n on average, with the
 * harmonic number H_n. n².
 */
export const sinkMass = (a: Matrix): number | null => meanPerRow(a, (row) => row[0] ?? 0)

/** Mean Σ_j p_ij |i − j|, in tokens: how far a head looks. 0 for the identity. n². */
export const meanDistance = (a: Matrix): number | null =>
  meanPerRow(a, (row, sum, i) => {
    let distance = 0
    for (let j = 0; j < row.length; j++) distance += row[j]! * Math.abs(i - j)
    return distance / sum
  })

/**
 * ‖A − Aᵀ‖_F / ‖A‖_F, in [0, √2]: 0 where tokens attend to each other alike, √2 where a_ij a_ji = 0 everywhere. Null for
 * a matrix of zeros. n².
 */
export function asymmetry(a: Matrix): number | null {
  if (rowSums(a) === null || a.rows !== a.columns) return null
  let squared = 0
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < i; j++)
      squared += 2 * (a.numbers[i * a.columns + j]! - a.numbers[j * a.columns + i]!) ** 2
  return defined(Math.sqrt(squared) / Math.sqrt(sumOfSquares(a)))
}

/** The share of a row's weight that counts as nearly all of it: Ramsauer et al. 2021. */
const nearlyAll = 0.9

/** The smallest k whose k largest weights reach 0.9 of a row, but for rounding. */
function keysForNearlyAll(row: Float64Array | Float32Array, sum: number): number {
  const ascending = row.slice().sort()
  let reached = 0
  let k = 0
  while (k < row.length && reached < (nearlyAll - 1e-6) * sum) reached += ascending[row.length - ++k]!
  return k
}

/**
 * The mean over rows of the smallest number k of keys that together hold 0.9 of the weight, in [1, ⌈0.9 n⌉]: the regime of
 * a Hopfield network (Ramsauer et al. 2021, arXiv 2008.02217, figure of the operating modes of heads). 1: a head
 * retrieves one pattern; ⌈0.9 n⌉: it averages over all. n² log n.
 */
export const meanKeysForNearlyAll = (a: Matrix): number | null => meanPerRow(a, keysForNearlyAll)

/**
 * The same as a share of the keys that a query may see, in (0, 1]. Ramsauer et al. speak of averaging above 1/2, of
 * metastable states of many tokens above 1/8 and of some above 1/32, and of retrieval of few below. n² log n.
 */
export const hopfieldRegime = (a: Matrix, causal: boolean): number | null =>
  meanPerRow(a, (row, sum, i) => keysForNearlyAll(row, sum) / supportOf(a, i, causal))

/**
 * The mean over pairs of heads and over rows of the Jensen-Shannon divergence H((p + q)/2) − (H(p) + H(q))/2, in
 * [0, log 2] nats: 0 where all heads attend alike, log 2 where no two look at the same keys. Null for fewer than two heads.
 * Lin 1991, doi 10.1109/18.61115. Rows that are empty in one of the two heads are left out. H²n².
 */
export function headDiversity(heads: readonly Matrix[]): number | null {
  const sums = heads.map(rowSums)
  if (heads.length < 2 || sums.includes(null)) return null
  const { rows, columns } = heads[0]!
  if (heads.some((head) => head.rows !== rows || head.columns !== columns)) return null
  const entropies = heads.map((head, h) =>
    Float64Array.from({ length: rows }, (_, i) => entropyOf(rowOf(head, i), sums[h]![i]!)),
  )
  const middle = new Float64Array(columns)
  let total = 0
  let count = 0
  for (let g = 0; g < heads.length; g++)
    for (let h = 0; h < g; h++)
      for (let i = 0; i < rows; i++) {
        const [left, right] = [sums[g]![i]!, sums[h]![i]!]
        if (left === 0 || right === 0) continue
        const [p, q] = [rowOf(heads[g]!, i), rowOf(heads[h]!, i)]
        for (let j = 0; j < columns; j++) middle[j] = p[j]! / left + q[j]! / right
        total += entropyOf(middle, 2) - (entropies[g]![i]! + entropies[h]![i]!) / 2
        count++
      }
  return defined(Math.max(0, total / count)) // below 0 by rounding only
}

/** A random walk over tokens whose steps are an attention matrix. */
export interface Walk {
  /** 1 − |λ_2| in [0, 1]: 1 where one step forgets where it began, 0 where some part is never left. */
  readonly gap: number
  /** π = Pᵀπ with sum 1 (n): where a long walk is. Null where it depends on the start. */
  readonly stationary: Float64Array | null
}

/**
 * The walk of a matrix that sees both ways, P = A with rows divided by their sums. Of a causal A it would say nothing: its
 * eigenvalues are its diagonal and the walk ends at token 0; there P = D⁻¹W with the symmetric W = (A + Aᵀ)/2 and its row
 * sums D, of which π = D/ΣD. Null where a token has no weight. About 10 n³ operations for a causal matrix, 60 n³ else.
 */
export function walkOf(a: Matrix, causal: boolean): Walk | null {
  const sums = rowSums(a)
  if (sums === null || a.rows === 0 || a.rows !== a.columns || sums.includes(0)) return null
  return causal ? symmetrisedWalk(a) : directedWalk(a, sums)
}

function symmetrisedWalk(a: Matrix): Walk | null {
  const n = a.rows
  const w = zeros(n, n)
  const degrees = new Float64Array(n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      w.numbers[i * n + j] = (a.numbers[i * n + j]! + a.numbers[j * n + i]!) / 2
      degrees[i]! += w.numbers[i * n + j]!
    }
  // D^{-1/2} W D^{-1/2} has the eigenvalues of D⁻¹W.
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) w.numbers[i * n + j]! /= Math.sqrt(degrees[i]! * degrees[j]!)
  const pairs = symmetricEigen(w)
  if (pairs === null) return null
  const total = degrees.reduce((sum, degree) => sum + degree, 0)
  const second = n === 1 ? 0 : Math.max(pairs.values[1]!, -pairs.values[n - 1]!)
  const gap = Math.min(1, Math.max(0, 1 - second))
  // An eigenvalue 1 of its own for each part that no step leaves.
  return { gap, stationary: pairs.values[1]! > 1 - 1e-9 ? null : degrees.map((degree) => degree / total) }
}

function directedWalk(a: Matrix, sums: Float64Array): Walk | null {
  const n = a.rows
  const steps = zeros(n, n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) steps.numbers[i * n + j] = a.numbers[i * n + j]! / sums[i]!
  const stationary = stationaryOf(steps.numbers, n)
  if (stationary === null) return { gap: 0, stationary }
  // P − 1πᵀ has the eigenvalues of P but the first.
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) steps.numbers[i * n + j]! -= stationary[j]!
  const radius = spectralRadius(steps)
  return radius === null ? null : { gap: Math.min(1, Math.max(0, 1 - radius)), stationary }
}

/** The solution of (I − Pᵀ + 11ᵀ/n) π = 1/n, which is regular where the stationary distribution is unique. */
function stationaryOf(steps: Float64Array, n: number): Float64Array | null {
  const system = zeros(n, n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) system.numbers[i * n + j] = Number(i === j) - steps[j * n + i]! + 1 / n
  const found = solve(system, { rows: n, columns: 1, numbers: new Float64Array(n).fill(1 / n) })?.numbers
  if (found === undefined) return null
  const sum = found.reduce((a, b) => a + b, 0)
  // A singular system that rounding hid has a solution that is no distribution.
  return Math.abs(sum - 1) < 1e-6 && found.every((mass) => mass > -1e-6)
    ? found.map((mass) => Math.max(0, mass) / sum)
    : null
}

/** max|λ| by ‖Bᵏ‖^{1/k} with k doubled until it stays (Gelfand's formula); complex eigenvalues do no harm. */
function spectralRadius(matrix: Matrix): number | null {
  let power = matrix
  let logarithm = 0 // of ‖Bᵏ‖, whose matrix is kept at norm 1
  let radius = Infinity
  for (let doubling = 0; doubling < 40; doubling++) {
    const norm = Math.sqrt(sumOfSquares(power))
    if (norm === 0 || !allFinite(power)) return norm === 0 ? 0 : null
    logarithm += Math.log(norm)
    const exponent = 2 ** doubling
    const next = Math.exp(logarithm / exponent)
    // Rounding alone is left of a matrix whose power is zero.
    if (next < 1e-8) return 0
    if (doubling > 3 && Math.abs(next - radius) < 1e-10) return next
    radius = next
    const numbers = Float64Array.from(power.numbers, (value) => value / norm)
    const scaled = { ...power, numbers }
    power = product(scaled, scaled)
    logarithm *= 2
  }
  return radius
}

/** −Σ π log π / log n of the stationary distribution of a walk, in [0, 1]: 1 where all tokens are visited alike. */
export function stationaryEntropy({ stationary }: Walk): number | null {
  if (stationary === null || stationary.length < 2) return null
  return defined(entropyOf(stationary, 1) / Math.log(stationary.length))
}
