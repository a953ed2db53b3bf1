/** Running whitening: the inverse square root, the statistics, and that it stays finite where a covariance is singular. */
import * as tf from '@tensorflow/tfjs'
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Device } from '../../../src/main/engine/program.ts'
import { initialNumbers } from '../../../src/main/model/parameters.ts'
import { inverseSquareRoot, whitened, whiteningBuffers } from '../../../src/main/model/whitening.ts'
import { compute, devices, relativeDifference, wave, type Given } from '../../support/devices.ts'

const given = (matrix: Matrix): Given => ({
  shape: [matrix.rows, matrix.columns],
  numbers: matrix.to1DArray(),
})
const rowsOf = (numbers: ArrayLike<number>, columns: number): Matrix =>
  Matrix.from1DArray(numbers.length / columns, columns, Array.from(numbers))

const decomposed = (symmetric: Matrix) => new EigenvalueDecomposition(symmetric, { assumeSymmetric: true })

/** Q diag(eigenvalues) Qᵀ in float32, where Q are the eigenvectors of a fixed symmetric matrix. */
function withEigenvalues(eigenvalues: readonly number[]): Matrix {
  const size = eigenvalues.length
  const some = rowsOf(wave([size, size]).numbers, size)
  const vectors = decomposed(Matrix.add(some, some.transpose())).eigenvectorMatrix
  const product = vectors.mmul(Matrix.diag([...eigenvalues])).mmul(vectors.transpose())
  const symmetric = Matrix.add(product, product.transpose()).div(2)
  return rowsOf(Float32Array.from(symmetric.to1DArray()), size)
}

function exactInverseRoot(covariance: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix: vectors } = decomposed(covariance)
  const roots = Matrix.diag(realEigenvalues.map((value) => 1 / Math.sqrt(value)))
  return vectors.mmul(roots).mmul(vectors.transpose())
}

const size = 24
const spectra: Record<string, number[]> = {
  'all equal': Array.from({ length: size }, () => 3),
  'condition number 100': Array.from({ length: size }, (_, i) => 10 ** ((-2 * i) / (size - 1))),
  'condition number 10,000': Array.from({ length: size }, (_, i) => 10 ** ((-4 * i) / (size - 1))),
  'one direction 10,000 times weaker': Array.from({ length: size }, (_, i) => (i === 0 ? 1e-4 : 1)),
  'one direction 10,000 times stronger': Array.from({ length: size }, (_, i) => (i === 0 ? 1e4 : 1)),
  'as small as embeddings at the start': Array.from({ length: size }, (_, i) => 4e-4 / (1 + i)),
}

describe.each(devices)('whitening on %s', (_, open) => {
  let device: Device
  beforeAll(async () => {
    device = await open()
  })

  it.each(Object.entries(spectra))('the inverse square root, %s: right to 1e-3', async (_, eigenvalues) => {
    const covariance = withEigenvalues(eigenvalues)
    const { root } = await compute(device, { covariance: given(covariance) }, ({ covariance }) => ({
      root: inverseSquareRoot(covariance as tf.Tensor2D),
    }))
    const found = rowsOf(root!, size)
    const difference = Matrix.sub(found, exactInverseRoot(covariance)).norm()
    expect(difference / exactInverseRoot(covariance).norm()).toBeLessThan(1e-3)
    const whitened = found.mmul(covariance).mmul(found.transpose())
    expect(Matrix.sub(whitened, Matrix.eye(size)).norm()).toBeLessThan(1e-3)
  })

  it.each([
    ['no variance at all', Array.from({ length: size }, () => 0)],
    ['one direction only', Array.from({ length: size }, (_, i) => (i === 0 ? 5 : 0))],
    ['three directions', Array.from({ length: size }, (_, i) => (i < 3 ? 5 : 0))],
  ])('the inverse square root, %s: finite', async (_, eigenvalues) => {
    const { root } = await compute(
      device,
      { covariance: given(withEigenvalues(eigenvalues)) },
      ({ covariance }) => ({ root: inverseSquareRoot(covariance as tf.Tensor2D) }),
    )
    const strength = Math.sqrt(Math.hypot(...eigenvalues) + 1e-8)
    for (const value of root!) expect(Math.abs(value) * strength).toBeLessThan(5000) // NaN is not less
  })

  const initial = Object.fromEntries(
    whiteningBuffers('norm', 3).map((buffer) => [
      buffer.name,
      { shape: buffer.shape, numbers: initialNumbers(buffer, 0) },
    ]),
  )
  const step = (buffers: Record<string, Given>, x: Given) =>
    compute(device, { ...buffers, x }, ({ x, ...weights }) => {
      const { output, updates } = whitened(weights, 'norm', x as tf.Tensor2D)
      return {
        output,
        ...Object.fromEntries(Object.entries(updates).map(([key, value]) => [`next/${key}`, value])),
      }
    })
  /** The buffers after a step. */
  const after = (results: Awaited<ReturnType<typeof step>>): Record<string, Given> =>
    Object.fromEntries(
      Object.entries(initial).map(([key, { shape }]) => [key, { shape, numbers: results[`next/${key}`]! }]),
    )

  it('passes the first batch as it is, and takes a tenth of its statistics', async () => {
    const x = { shape: [4, 3], numbers: [1, 2, 0, 3, 2, 0, 1, 6, 0, 3, 6, 8] }
    const results = await step(initial, x)
    expect(Array.from(results.output!)).toEqual(x.numbers)
    expect(relativeDifference(results['next/norm.mean']!, [0.2, 0.4, 0.2])).toBeLessThan(1e-6)
    // about the means 2, 4, 2: variances 1, 4, 12 and covariances 0, 2, 4, divided by N = 4
    const covariance = [0.9 + 0.1, 0, 0.2, 0, 0.9 + 0.4, 0.4, 0.2, 0.4, 0.9 + 1.2]
    expect(relativeDifference(results['next/norm.covariance']!, covariance)).toBeLessThan(1e-6)
    const whitening = exactInverseRoot(rowsOf(covariance, 3)).to1DArray()
    expect(relativeDifference(results['next/norm.whitening']!, whitening)).toBeLessThan(1e-5)
  })

  it('after many batches gives tokens the mean 0 and the covariance I', async () => {
    const mixing = [2, 0.3, -1, 0, 0.5, 0.2, 0, 0, 0.3]
    const tokens = rowsOf(wave([64, 3]).numbers, 3)
    const x = given(tokens.mmul(rowsOf(mixing, 3)).add(4))
    let buffers: Record<string, Given> = initial
    let output: ArrayLike<number> = []
    for (let batch = 0; batch < 150; batch++) {
      const results = await step(buffers, x)
      buffers = after(results)
      output = results.output!
    }
    const y = rowsOf(output, 3)
    for (const mean of y.mean('column')) expect(Math.abs(mean)).toBeLessThan(1e-3)
    const covariance = y.transpose().mmul(y).div(64)
    expect(Matrix.sub(covariance, Matrix.eye(3)).norm()).toBeLessThan(1e-3)
  }, 30_000)

  it('stays finite where every token is the same, step after step', async () => {
    const x = { shape: [4, 3], numbers: Array.from({ length: 12 }, (_, index) => [0.3, -2, 7][index % 3]!) }
    let buffers: Record<string, Given> = initial
    for (let batch = 0; batch < 150; batch++) {
      const results = await step(buffers, x)
      for (const value of [...results.output!, ...results['next/norm.whitening']!])
        expect(Number.isFinite(value)).toBe(true)
      buffers = after(results)
    }
  }, 30_000)
})
