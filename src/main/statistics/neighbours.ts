/** The nearest tokens of tokens, for the measures that look at neighbours. */
import { columnMeans, movedTo, rowOf, squaredDistance, type Matrix, type Matrix64 } from './matrix.ts'
import { rowProducts } from './products.ts'

export interface Neighbours {
  /** How many of each token were asked for. */
  readonly count: number
  /** The rows of the neighbours of token i, the nearest first, at i · count; −1 where there are no more. */
  readonly indices: Int32Array
  /** ‖x_i − y_j‖² at the same places; Infinity where there are no more. */
  readonly squaredDistances: Float64Array
}

export interface NeighbourOptions {
  /** Leaves out row i of `to` for row i of `from`: they are the same tokens. */
  readonly others?: boolean
  /** How many rows of `to`, the first ones, token i may choose from; all by default. */
  readonly support?: (i: number) => number
}

/**
 * The `count` nearest rows of `to` of every row of `from`. Of equally near ones the first wins. 2n²D operations: candidates
 * by inner products of centred rows, their distances then by differences, so that duplicates are exactly 0 apart.
 */
export function nearestRows(
  from: Matrix,
  to: Matrix,
  count: number,
  options: NeighbourOptions = {},
): Neighbours {
  const origin = columnMeans(to)
  const [a, b] = [movedTo(from, origin), from === to ? null : movedTo(to, origin)]
  const products = b === null ? rowProducts(a) : rowProducts(a, b)
  const squares = squaredNorms(b ?? a)
  const indices = new Int32Array(from.rows * count).fill(-1)
  const squaredDistances = new Float64Array(from.rows * count).fill(Infinity)
  for (let i = 0; i < from.rows; i++) {
    const found = indices.subarray(i * count, (i + 1) * count)
    const distances = squaredDistances.subarray(i * count, (i + 1) * count)
    const support = options.support?.(i) ?? to.rows
    for (let j = 0; j < support; j++) {
      if (options.others === true && j === i) continue
      // ‖x_i − y_j‖² but for ‖x_i‖², which is the same for all j
      const distance = squares[j]! - 2 * products.numbers[i * to.rows + j]!
      if (!(distance >= distances[count - 1]!)) insert(found, distances, j, distance)
    }
    const candidates = found.filter((j) => j >= 0)
    found.fill(-1)
    distances.fill(Infinity)
    for (const j of candidates.sort()) insert(found, distances, j, squaredDistance(from, i, to, j))
  }
  return { count, indices, squaredDistances }
}

/** Puts a row in its place among the nearest ones, if it is one of them. */
function insert(indices: Int32Array, distances: Float64Array, row: number, distance: number): void {
  let place = indices.length
  while (place > 0 && distance < distances[place - 1]!) place--
  if (place === indices.length) return
  indices.copyWithin(place + 1, place, indices.length - 1)
  distances.copyWithin(place + 1, place, distances.length - 1)
  indices[place] = row
  distances[place] = distance
}

function squaredNorms(x: Matrix64): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, i) =>
    (rowOf(x, i) as Float64Array).reduce((sum, value) => sum + value ** 2, 0),
  )
}

/** The numbers of the rows that are the first of their kind, in order. n log n comparisons of rows. */
export function distinctRows(x: Matrix): number[] {
  const { columns, numbers } = x
  const compare = (a: number, b: number): number => {
    for (let c = 0; c < columns; c++) {
      const difference = numbers[a * columns + c]! - numbers[b * columns + c]!
      if (difference !== 0) return difference
    }
    return 0
  }
  const order = Array.from({ length: x.rows }, (_, i) => i).sort((a, b) => compare(a, b) || a - b)
  return order
    .filter((row, place) => place === 0 || compare(order[place - 1]!, row) !== 0)
    .sort((a, b) => a - b)
}
