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

/** Xᵀ (D, n). */
export function transposed({ rows, columns, numbers }: Matrix): Matrix64 {
  const result = zeros(columns, rows)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result.numbers[j * rows + i] = numbers[i * columns + j]!
  return result
}

/** The mean of every column (D): zeros where there are no rows. Of identical rows it is that row, to the last bit. */
export function columnMeans({ rows, columns, numbers }: Matrix): Float64Array {
  const means = new Float64Array(columns)
  if (rows === 0) return means
  // Sums of differences from the first row: exactly zero where rows are identical.
  for (let i = 1; i < rows; i++)
    for (let j = 0; j < columns; j++) means[j]! += numbers[i * columns + j]! - numbers[j]!
  for (let j = 0; j < columns; j++) means[j] = numbers[j]! + means[j]! / rows
  return means
}

/** X − 1x̄ᵀ (n, D). Identical rows become exactly zero. */
export function centred(x: Matrix): Matrix64 {
  const { rows, columns, numbers } = x
  const means = columnMeans(x)
  const result = zeros(rows, columns)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result.numbers[i * columns + j] = numbers[i * columns + j]! - means[j]!
  return result
}

const inFloat64 = ({ numbers }: Matrix): Float64Array =>
  numbers instanceof Float64Array ? numbers : Float64Array.from(numbers)

/**
 * A Bᵀ (m, n) of A (m, k) and B (n, k): every inner product of a row of A with a row of B. 2mnk operations, half of
 * them where both are the same matrix.
 *
 * All large products of the statistics pass here, because rows lie side by side in memory: two rows of A against four
 * of B, with their eight sums in registers. At the edges the last row stands in for missing ones.
 */
export function rowProducts(a: Matrix, b: Matrix = a): Matrix64 {
  const left = inFloat64(a)
  const right = b === a ? left : inFloat64(b)
  const [m, n, k] = [a.rows, b.rows, a.columns]
  const result = zeros(m, n)
  const { numbers } = result
  for (let i = 0; i < m; i += 2) {
    const lower = Math.min(i + 1, m - 1)
    const a0 = i * k
    const a1 = lower * k
    for (let j = a === b ? i - (i % 4) : 0; j < n; j += 4) {
      const b0 = j * k
      const b1 = Math.min(j + 1, n - 1) * k
      const b2 = Math.min(j + 2, n - 1) * k
      const b3 = Math.min(j + 3, n - 1) * k
      let s00 = 0
      let s01 = 0
      let s02 = 0
      let s03 = 0
      let s10 = 0
      let s11 = 0
      let s12 = 0
      let s13 = 0
      for (let c = 0; c < k; c++) {
        const x = left[a0 + c]!
        const y = left[a1 + c]!
        const p = right[b0 + c]!
        const q = right[b1 + c]!
        const r = right[b2 + c]!
        const s = right[b3 + c]!
        s00 += x * p
        s01 += x * q
        s02 += x * r
        s03 += x * s
        s10 += y * p
        s11 += y * q
        s12 += y * r
        s13 += y * s
      }
      const upperRow = i * n + j
      const lowerRow = lower * n + j
      numbers[upperRow] = s00
      numbers[lowerRow] = s10
      if (j + 1 >= n) continue
      numbers[upperRow + 1] = s01
      numbers[lowerRow + 1] = s11
      if (j + 2 >= n) continue
      numbers[upperRow + 2] = s02
      numbers[lowerRow + 2] = s12
      if (j + 3 >= n) continue
      numbers[upperRow + 3] = s03
      numbers[lowerRow + 3] = s13
    }
  }
  if (a === b) mirror(result)
  return result
}

/** Makes a square matrix symmetric by its upper triangle. */
function mirror({ rows, numbers }: Matrix64): void {
  for (let i = 1; i < rows; i++) for (let j = 0; j < i; j++) numbers[i * rows + j] = numbers[j * rows + i]!
}

/** A B (m, n) of A (m, k) and B (k, n). 2mnk operations. */
export const product = (a: Matrix, b: Matrix): Matrix64 => rowProducts(a, transposed(b))

/** XᵀX (D, D). nD² operations. */
export const gram = (x: Matrix): Matrix64 => rowProducts(transposed(x))

/** C = X_cᵀX_c / n (D, D), with 1/n. nD² operations. */
export function covariance(x: Matrix): Matrix64 {
  const result = gram(centred(x))
  for (let index = 0; index < result.numbers.length; index++) result.numbers[index]! /= x.rows
  return result
}

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
export const allFinite = ({ numbers }: Matrix): boolean => numbers.every((value) => Number.isFinite(value))

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
