/**
 * Gaussianity one direction at a time: tokens are projected, each projection standardised, and its distribution compared
 * with N(0, 1). Three sets of directions, because each is blind to something: random ones in many dimensions make almost
 * everything look Gaussian (Diaconis & Freedman 1984, doi 10.1214/aos/1176346703), principal components do not see what
 * lies across channels, channels not what lies between them.
 */
import { kolmogorovDistance, normalBelow, normalDensity, normalQuantile } from '../distributions.ts'
import type { Draws } from '../draws.ts'
import { negligible } from '../linearAlgebra.ts'
import { zeros, type Matrix, type Matrix64 } from '../matrix.ts'
import { rowProducts } from '../products.ts'
import { gaussianSample } from './whitening.ts'

/** Means over the directions in which tokens vary. */
export interface Sliced {
  /** W_1 = ∫ |F_n⁻¹(u) − Φ⁻¹(u)| du, exactly, ≥ 0, in standard deviations of the projection. */
  readonly wasserstein: number
  /** sup |F_n − Φ|, in [0, 1]. */
  readonly kolmogorov: number
  /** |m_4 / m_2² − 3|, ≥ 0. */
  readonly kurtosis: number
}

/** `count` random unit directions (count, columns). */
export function randomDirections(columns: number, count: number, draws: Draws): Matrix64 {
  const directions = gaussianSample(count, columns, 'sliced directions', draws)
  for (let i = 0; i < count; i++) {
    const row = directions.numbers.subarray(i * columns, (i + 1) * columns)
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value ** 2, 0))
    for (let j = 0; j < columns; j++) row[j]! /= norm
  }
  return directions
}

/** The axes of all channels, or of `most` of them at equal distances. (count, columns) */
export function channelDirections(columns: number, most: number): Matrix64 {
  const count = Math.min(columns, most)
  const directions = zeros(count, columns)
  for (let i = 0; i < count; i++) directions.numbers[i * columns + Math.floor((i * columns) / count)] = 1
  return directions
}

/**
 * The same for moved and scaled tokens. nKD and K sorts of n. Null with fewer than four tokens, or where they vary in no
 * direction.
 * @param tokens centred (n, D)
 * @param directions unit vectors (K, D)
 */
export function sliced(tokens: Matrix64, directions: Matrix): Sliced | null {
  const n = tokens.rows
  if (n < 4) return null
  const projections = rowProducts(directions, tokens) // (K, n)
  const rows = Array.from({ length: directions.rows }, (_, i) =>
    projections.numbers.subarray(i * n, (i + 1) * n),
  )
  const variances = rows.map((row) => row.reduce((sum, value) => sum + value ** 2, 0) / n)
  const largest = variances.reduce((a, b) => Math.max(a, b), 0)
  const grid = normalGrid(n)
  const total = { wasserstein: 0, kolmogorov: 0, kurtosis: 0 }
  let count = 0
  rows.forEach((row, i) => {
    if (!(variances[i]! > negligible * largest)) return
    const standardised = row.map((value) => value / Math.sqrt(variances[i]!)).sort()
    total.wasserstein += wassersteinToNormal(standardised, grid)
    total.kolmogorov += kolmogorovDistance(standardised, normalBelow)
    total.kurtosis += Math.abs(standardised.reduce((sum, value) => sum + value ** 4, 0) / n - 3)
    count++
  })
  const { wasserstein, kolmogorov, kurtosis } = total
  if (count === 0 || ![wasserstein, kolmogorov, kurtosis].every(Number.isFinite)) return null
  return { wasserstein: wasserstein / count, kolmogorov: kolmogorov / count, kurtosis: kurtosis / count }
}

interface NormalGrid {
  /** Φ⁻¹(i/n), i = 0 … n */
  readonly quantiles: Float64Array
  /** φ(Φ⁻¹(i/n)) */
  readonly densities: Float64Array
}

/** One for every n that is asked for: all clouds of a model have the same few. */
const grids = new Map<number, NormalGrid>()

function normalGrid(n: number): NormalGrid {
  const known = grids.get(n)
  if (known) return known
  const quantiles = Float64Array.from({ length: n + 1 }, (_, i) => normalQuantile(i / n))
  const grid = { quantiles, densities: quantiles.map(normalDensity) }
  grids.set(n, grid)
  return grid
}

/**
 * ∫ |x_(i) − Φ⁻¹(u)| du over u in [(i − 1)/n, i/n], summed over i: the integral of Φ⁻¹ is −φ(Φ⁻¹), and the sign changes
 * where Φ⁻¹(u) = x_(i).
 * @param sorted x_(1) ≤ … ≤ x_(n)
 */
export function wassersteinToNormal(
  sorted: Float64Array,
  { quantiles, densities } = normalGrid(sorted.length),
): number {
  const n = sorted.length
  let distance = 0
  for (let i = 0; i < n; i++) {
    const x = sorted[i]!
    const whole = densities[i]! - densities[i + 1]! // ∫ Φ⁻¹(u) du over the cell
    if (x <= quantiles[i]!) distance += whole - x / n
    else if (x >= quantiles[i + 1]!) distance += x / n - whole
    else {
      const [at, density] = [normalBelow(x), normalDensity(x)]
      const below = x * (at - i / n) - (densities[i]! - density)
      const above = density - densities[i + 1]! - x * ((i + 1) / n - at)
      distance += below + above
    }
  }
  return distance
}
