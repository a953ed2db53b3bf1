/**
 * Decompositions of small matrices, by ml-matrix: the one file of the statistics that knows it. Every function here is
 * null where a number is not finite, because iterations do not end well on those.
 */
import {
  EigenvalueDecomposition,
  Matrix as LibraryMatrix,
  SingularValueDecomposition,
  solve as solveLeastSquares,
} from 'ml-matrix'
import { allFinite, transposed, zeros, type Matrix, type Matrix64 } from './matrix.ts'
import { gram, rowProducts } from './products.ts'

/**
 * What counts as zero: a direction whose variance is this share of the largest, a millionth of its length, lies at the
 * resolution of the float32 numbers that a model computes with.
 */
export const negligible = 1e-12

function toLibrary({ rows, columns, numbers }: Matrix): LibraryMatrix {
  return LibraryMatrix.from1DArray(rows, columns, numbers)
}

function fromLibrary(matrix: LibraryMatrix): Matrix64 {
  return { rows: matrix.rows, columns: matrix.columns, numbers: new Float64Array(matrix.to1DArray()) }
}

export interface Eigenpairs {
  /** Largest first. (k) */
  readonly values: Float64Array
  /** Row i is the unit eigenvector of value i; its sign makes its largest entry positive. (k, D) */
  readonly vectors: Matrix64
}

/** A unit vector and its opposite are the same direction: the largest entry, the first of them, decides. */
function orient(vectors: Matrix64): void {
  const { rows, columns, numbers } = vectors
  for (let i = 0; i < rows; i++) {
    const row = numbers.subarray(i * columns, (i + 1) * columns)
    const extreme = row.reduce((a, b) => (Math.abs(b) > Math.abs(a) * (1 + 1e-9) ? b : a), 0)
    if (extreme < 0) for (let j = 0; j < columns; j++) row[j] = -row[j]!
  }
}

/** All eigenvalues and eigenvectors of a symmetric matrix (D, D). About 10 D³ operations. */
export function symmetricEigen(symmetric: Matrix): Eigenpairs | null {
  if (!allFinite(symmetric)) return null
  const size = symmetric.rows
  if (size === 0) return { values: new Float64Array(), vectors: zeros(0, 0) }
  const decomposition = new EigenvalueDecomposition(toLibrary(symmetric), { assumeSymmetric: true })
  const ascending = decomposition.realEigenvalues
  const byColumn = fromLibrary(decomposition.eigenvectorMatrix.transpose())
  const order = Array.from(ascending.keys()).sort((a, b) => ascending[b]! - ascending[a]!)
  const vectors = zeros(size, size)
  order.forEach((from, to) =>
    vectors.numbers.set(byColumn.numbers.subarray(from * size, (from + 1) * size), to * size),
  )
  orient(vectors)
  const values = Float64Array.from(order, (index) => ascending[index]!)
  return values.every(Number.isFinite) ? { values, vectors } : null
}

/**
 * The eigenvectors of XᵀX of X (n, D) that are not negligible, by the smaller of XᵀX and XXᵀ, with which it shares its
 * eigenvalues other than zero. At most min(n, D) pairs. nD·min(n, D) operations and the decomposition.
 */
export function principalDirections(x: Matrix): Eigenpairs | null {
  const isWide = x.columns > x.rows
  const pairs = symmetricEigen(isWide ? rowProducts(x) : gram(x))
  if (pairs === null) return null
  const largest = pairs.values[0] ?? 0
  const rank = pairs.values.filter((value) => value > negligible * largest && value > 0).length
  const values = pairs.values.subarray(0, rank)
  const kept: Matrix64 = {
    rows: rank,
    columns: pairs.vectors.columns,
    numbers: pairs.vectors.numbers.subarray(0, rank * pairs.vectors.columns),
  }
  if (!isWide) return { values, vectors: kept }
  const vectors = rowProducts(kept, transposed(x)) // uᵀX (rank, D), of length √λ
  for (let i = 0; i < rank; i++)
    for (let j = 0; j < x.columns; j++) vectors.numbers[i * x.columns + j]! /= Math.sqrt(values[i]!)
  orient(vectors)
  return { values, vectors }
}

