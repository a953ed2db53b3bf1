/**
 * How far whitened tokens are from a Gaussian in all their components together: Mahalanobis, Mardia, Henze and Zirkler.
 * Z (n, k) comes from whitening.ts; all are the same for tokens under any invertible affine map that keeps the same
 * principal components. p-values hold for independent tokens, which hidden states are not: for comparisons use effect
 * sizes, beside those of a Gaussian surrogate (gaussianity.ts).
 */
import { chiSquareAbove, chiSquareBelow, kolmogorovDistance, normalBelow } from '../distributions.ts'
import { defined, mean, type Matrix, type Matrix64 } from '../matrix.ts'
import { rowProducts } from '../products.ts'

/** d_i² = (x_i − x̄)ᵀC⁻¹(x_i − x̄) = ‖z_i‖² (n), for a Q-Q plot against χ² with k degrees of freedom. Their mean is k. nk. */
export function mahalanobisSquares(z: Matrix): Float64Array {
  const squares = new Float64Array(z.rows)
  for (let index = 0; index < z.numbers.length; index++)
    squares[Math.floor(index / z.columns)]! += z.numbers[index]! ** 2
  return squares
}

export interface Mahalanobis {
  /** var(d²) / 2k, with 1/n: about 1 of Gaussian tokens, 0 on a sphere, large with heavy tails. */
  readonly varianceRatio: number | null
  /** sup |F_n − F| between the distributions of d² and of χ²_k: the Q-Q plot in one number, in [0, 1]. */
  readonly kolmogorov: number | null
}

/** nk. */
export function mahalanobis(z: Matrix): Mahalanobis {
  const squares = mahalanobisSquares(z)
  const average = mean(squares)
  if (average === null) return { varianceRatio: null, kolmogorov: null }
  const variance = mean(squares.map((square) => (square - average) ** 2))
  const below = (square: number) => chiSquareBelow(square, z.columns)
  return {
    varianceRatio: variance === null ? null : defined(variance / (2 * z.columns)),
    kolmogorov: defined(kolmogorovDistance(squares.sort(), below)),
  }
}

export interface Mardia {
  /** b_1 = n⁻² Σ_ij m_ij³, m_ij = z_i·z_j; ≥ 0, and 0 of any distribution symmetric about its mean, up to the sample. */
  readonly skewness: number | null
  /** n b_1 / 6, which is about χ² with k(k + 1)(k + 2)/6 degrees of freedom of independent Gaussian tokens. */
  readonly skewnessStatistic: number | null
  readonly skewnessDegrees: number
  readonly skewnessP: number | null
  /** b_2 = n⁻¹ Σ_i m_ii², ≥ k²: k(k + 2) of a Gaussian. */
  readonly kurtosis: number | null
  /** b_2 / k(k + 2): 1 of a Gaussian, k/(k + 2) on a sphere, more with heavy tails. */
  readonly kurtosisRatio: number | null
  /** (b_2 − k(k + 2)) / √(8k(k + 2)/n), about N(0, 1) of independent Gaussian tokens. */
  readonly kurtosisZ: number | null
  readonly kurtosisP: number | null
}

/**
 * Mardia 1970, doi 10.1093/biomet/57.3.519. n²k.
 * @param products Z Zᵀ (n, n), where another measure has it already
 */
export function mardia(z: Matrix, products: Matrix64 = rowProducts(z)): Mardia {
  const { rows: n, columns: k } = z
  const { numbers } = products
  let cubes = 0
  for (let index = 0; index < numbers.length; index++) cubes += numbers[index]! ** 2 * numbers[index]!
  let squares = 0
  for (let i = 0; i < n; i++) squares += numbers[i * n + i]! ** 2
  const skewness = defined(Math.max(0, cubes / n ** 2))
  const kurtosis = defined(squares / n)
  const skewnessDegrees = (k * (k + 1) * (k + 2)) / 6
  const skewnessStatistic = skewness === null ? null : (n * skewness) / 6
  const ofGaussian = k * (k + 2)
  const kurtosisZ = kurtosis === null ? null : (kurtosis - ofGaussian) / Math.sqrt((8 * ofGaussian) / n)
  return {
    ...{ skewness, skewnessStatistic, skewnessDegrees, kurtosis, kurtosisZ },
    skewnessP: skewnessStatistic === null ? null : chiSquareAbove(skewnessStatistic, skewnessDegrees),
    kurtosisRatio: kurtosis === null ? null : kurtosis / ofGaussian,
    kurtosisP: kurtosisZ === null ? null : 2 * normalBelow(-Math.abs(kurtosisZ)),
  }
}

