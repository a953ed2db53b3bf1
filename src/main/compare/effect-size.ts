/** The size of a difference in units of its own spread over seeds: how far it stands out, whatever its units. */

/**
 * g = J(n − 1) d of paired differences with Cohen's d = mean / sd (d_z of Lakens 2013, "Calculating and reporting effect
 * sizes", Frontiers in Psychology 4), which few differences overstate. J(m) = Γ(m/2) / (√(m/2) Γ((m − 1)/2)) takes that out:
 * 0.56 of three differences, 0.80 of five, 0.91 of ten (Hedges 1981, eq. 6e).
 * Null below three: of two differences the expectation of d is not finite, and J(1) = 0.
 */
export function hedgesG(cohensD: number, count: number): number | null {
  return count < 3 ? null : hedgesCorrection(count - 1) * cohensD
}

/** J(degrees), for two degrees of freedom or more. */
export function hedgesCorrection(degrees: number): number {
  let ratio = 1 / Math.sqrt(Math.PI) // Γ(m/2) / Γ((m − 1)/2) at m = 2
  for (let m = 2; m < degrees; m++) ratio = (m - 1) / 2 / ratio
  return ratio / Math.sqrt(degrees / 2)
}