export interface SingularTriples {
  /** (n, k) with k = min(n, D) */
  readonly left: Matrix64
  /** Largest first. (k) */
  readonly values: Float64Array
  /** (D, k) */
  readonly right: Matrix64
}

/** X = left · diag(values) · rightᵀ. */
export function singularDecomposition(x: Matrix): SingularTriples | null {
  if (!allFinite(x) || x.rows === 0 || x.columns === 0) return null
  const decomposition = new SingularValueDecomposition(toLibrary(x), { autoTranspose: true })
  const rank = Math.min(x.rows, x.columns)
  const first = (matrix: LibraryMatrix) => fromLibrary(matrix.subMatrix(0, matrix.rows - 1, 0, rank - 1))
  return {
    left: first(decomposition.leftSingularVectors),
    values: Float64Array.from(decomposition.diagonal.slice(0, rank)),
    right: first(decomposition.rightSingularVectors),
  }
}

/** X of A X = B for A (m, k) with m ≥ k, by least squares where m > k; null where A has not full rank. */
export function solve(a: Matrix, b: Matrix): Matrix64 | null {
  if (!allFinite(a) || !allFinite(b)) return null
  try {
    const solution = fromLibrary(solveLeastSquares(toLibrary(a), toLibrary(b)))
    return allFinite(solution) ? solution : null
  } catch {
    return null // ml-matrix throws where the decomposition is singular
  }
}

/**
 * L of a symmetric positive definite matrix M = LLᵀ (D, D), zeros above its diagonal; null where M is not positive
 * definite. Reads the upper triangle. D³/3 operations. By hand: statistics ask for thousands of small ones, and ml-matrix
 * takes longer to make its rows than to factor them.
 */
function choleskyFactor({ rows: size, numbers }: Matrix): Float64Array | null {
  const factor = new Float64Array(size * size)
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let rest = numbers[j * size + i]!
      for (let k = 0; k < j; k++) rest -= factor[i * size + k]! * factor[j * size + k]!
      if (i > j) factor[i * size + j] = rest / factor[j * size + j]!
      else if (rest > 0 && rest < Infinity) factor[i * size + i] = Math.sqrt(rest)
      else return null
    }
  return factor
}

function logDeterminantOf(factor: Float64Array, size: number): number {
  let sum = 0
  for (let i = 0; i < size; i++) sum += 2 * Math.log(factor[i * size + i]!)
  return sum
}

/** log det M of a symmetric positive definite matrix, by its upper triangle; null where it is not positive definite. */
export function logDeterminant(symmetric: Matrix): number | null {
  const factor = choleskyFactor(symmetric)
  return factor && logDeterminantOf(factor, symmetric.rows)
}

export interface Inverse {
  /** M⁻¹ (D, D) */
  readonly inverse: Matrix64
  /** log det M */
  readonly logDeterminant: number
}

/** The inverse of a symmetric positive definite matrix, by its upper triangle; null where it is not positive definite. D³. */
export function inverseOf(symmetric: Matrix): Inverse | null {
  const size = symmetric.rows
  const factor = choleskyFactor(symmetric)
  if (factor === null) return null
  // row j of L⁻ᵀ is column j of L⁻¹, which is zero before its entry j
  const roots = zeros(size, size)
  for (let j = 0; j < size; j++)
    for (let i = j; i < size; i++) {
      let rest = i === j ? 1 : 0
      for (let k = j; k < i; k++) rest -= factor[i * size + k]! * roots.numbers[j * size + k]!
      roots.numbers[j * size + i] = rest / factor[i * size + i]!
    }
  return { inverse: rowProducts(roots), logDeterminant: logDeterminantOf(factor, size) } // M⁻¹ = L⁻ᵀL⁻¹ (D, D)
}