export interface HenzeZirkler {
  /** T ≥ 0: n times a weighted squared distance between the characteristic functions of Z and of N(0, I). */
  readonly statistic: number | null
  /** The mean of T over independent Gaussian samples, for large n. */
  readonly expected: number
  /** β, the width of the weight. */
  readonly smoothing: number
  /** By the lognormal distribution with T's mean and variance. */
  readonly p: number | null
}

/**
 * With D_ij = ‖z_i − z_j‖², D_i = ‖z_i‖² and β = 2^(−1/2) ((2k + 1)/4)^(1/(k + 4)) n^(1/(k + 4)):
 *
 *     T = n⁻¹ Σ_ij e^(−β²D_ij/2) − 2(1 + β²)^(−k/2) Σ_i e^(−β²D_i/2(1 + β²)) + n(1 + 2β²)^(−k/2)
 *
 * Henze & Zirkler 1990, doi 10.1080/03610929008830400, with their mean and variance of T. n²k. In many dimensions all
 * distances are large and T, near 1 for anything, sees little.
 * @param products Z Zᵀ (n, n), where another measure has it already
 */
export function henzeZirkler(z: Matrix, products: Matrix64 = rowProducts(z)): HenzeZirkler {
  const { rows: n, columns: k } = z
  const { numbers } = products
  const smoothing = Math.SQRT1_2 * (((2 * k + 1) / 4) * n) ** (1 / (k + 4))
  const b = smoothing ** 2
  let pairs = 0
  let singles = 0
  for (let i = 0; i < n; i++) {
    const square = numbers[i * n + i]!
    singles += Math.exp((-b * square) / (2 * (1 + b)))
    for (let j = 0; j < i; j++) {
      const distance = square - 2 * numbers[i * n + j]! + numbers[j * n + j]!
      pairs += 2 * Math.exp((-b * distance) / 2)
    }
  }
  const statistic = defined((n + pairs) / n - 2 * (1 + b) ** (-k / 2) * singles + n * (1 + 2 * b) ** (-k / 2))
  const { expected, variance } = henzeZirklerMoments(b, k)
  // T is about exp N(μ, σ²) with the same mean and variance.
  const sigma = Math.sqrt(Math.log1p(variance / expected ** 2))
  const mu = Math.log(expected) - sigma ** 2 / 2
  const p = statistic === null ? null : defined(normalBelow((mu - Math.log(statistic)) / sigma))
  return { statistic, expected, smoothing, p }
}

/** Mean and variance of T under normality, with b = β² (Henze & Zirkler 1990, as in pingouin and MVN). */
function henzeZirklerMoments(b: number, k: number): { expected: number; variance: number } {
  const a = 1 + 2 * b
  const c = (1 + b) * (1 + 3 * b)
  const expected = 1 - a ** (-k / 2) * (1 + (k * b) / a + (k * (k + 2) * b ** 2) / (2 * a ** 2))
  const variance =
    2 * (1 + 4 * b) ** (-k / 2) +
    2 * a ** -k * (1 + (2 * k * b ** 2) / a ** 2 + (3 * k * (k + 2) * b ** 4) / (4 * a ** 4)) -
    4 * c ** (-k / 2) * (1 + (3 * k * b ** 2) / (2 * c) + (k * (k + 2) * b ** 4) / (2 * c ** 2))
  return { expected, variance }
}
