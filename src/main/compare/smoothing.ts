/** Exponential smoothing of a series, point by point, so that a long one need not be in memory. */

/**
 * Takes the values of a series in order and returns each smoothed: yₜ = mₜ / (1 − wⁿ) with mₜ = w·mₜ₋₁ + (1 − w)·xₜ,
 * m₀ = 0 and n the values so far. The division removes the pull towards zero of the first values, so that y₁ = x₁ and a
 * constant series stays itself (Kingma & Ba 2015, arXiv 1412.6980, section 3). A value that is not finite is a gap: it is
 * returned as NaN and changes nothing, neither m nor n.
 * @param weight w of what came before, 0 to below 1; 0 returns what it is given
 */
export function debiasedMean(weight: number): (value: number) => number {
  let mean = 0
  let missing = 1 // 1 − Σ of the weights so far = wⁿ
  return (value) => {
    if (!Number.isFinite(value)) return NaN
    if (weight === 0) return value
    mean = weight * mean + (1 - weight) * value
    missing *= weight
    return mean / (1 - missing)
  }
}
