/**
 * How many dimensions the cloud of tokens has close up (theory 3.11), by the distances r_1 and r_2 of a token to its two
 * nearest ones: where tokens are spread evenly, μ = r_2/r_1 has the density d μ^(−d−1). Facco et al. 2017,
 * doi 10.1038/s41598-017-11873-y. Rotation, translation and scale do not change it. Many dimensions are underestimated:
 * 1000 draws from N(0, I) have about 23 of 32.
 */
import { allFinite, defined, selectRows, type Matrix } from './matrix.ts'
import { distinctRows, nearestRows } from './neighbours.ts'

/**
 * μ_i = r_2/r_1 ≥ 1 of every distinct token (N). Of duplicates, whose r_1 is 0 and which texts are full of below the first
 * block, one is kept. Null for fewer than three distinct tokens. 2n²D.
 */
export function neighbourRatios(x: Matrix): Float64Array | null {
  if (!allFinite(x)) return null
  const distinct = distinctRows(x)
  if (distinct.length < 3) return null
  const tokens = distinct.length === x.rows ? x : selectRows(x, distinct)
  const { squaredDistances } = nearestRows(tokens, tokens, 2, { others: true })
  const ratios = distinct.map((_, i) => Math.sqrt(squaredDistances[2 * i + 1]! / squaredDistances[2 * i]!))
  return ratios.every(Number.isFinite) ? Float64Array.from(ratios) : null
}

function sumOfLogarithms(ratios: Float64Array): number {
  return ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0)
}

/** N / Σ log μ, the maximum of the likelihood; ≥ 0. Null where all ratios are 1, as on a grid. */
export const intrinsicDimension = (ratios: Float64Array): number | null =>
  defined(ratios.length / sumOfLogarithms(ratios))

/** (N − 1) / Σ log μ, the same without its bias: of N draws the mean of N/Σ log μ is N/(N − 1) times the dimension. */
export const unbiasedIntrinsicDimension = (ratios: Float64Array): number | null =>
  defined((ratios.length - 1) / sumOfLogarithms(ratios))

/**
 * The slope through 0 of −log(1 − i/N) over the i-th smallest log μ, without the tenth of the tokens with the largest
 * ratios, as Facco et al. fit it: tokens that lie far out count less than in the likelihood. Null with fewer than two
 * tokens left.
 */
export function intrinsicDimensionBySlope(ratios: Float64Array): number | null {
  const kept = Math.floor(0.9 * ratios.length)
  if (kept < 2) return null
  const logarithms = ratios.map(Math.log).sort()
  let products = 0
  let squares = 0
  for (let i = 0; i < kept; i++) {
    products -= logarithms[i]! * Math.log(1 - (i + 1) / ratios.length)
    squares += logarithms[i]! ** 2
  }
  return defined(products / squares)
}
