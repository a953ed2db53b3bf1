/**
 * Tokens as the statistics take them: plain row-major numbers, one row per token, one column per channel. n tokens, D
 * channels. No tensors here, no model and no files: what arrives are numbers that a probe read.
 *
 * Everything is summed in float64. A statistic that its input does not define (identical tokens, fewer tokens than it
 * needs, a zero to divide by, numbers that are not finite) is null: never NaN, never an exception.
 * Decompositions are in linearAlgebra.ts.
 */

export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** Row by row: the number in row i and column j is numbers[i · columns + j]. */
  readonly numbers: Float64Array | Float32Array
}

/** A matrix that was computed here. */
export interface Matrix64 extends Matrix {
  readonly numbers: Float64Array
}

export function zeros(rows: number, columns: number): Matrix64 {
  return { rows, columns, numbers: new Float64Array(rows * columns) }
}

/** From lists of numbers, all of one length. */
export function matrixOf(rows: readonly (readonly number[])[]): Matrix64 {
  return { rows: rows.length, columns: rows[0]?.length ?? 0, numbers: Float64Array.from(rows.flat()) }
}

export function identity(size: number): Matrix64 {
  const result = zeros(size, size)
  for (let i = 0; i < size; i++) result.numbers[i * size + i] = 1
  return result
}

/** The numbers of row i, not copied. */
export function rowOf(x: Matrix, i: number): Float64Array | Float32Array {
  return x.numbers.subarray(i * x.columns, (i + 1) * x.columns)
}

/** Some rows, in the order of their numbers. */
export function selectRows(x: Matrix, rows: ArrayLike<number>): Matrix64 {
  const result = zeros(rows.length, x.columns)
  for (let i = 0; i < rows.length; i++) result.numbers.set(rowOf(x, rows[i]!), i * x.columns)
  return result
}

/** Rows from `start` to before `end`, not copied. */
export function sliceRows(x: Matrix, start: number, end: number): Matrix {
  return {
    rows: end - start,
    columns: x.columns,
    numbers: x.numbers.subarray(start * x.columns, end * x.columns),
  }
}

/** Rows and columns that fit into the fastest memory together. */
const tile = 16

/** Xᵀ (D, n). */
export function transposed({ rows, columns, numbers }: Matrix): Matrix64 {
  const result = zeros(columns, rows)
  for (let top = 0; top < rows; top += tile)
    for (let left = 0; left < columns; left += tile) {
      const [bottom, right] = [Math.min(rows, top + tile), Math.min(columns, left + tile)]
      for (let i = top; i < bottom; i++)
        for (let j = left; j < right; j++) result.numbers[j * rows + i] = numbers[i * columns + j]!
    }
  return result
}

/** The mean of every column (D): zeros where there are no rows. Of identical rows it is that row, to the last bit. */
export function columnMeans({ rows, columns, numbers }: Matrix): Float64Array {
  const means = new Float64Array(columns)
  if (rows === 0) return means
  // Sums of differences from the first row: exactly zero where rows are identical.
  for (let i = 1, at = columns; i < rows; i++)
    for (let j = 0; j < columns; j++, at++) means[j]! += numbers[at]! - numbers[j]!
  for (let j = 0; j < columns; j++) means[j] = numbers[j]! + means[j]! / rows
  return means
}

/** X − 1oᵀ (n, D): as seen from o (D). */
export function movedTo({ rows, columns, numbers }: Matrix, origin: Float64Array): Matrix64 {
  const moved = new Float64Array(rows * columns)
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, at++) moved[at] = numbers[at]! - origin[j]!
  return { rows, columns, numbers: moved }
}

/** X − 1x̄ᵀ (n, D). Identical rows become exactly zero. */
export const centred = (x: Matrix): Matrix64 => movedTo(x, columnMeans(x))

/** ‖X‖_F², the sum of squares. */
export function sumOfSquares({ numbers }: Matrix): number {
  let sum = 0
  for (let index = 0; index < numbers.length; index++) sum += numbers[index]! ** 2
  return sum
}

/** ⟨x_i, y_j⟩ of row i of X with row j of Y. */
export function innerProduct(x: Matrix, i: number, y: Matrix, j: number): number {
  const { columns, numbers } = x
  const others = y.numbers
  let sum = 0
  for (let c = 0; c < columns; c++) sum += numbers[i * columns + c]! * others[j * columns + c]!
  return sum
}

/** ‖x_i − y_j‖² of row i of X and row j of Y. */
export function squaredDistance(x: Matrix, i: number, y: Matrix, j: number): number {
  const { columns, numbers } = x
  const others = y.numbers
  let sum = 0
  for (let c = 0; c < columns; c++) sum += (numbers[i * columns + c]! - others[j * columns + c]!) ** 2
  return sum
}

/** A number, or null where it is none: what ends a statistic that may not be defined. */
export const defined = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** Whether every number is finite. */
export function allFinite({ numbers }: Matrix): boolean {
  for (let index = 0; index < numbers.length; index++) if (!Number.isFinite(numbers[index])) return false
  return true
}

/** Sum over count, null where there is nothing to average. */
export function mean(values: ArrayLike<number>): number | null {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index]!
  return defined(sum / values.length)
}

/** The middle value, or the mean of the two in the middle; null where there are none. Sorts the values in place. */
export function medianInPlace(values: Float64Array): number | null {
  if (values.length === 0) return null
  values.sort()
  const middle = values.length >> 1
  return defined(values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2)
}
