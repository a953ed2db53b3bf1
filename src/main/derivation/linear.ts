/** Clouds as the statistics take them, with the draws of a seed, and planes that they are looked at in. */
import { streamOf, normals, uniformAt } from '../engine/random.ts'
import type { Draws } from '../statistics/draws.ts'
import type { Matrix, Matrix64 } from '../statistics/matrix.ts'
import { rowProducts } from '../statistics/products.ts'
import { spectrumOf } from '../statistics/spectrum.ts'
import { moments, type Cloud } from './cloud.ts'
import type { Position } from './labels.ts'

/** Not copied. */
export const tokensOf = ({ count, width, values }: Cloud): Matrix => ({
  rows: count,
  columns: width,
  numbers: values,
})

export const drawsOf = (seed: number): Draws => ({
  uniform: (name, index) => uniformAt(seed, 'derivation', streamOf(name), index),
  normals: (name, count) => normals(seed, 'derivation', streamOf(name), count, 1),
})

export interface Frame {
  readonly mean: Float64Array
  /** Orthonormal directions as rows; of a principal frame those of largest variance, the largest first (k, D). */
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

/** Two orthonormal directions, every plane of D ≥ 2 dimensions as likely as every other; `index` counts planes. */
export function randomPlane(width: number, seed: number, index: number): Frame {
  const [a, b] = [0, 1].map((row) =>
    Float64Array.from(drawsOf(seed).normals(`plane ${index}, ${row}`, width)),
  ) as [Float64Array, Float64Array]
  const dot = (x: Float64Array, y: Float64Array) =>
    x.reduce((sum, value, place) => sum + value * y[place]!, 0)
  const along = dot(a, b) / dot(a, a)
  const second = b.map((value, place) => value - along * a[place]!)
  const numbers = [a, second].flatMap((row) => [...row].map((value) => value / Math.sqrt(dot(row, row))))
  return {
    mean: new Float64Array(width),
    axes: { rows: 2, columns: width, numbers: Float64Array.from(numbers) },
  }
}

/** Coordinates of the tokens along the axes of a frame. (n, k) */
export function scoresIn({ mean, axes }: Frame, { count, width, values }: Cloud): Matrix64 {
  const numbers = Float64Array.from(values, (value, index) => value - mean[index % width]!)
  return rowProducts({ rows: count, columns: width, numbers }, axes)
}

/** The first two coordinates along a frame; 0 in a dimension that it does not have. */
export function positionsIn(frame: Frame, cloud: Cloud): Position[] {
  const { columns, numbers } = scoresIn(frame, cloud)
  const at = (token: number, axis: number) => (axis < columns ? numbers[token * columns + axis]! : 0)
  return Array.from({ length: cloud.count }, (_, token) => [at(token, 0), at(token, 1)])
}
