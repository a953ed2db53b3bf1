/** The large products of the statistics, all of which pass here: a kernel in WebAssembly that knows nothing of edges. */
import { centred, transposed, type Matrix, type Matrix64 } from './matrix.ts'
import { rowProductsBytes } from './rowProducts.wasm.ts'

const pageBytes = 65_536
const memory = new WebAssembly.Memory({ initial: 1 })
const { exports: kernel } = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(rowProductsBytes, 'base64')),
  { host: { memory } },
)
const multiply = kernel.multiply as (
  ...numbers: [a: number, b: number, c: number, m: number, n: number, rowBytes: number, upper: number]
) => void

const roundUp = (value: number, multiple: number) => Math.ceil(value / multiple) * multiple

/** Copies a matrix to byte `offset` of the memory, each row followed by zeros up to `columns`. */
function put({ rows, columns: own, numbers }: Matrix, offset: number, columns: number): void {
  const target = new Float64Array(memory.buffer, offset, rows * columns)
  if (own === columns) return target.set(numbers)
  for (let i = 0; i < rows; i++) {
    target.set(numbers.subarray(i * own, (i + 1) * own), i * columns)
    target.fill(0, i * columns + own, (i + 1) * columns)
  }
}

/**
 * A Bᵀ (m, n) of A (m, k) and B (n, k): every inner product of a row of A with a row of B. 2mnk operations, half of
 * them where both are the same matrix, whose products are symmetric to the last bit. Sums are in float64, in an order that is
 * the same on every machine. Throws RangeError where there is no memory for all three.
 */
export function rowProducts(a: Matrix, b: Matrix = a): Matrix64 {
  const [m, n] = [a.rows, b.rows]
  // What the kernel takes: rows beyond the last hold whatever was there, and nobody reads what becomes of them.
  const [rows, columns, channels] = [roundUp(m, 2), roundUp(n, 4), roundUp(a.columns, 2)]
  const numbers = new Float64Array(m * n)
  const result = { rows: m, columns: n, numbers }
  if (numbers.length === 0 || channels === 0) return result
  const rowBytes = channels * 8
  const atB = a === b ? 0 : rows * rowBytes
  const atC = (a === b ? Math.max(rows, columns) : rows + columns) * rowBytes
  const bytes = atC + rows * columns * 8
  if (bytes > memory.buffer.byteLength) memory.grow(Math.ceil((bytes - memory.buffer.byteLength) / pageBytes))
  put(a, 0, channels)
  if (a !== b) put(b, atB, channels)
  multiply(0, atB, atC, rows, columns, rowBytes, a === b ? 1 : 0)
  const products = new Float64Array(memory.buffer, atC, rows * columns)
  if (columns === n) numbers.set(products.subarray(0, m * n))
  else for (let i = 0; i < m; i++) numbers.set(products.subarray(i * columns, i * columns + n), i * n)
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
