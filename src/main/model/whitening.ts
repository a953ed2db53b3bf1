/**
 * RN of theory A.7: an affine map that gives the tokens one fixed mean and covariance, whatever came in. Theorem 1 of
 * paper A (Shim 2022, arXiv 2205.01080) needs such an operator: layer norm acts on every token by itself, and is none.
 *
 * The statistics are running ones, kept in buffers. A batch is normalised with those of the batches before it: so no
 * token of a batch, earlier or later, of its sequence or of another, decides how a token is normalised, and training
 * and evaluation compute the same function. docs/decisions/0012-running-whitening.md
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensors } from '../engine/program.ts'
import type { ParameterSpecification } from './parameters.ts'

/** Share of a batch in the running statistics after it. */
const rate = 0.1

/** m = 0, S = I and W = S^(−1/2) = I: in the first step tokens pass as they are. */
export const whiteningBuffers = (name: string, width: number): ParameterSpecification[] => [
  { name: `${name}.mean`, shape: [width], initial: { value: 0 }, decayed: false },
  { name: `${name}.covariance`, shape: [width, width], initial: { identity: true }, decayed: false },
  { name: `${name}.whitening`, shape: [width, width], initial: { identity: true }, decayed: false },
]

/**
 * y = W (x − m): of tokens with mean m and covariance S, y has mean 0 and covariance I. What colours it again is the
 * learned scale and bias of the norm (norms.ts), a diagonal map where theory A.7 has one fixed Gaussian.
 * @param weights the buffers
 * @param x (N, C)
 * @returns y (N, C), and the buffers after this batch: m and S each move a tenth of the way to the mean and the covariance
 *   (about the mean, divided by N) of the batch, and W follows S. No gradient flows through them.
 */
export function whitened(
  weights: Tensors,
  name: string,
  x: tf.Tensor2D,
): { output: tf.Tensor2D; updates: Tensors } {
  const buffer = (kind: string) => weights[`${name}.${kind}`] as tf.Tensor2D
  const batchMean = x.mean(0) // (C)
  const centred = x.sub(batchMean) // (N, C)
  const batchCovariance = tf.matMul(centred, centred, true, false).mul(rate / x.shape[0]) // (C, C), rate included
  const covariance = buffer('covariance')
    .mul(1 - rate)
    .add<tf.Tensor2D>(batchCovariance)
  return {
    output: tf.matMul(x.sub(buffer('mean')), buffer('whitening'), false, true),
    updates: {
      [`${name}.mean`]: buffer('mean')
        .mul(1 - rate)
        .add(batchMean.mul(rate)),
      [`${name}.covariance`]: covariance,
      [`${name}.whitening`]: inverseSquareRoot(covariance),
    },
  }
}

/** 1.5^18 = 1478: directions with less than 5e-7 of ‖S‖ of the variance are not made as large as the others. */
const iterations = 18
/** Keeps the division possible where no token differs from another. */
const smallestNorm = 1e-8

/**
 * S^(−1/2) of a covariance S (C, C), by matrix products alone: the Newton-Schulz iteration for the polar factor of S^(1/2)
 * (Higham 2008, Functions of Matrices, chapter 8),
 *
 *     W ← (3 W − (W S Wᵀ) W) / 2, from W = I and S divided by its Frobenius norm,
 *
 * which keeps only W and measures W S Wᵀ against I anew each time, so that rounding does not build up: in float32 the two
 * differ by less than 1e-3 (spectral norm) for condition numbers up to 1e4 and widths up to 384. An iteration multiplies W
 * by at most 1.5 in any direction: it stays finite where S is singular. docs/decisions/0012-running-whitening.md
 */
export function inverseSquareRoot(covariance: tf.Tensor2D): tf.Tensor2D {
  const norm = covariance.square().sum().sqrt().add(smallestNorm)
  const scaled = covariance.div<tf.Tensor2D>(norm)
  let root: tf.Tensor2D = tf.eye(covariance.shape[0]).mul<tf.Tensor2D>(1.5).sub(scaled.mul(0.5)) // the first iteration
  for (let iteration = 1; iteration < iterations; iteration++) {
    const product = tf.matMul<tf.Tensor2D>(tf.matMul(root, scaled), root, false, true)
    root = root.mul<tf.Tensor2D>(1.5).sub(tf.matMul(product, root).mul(0.5))
  }
  return root.div(norm.sqrt())
}
