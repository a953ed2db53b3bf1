/**
 * Clouds of tokens in two dimensions, by principal components that several of them have in common, so that they can be looked
 * at side by side. A picture of the largest variance and no more: what lies near in it may be far apart.
 */
import { principalDirections } from './linearAlgebra.ts'
import { allFinite, centred, sumOfSquares, zeros, type Matrix, type Matrix64 } from './matrix.ts'
import { rowProducts } from './products.ts'

export interface CommonAxes {
  /** Orthonormal rows (2, D); a row of zeros where the clouds have fewer dimensions. */
  readonly directions: Matrix64
  /** What each axis holds of the mean of the divided covariances: λ_i / Σλ. */
  readonly share: [number, number]
}

/**
 * The two leading eigenvectors of Σ_r C_r / tr C_r of clouds X_r (n_r, D), C_r the covariance of each: every cloud counts as
 * much as the others, whatever its size and its place (common principal components in the manner of Krzanowski 1979,
 * doi 10.1080/01621459.1979.10481640, who takes the sum of projections). Of one cloud they are its principal components.
 * Clouds without spread do not count; null where none has any, D differs or a number is not finite.
 * Σn·D·min(Σn, D) operations and a decomposition.
 */
export function commonAxes(clouds: readonly Matrix[]): CommonAxes | null {
  const width = clouds[0]?.columns ?? 0
  if (!clouds.every((cloud) => cloud.columns === width && allFinite(cloud))) return null
  const spread = clouds.map(centred).filter((cloud) => sumOfSquares(cloud) > 0)
  const together = zeros(
    spread.reduce((rows, cloud) => rows + cloud.rows, 0),
    width,
  )
  let offset = 0
  for (const cloud of spread) {
    const size = Math.sqrt(sumOfSquares(cloud))
    cloud.numbers.forEach((value, index) => (together.numbers[offset + index] = value / size))
    offset += cloud.numbers.length
  }
  const pairs = spread.length === 0 ? null : principalDirections(together)
  if (pairs === null || pairs.values.length === 0) return null
  const directions = zeros(2, width)
  directions.numbers.set(pairs.vectors.numbers.subarray(0, 2 * width))
  const total = pairs.values.reduce((sum, value) => sum + value, 0)
  return { directions, share: [pairs.values[0]! / total, (pairs.values[1] ?? 0) / total] }
}

export interface Projection {
  /** X_c Uᵀ (n, 2) */
  readonly coordinates: Matrix64
  /** ‖X_c u_i‖² / ‖X_c‖_F²; null where the cloud has no spread or a number is not finite. */
  readonly share: [number, number] | null
}

/** The tokens from their own mean, on some axes. 4nD. */
export function projected(x: Matrix, { directions }: CommonAxes): Projection {
  const tokens = centred(x)
  const coordinates = rowProducts(tokens, directions)
  const total = sumOfSquares(tokens)
  if (!(total > 0) || !allFinite(tokens)) return { coordinates, share: null }
  const along: [number, number] = [0, 0]
  coordinates.numbers.forEach((value, index) => (along[index % 2]! += value ** 2 / total))
  return { coordinates, share: along }
}
