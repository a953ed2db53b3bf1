/**
 * The normal and the χ² distribution, from the special functions of stdlib (docs/decisions/0003-student-t.md has why
 * stdlib). Relative errors near 1e-15.
 */
import erfc from '@stdlib/math-base-special-erfc'
import erfcinv from '@stdlib/math-base-special-erfcinv'
import gammainc from '@stdlib/math-base-special-gammainc'

/** φ(z), the density of N(0, 1). */
export const normalDensity = (z: number): number => Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI)

/** Φ(z) = P(Z ≤ z) of Z from N(0, 1). */
export const normalBelow = (z: number): number => erfc(-z / Math.SQRT2) / 2

/** Φ⁻¹(p), with −∞ and ∞ at 0 and 1. */
export const normalQuantile = (p: number): number => -Math.SQRT2 * erfcinv(2 * p)

/** P(X ≤ x) of X from χ² with `degrees` of freedom, x ≥ 0. */
export const chiSquareBelow = (x: number, degrees: number): number =>
  gammainc(x / 2, degrees / 2, true, false)

/** P(X > x) of X from χ² with `degrees` of freedom, x ≥ 0. */
export const chiSquareAbove = (x: number, degrees: number): number => gammainc(x / 2, degrees / 2, true, true)

/** sup |F_n − F| of the empirical distribution of sorted values and a continuous one (Kolmogorov), in [1/2n, 1]. */
export function kolmogorovDistance(sorted: Float64Array, below: (value: number) => number): number {
  let largest = 0
  for (let i = 0; i < sorted.length; i++) {
    const probability = below(sorted[i]!)
    largest = Math.max(largest, probability - i / sorted.length, (i + 1) / sorted.length - probability)
  }
  return largest
}
