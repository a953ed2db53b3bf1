/** What of a cloud is linear, by the statistics of the same name (../statistics/linearReduction.ts), for clouds and seeds. */
import { streamOf, normals, uniformAt } from '../engine/random.ts'
import type { Draws } from '../statistics/draws.ts'
import * as statistics from '../statistics/linearReduction.ts'
import { type Matrix, type Matrix64 } from '../statistics/matrix.ts'
import { rowProducts } from '../statistics/products.ts'
import { spectrumOf } from '../statistics/spectrum.ts'
import { moments, type Cloud } from './cloud.ts'

/** A cloud as the statistics take it, not copied. */
const tokensOf = ({ count, width, values }: Cloud): Matrix => ({
  rows: count,
  columns: width,
  numbers: values,
})

const drawsOf = (seed: number): Draws => ({
  uniform: (name, index) => uniformAt(seed, 'derivation', streamOf(name), index),
  normals: (name, count) => normals(seed, 'derivation', streamOf(name), count, 1),
})

export interface Frame {
  readonly mean: Float64Array
  /** Orthonormal directions of largest variance as rows, the largest first (k, D). */
  readonly axes: Matrix64
}

/** The first `k` principal components; fewer where the cloud has no more dimensions. */
export function principalFrame(cloud: Cloud, k: number): Frame {
  const { mean } = moments(cloud)
  const directions = spectrumOf(tokensOf(cloud))?.directions
  const rows = Math.min(k, directions?.rows ?? 0)
  const numbers = directions?.numbers.subarray(0, rows * cloud.width) ?? new Float64Array()
  return { mean, axes: { rows, columns: cloud.width, numbers } }
}

/** Coordinates of the tokens along the axes of a frame. (n, k) */
export function scoresIn({ mean, axes }: Frame, { count, width, values }: Cloud): Matrix64 {
  const numbers = Float64Array.from(values, (value, index) => value - mean[index % width]!)
  return rowProducts({ rows: count, columns: width, numbers }, axes)
}

/** The mean canonical correlation of the first principal components of a cloud with those of `first`. */
export function principalCorrelationWith(first: Cloud, k: number): (later: Cloud) => number | null {
  const scores = statistics.principalScores(tokensOf(first), k)
  return (later) => scores && statistics.agreement(tokensOf(later), scores).correlation
}

/** R² of the best affine map from the tokens of `first` to later ones, measured on the half of them that it was not fitted to. */
export function linearityFrom(first: Cloud, seed: number): (later: Cloud) => number | null {
  const linearity = statistics.linearityFrom(tokensOf(first), drawsOf(seed))
  return (later) => linearity(tokensOf(later))
}
