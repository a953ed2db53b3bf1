/** What of a cloud is linear: its principal components, and how well a later cloud is an affine map of the first. */
import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix'
import { streamOf, uniformAt } from '../engine/random.ts'
import { moments, type Cloud } from './cloud.ts'

/** Singular values below this share of the largest are those of a direction that a cloud does not have. */
const negligible = 1e-6

export interface Frame {
  readonly mean: Float64Array
  /** Orthonormal directions of largest variance, the largest first (D, k). */
  readonly axes: Matrix
}

const rowsOf = ({ count, width, values }: Cloud): Matrix => Matrix.from1DArray(count, width, values)

function centred(cloud: Cloud, mean: Float64Array): Matrix {
  return rowsOf(cloud).subRowVector([...mean])
}

/**
 * The first `k` principal components, from the smaller of XᵀX and XXᵀ. A direction's sign is that which makes its
 * largest entry positive. Fewer than `k` where the cloud has no more dimensions.
 */
export function principalFrame(cloud: Cloud, k: number): Frame {
  const { mean } = moments(cloud)
  const x = centred(cloud, mean) // (n, D)
  const isWide = cloud.width > cloud.count
  const gram = isWide ? x.mmul(x.transpose()) : x.transpose().mmul(x)
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true })
  const largest = realEigenvalues
    .map((value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value)
    .slice(0, k)
  const kept = largest.filter(({ value }) => value > negligible ** 2 * largest[0]!.value)
  const axes = kept.map(({ index }) => {
    const vector = eigenvectorMatrix.subMatrixColumn([index])
    const axis = isWide ? x.transpose().mmul(vector) : vector // (D, 1)
    const entries = axis.to1DArray()
    const extreme = entries.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0)
    return entries.map((entry) => (entry * Math.sign(extreme)) / axis.norm())
  })
  return { mean, axes: axes.length > 0 ? new Matrix(axes).transpose() : new Matrix(cloud.width, 0) }
}

/** Coordinates of the tokens along the axes of a frame. (n, k) */
export const scoresIn = ({ mean, axes }: Frame, cloud: Cloud): Matrix => centred(cloud, mean).mmul(axes)

/**
 * Mean canonical correlation of two centred sets of k columns: 1 where each is an invertible map of the other, 0 where
 * they are uncorrelated. Null where they have not the same number of columns, or none.
 */
export function meanCanonicalCorrelation(a: Matrix, b: Matrix): number | null {
  if (a.columns !== b.columns || a.columns === 0) return null
  const basis = (x: Matrix) => new SingularValueDecomposition(x, { autoTranspose: true }).leftSingularVectors
  const { diagonal } = new SingularValueDecomposition(basis(a).transpose().mmul(basis(b)))
  return diagonal.reduce((sum, value) => sum + Math.min(1, value), 0) / diagonal.length
}

/**
 * R² of the best affine map from the tokens of `first` to later ones, by least squares on one half of the tokens and
 * measured on the other. Null where a half is too small to fit a map, or where the other half has no variance.
 */
export function linearityFrom(first: Cloud, seed: number): (later: Cloud) => number | null {
  const { count, width } = first
  const order = shuffled(count, seed)
  const [fitted, heldOut] = [order.slice(0, count >> 1), order.slice(count >> 1)]
  if (fitted.length <= width + 1) return () => null
  const withOne = (tokens: readonly number[]) => {
    const rows = rowsOf(first).subMatrixRow([...tokens])
    return rows.addColumn(Matrix.ones(rows.rows, 1)) // (n/2, D + 1)
  }
  const decomposition = new SingularValueDecomposition(withOne(fitted), { autoTranspose: true })
  const given = withOne(heldOut)
  return (later) => {
    const map = decomposition.solve(rowsOf(later).subMatrixRow(fitted)) // (D + 1, D)
    const wanted = rowsOf(later).subMatrixRow(heldOut)
    const residual = Matrix.sub(wanted, given.mmul(map)).norm() ** 2
    const total = wanted.clone().subRowVector(wanted.mean('column')).norm() ** 2
    return total > 0 ? 1 - residual / total : null
  }
}

function shuffled(count: number, seed: number): number[] {
  const key = (index: number) => uniformAt(seed, 'derivation', streamOf('held-out tokens'), index)
  return Array.from({ length: count }, (_, index) => ({ index, key: key(index) }))
    .sort((a, b) => a.key - b.key)
    .map(({ index }) => index)
}
