/** Tokens for the tests of the statistics: the golden ones of theory section 5, random ones, turned and moved ones. */
import { normals, streamOf, uniformAt } from '../../../src/main/engine/random.ts'
import type { Draws } from '../../../src/main/statistics/draws.ts'
import { symmetricEigen } from '../../../src/main/statistics/linearAlgebra.ts'
import { matrixOf, zeros, type Matrix, type Matrix64 } from '../../../src/main/statistics/matrix.ts'
import { gram, product, rowProducts } from '../../../src/main/statistics/products.ts'

/** X of theory section 5. (8, 2) */
export const goldenX = matrixOf([
  [2, 0],
  [1, 3],
  [4, 1],
  [0, 5],
  [3, 3],
  [6, 2],
  [1, 1],
  [5, 7],
])
/** Y of theory section 5. (8, 3) */
export const goldenY = matrixOf([
  [1, 0, 2],
  [0, 1, 1],
  [3, 1, 0],
  [1, 4, 2],
  [2, 2, 2],
  [4, 0, 1],
  [0, 0, 3],
  [5, 3, 1],
])

/** rows × columns draws from N(0, 1), by name and seed. */
export function gaussian(rows: number, columns: number, seed = 0, name = 'tokens'): Matrix64 {
  const numbers = Float64Array.from(normals(seed, 'sampling', streamOf(name), rows * columns, 1))
  return { rows, columns, numbers }
}

/** rows × columns draws from the uniform distribution on [0, 1). */
export function uniform(rows: number, columns: number, seed = 0): Matrix64 {
  const numbers = Float64Array.from({ length: rows * columns }, (_, index) =>
    uniformAt(seed, 'sampling', streamOf('uniform tokens'), index),
  )
  return { rows, columns, numbers }
}

export const drawsOf = (seed: number): Draws => ({
  normals: (name, count) => normals(seed, 'sampling', streamOf(name), count, 1),
  uniform: (name, index) => uniformAt(seed, 'sampling', streamOf(name), index),
})

/** An orthogonal matrix: the eigenvectors of a random symmetric one. */
export const rotation = (size: number, seed = 0): Matrix64 =>
  symmetricEigen(gram(gaussian(size + 3, size, seed, 'rotation')))!.vectors

export const rotated = (x: Matrix, seed = 0): Matrix64 => product(x, rotation(x.columns, seed))

export const scaled = (x: Matrix, factor: number): Matrix64 => ({
  ...x,
  numbers: Float64Array.from(x.numbers, (value) => value * factor),
})

/** Every token moved by the same vector. */
export const translated = (x: Matrix, by: readonly number[]): Matrix64 => ({
  ...x,
  numbers: Float64Array.from(x.numbers, (value, index) => value + by[index % x.columns]!),
})

/** Channels stretched by factors. */
export const stretched = (x: Matrix, by: readonly number[]): Matrix64 => ({
  ...x,
  numbers: Float64Array.from(x.numbers, (value, index) => value * by[index % x.columns]!),
})

/** n times the same token. */
export function repeated(token: readonly number[], times: number): Matrix64 {
  return matrixOf(Array.from({ length: times }, () => [...token]))
}

/** Weights exp(x_i · y_j / √d), each row divided by its sum; causal where asked. (n, n) */
export function attention(queries: Matrix, keys: Matrix, causal = false): Matrix64 {
  const weights = rowProducts(queries, keys)
  const { rows, columns, numbers } = weights
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (let j = 0; j < columns; j++) {
      const score = numbers[i * columns + j]! / Math.sqrt(queries.columns)
      const weight = causal && j > i ? 0 : Math.exp(score)
      numbers[i * columns + j] = weight
      sum += weight
    }
    for (let j = 0; j < columns; j++) numbers[i * columns + j]! /= sum
  }
  return weights
}

export const uniformGraph = (size: number): Matrix64 => ({
  ...zeros(size, size),
  numbers: new Float64Array(size * size).fill(1 / size),
})

/** What no statistic defines, and what some do not: each must give a value or null, and never NaN or an exception. */
export const degenerate: Readonly<Record<string, Matrix>> = {
  'no tokens': zeros(0, 4),
  'one token': matrixOf([[1, 2, 3, 4]]),
  'two tokens': matrixOf([
    [1, 2, 3, 4],
    [0, 1, -1, 2],
  ]),
  zeros: zeros(12, 4),
  'the same token': repeated([0.1, 0.2, -0.3, 1e3], 12),
  'duplicates of two tokens': matrixOf(
    Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? [1, 0, 0, 0] : [0, 1, 2, 0])),
  ),
  'fewer tokens than channels': gaussian(5, 9),
  'tokens with the same number in every channel': matrixOf(
    Array.from({ length: 12 }, (_, i) => [i, i, i, i]),
  ),
  'one channel': gaussian(12, 1),
  'NaN inside': { ...zeros(12, 4), numbers: new Float64Array(48).fill(NaN, 7, 8) },
  'infinity inside': { ...zeros(12, 4), numbers: new Float64Array(48).fill(Infinity, 7, 8) },
  'large float32': { rows: 12, columns: 4, numbers: new Float32Array(48).map((_, i) => (i % 7) * 1e37) },
  'small float32': { rows: 12, columns: 4, numbers: new Float32Array(48).map((_, i) => (i % 7) * 1e-37) },
}

/** Every number in a value, however nested. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  if (value instanceof Float64Array || value instanceof Float32Array) return [...value]
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(numbersIn)
  return []
}
