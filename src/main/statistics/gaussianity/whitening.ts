/** Tokens in the frame in which a Gaussian of their covariance is the standard one. */
import type { Draws } from '../draws.ts'
import { type Matrix64 } from '../matrix.ts'
import { rowProducts } from '../products.ts'
import { spectrumOf, type Spectrum } from '../spectrum.ts'

/**
 * Z (n, k) with z_ij = (x_i − x̄)·v_j / √λ_j, the first k principal components with variance 1: mean 0 and covariance I to
 * rounding. k is at most `most` and the number of eigenvalues that are not negligible. ndk.
 *
 * Null with no variance at all, or with n ≤ k + 1 tokens: then any cloud looks the same, every ‖z_i‖² is about k.
 */
export function whitened({ tokens, eigenvalues, directions }: Spectrum, most: number): Matrix64 | null {
  const k = Math.min(most, eigenvalues.length)
  if (k === 0 || tokens.rows <= k + 1) return null
  const scaled = { ...directions, rows: k, numbers: directions.numbers.slice(0, k * directions.columns) }
  for (let index = 0; index < scaled.numbers.length; index++)
    scaled.numbers[index]! /= Math.sqrt(eigenvalues[Math.floor(index / directions.columns)]!)
  return rowProducts(tokens, scaled)
}

/** n draws from N(0, I) in `columns` dimensions; the same name gives the same ones. */
export function gaussianSample(rows: number, columns: number, name: string, draws: Draws): Matrix64 {
  return { rows, columns, numbers: new Float64Array(draws.normals(name, rows * columns)) }
}

/** A Gaussian sample moved and turned so that its own mean is 0 and its own covariance I. Null as for `whitened`. */
export function matchedGaussianSample(rows: number, k: number, name: string, draws: Draws): Matrix64 | null {
  const spectrum = spectrumOf(gaussianSample(rows, k, name, draws))
  return spectrum && whitened(spectrum, k)
}
