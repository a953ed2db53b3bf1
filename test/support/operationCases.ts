/** Every operation that models use, with inputs small enough for central differences: one row per operation. */
import * as tf from '@tensorflow/tfjs'
import { attend } from '../../src/main/engine/operations/attend.ts'
import { crossEntropy } from '../../src/main/engine/operations/crossEntropy.ts'
import { embedding } from '../../src/main/engine/operations/embedding.ts'
import { gelu } from '../../src/main/engine/operations/gelu.ts'
import { layerNormalization } from '../../src/main/engine/operations/layerNormalization.ts'
import { rmsNormalization } from '../../src/main/engine/operations/rmsNormalization.ts'
import { sumOfSquares } from '../../src/main/engine/operations/sumOfSquares.ts'
import type { Tensors } from '../../src/main/engine/program.ts'
import { inverseSquareRoot } from '../../src/main/model/whitening.ts'
import { given, wave, type Given } from './devices.ts'

export interface OperationCase {
  /** Differentiated with respect to every float input. */
  readonly inputs: Record<string, Given>
  readonly apply: (tensors: Tensors) => tf.Tensor
  /** For operations without a gradient. */
  readonly forwardOnly?: boolean
}

const positive = (shape: readonly number[]): Given => {
  const { numbers } = wave(shape)
  return { shape, numbers: Float32Array.from(numbers, (value) => 1.5 + value) }
}
const unary = (apply: (x: tf.Tensor) => tf.Tensor, x: Given = wave([3, 4])): OperationCase => ({
  inputs: { x },
  apply: ({ x }) => apply(x!),
})
const binary = (
  apply: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  b: Given = positive([4]),
): OperationCase => ({
  inputs: { a: wave([3, 4]), b },
  apply: ({ a, b }) => apply(a!, b!),
})
/** A condition known while tracing: comparisons have no gradient. */
const condition = () =>
  tf.tensor(
    Array.from(wave([12], 3).numbers, (value) => value > 0),
    [3, 4],
    'bool',
  )
const duplicates = given([0, 2, 2, 2, 4, 0, 2, 1, 2, 2], 'int32')

export const operationCases: Record<string, OperationCase> = {
  abs: unary((x) => x.abs(), wave([3, 4], 0.5)), // away from the kink at 0
  clip: unary((x) => x.clipByValue(-0.5, 0.5)),
  elu: unary((x) => x.elu()),
  erf: unary((x) => x.erf()),
  exp: unary((x) => x.exp()),
  log: unary((x) => x.log(), positive([3, 4])),
  negate: unary((x) => x.neg()),
  reciprocal: unary((x) => x.reciprocal(), positive([3, 4])),
  relu: unary((x) => x.relu(), wave([3, 4], 0.5)),
  'reciprocal square root': unary((x) => x.rsqrt(), positive([3, 4])),
  sigmoid: unary((x) => x.sigmoid()),
  softplus: unary((x) => x.softplus()),
  'square root': unary((x) => x.sqrt(), positive([3, 4])),
  square: unary((x) => x.square()),
  tanh: unary((x) => x.tanh()),
  add: binary((a, b) => a.add(b)),
  subtract: binary((a, b) => a.sub(b)),
  multiply: binary((a, b) => a.mul(b)),
  divide: binary((a, b) => a.div(b)),
  maximum: binary((a, b) => a.maximum(b), wave([3, 4], 2)),
  minimum: binary((a, b) => a.minimum(b), wave([3, 4], 2)),
  'squared difference': binary((a, b) => tf.squaredDifference(a, b), wave([3, 4], 2)),
  'broadcast over the middle': binary((a, b) => a.reshape([3, 1, 4]).mul(b), wave([2, 1], 2)),
  select: binary((a, b) => tf.where(condition(), a, b), wave([3, 4], 2)),
  sum: unary((x) => x.sum(0)),
  'sum of everything': unary((x) => x.sum()),
  mean: unary((x) => x.mean(-1, true)),
  power: unary((x) => x.pow(3), positive([3, 4])),
  'maximum over an axis': unary((x) => x.max(-1)),
  'sum over a unit axis': unary((x) => x.reshape([3, 1, 4]).sum(1)),
  softmax: unary((x) => tf.softmax(x)),
  'log softmax': unary((x) => tf.logSoftmax(x)),
  transpose: unary((x) => x.reshape([3, 2, 2]).transpose([2, 0, 1])),
  slice: unary((x) => x.slice([1, 1], [2, 2])),
  concatenate: binary((a, b) => tf.concat([a, b], 0), wave([2, 4], 3)),
  split: unary((x) => tf.split(x, 2, 1)[1]!.mul(2)),
  'split into many parts, joined again': unary(
    (x) => tf.concat(tf.split(x, 20, 1).toReversed(), 1),
    wave([3, 40]),
  ),
  tile: unary((x) => x.tile([2, 3])),
  'expand dimensions': unary((x) => x.expandDims(1)),
  'broadcast to': unary((x) => x.reshape([3, 1, 4]).broadcastTo([3, 5, 4])),
  'add many': binary((a, b) => tf.addN([a, b, a]), wave([3, 4], 4)),
  'matrix product': binary((a, b) => tf.matMul(a, b), wave([4, 5], 1)),
  'matrix product, second transposed': binary((a, b) => tf.matMul(a, b, false, true), wave([5, 4], 1)),
  'matrix product, first transposed': binary((a, b) => tf.matMul(a, b, true, false), wave([3, 5], 1)),
  'batched matrix product': {
    inputs: { a: wave([2, 3, 4, 5]), b: wave([2, 3, 6, 5], 1) },
    apply: ({ a, b }) => tf.matMul(a!, b!, false, true),
  },
  gather: {
    inputs: { x: wave([5, 4]), rows: given([4, 0, 2], 'int32') },
    apply: ({ x, rows }) => tf.gather(x!, rows as tf.Tensor1D),
    forwardOnly: true,
  },
  'one-hot': {
    inputs: { rows: duplicates },
    apply: ({ rows }) => tf.oneHot(rows as tf.Tensor1D, 5),
    forwardOnly: true,
  },
  'not equal': { ...binary((a, b) => a.notEqual(b).cast('float32')), forwardOnly: true },
  'sum of squares': { ...unary((x) => sumOfSquares(x)), forwardOnly: true },
  gelu: unary((x) => gelu(x), wave([3, 4], 0, 3)),
  'layer normalisation': {
    inputs: { x: wave([6, 8]), scale: positive([8]) },
    apply: ({ x, scale }) => layerNormalization(x as tf.Tensor2D, scale as tf.Tensor1D),
  },
  'root mean square normalisation': {
    inputs: { x: wave([6, 8]), scale: positive([8]) },
    apply: ({ x, scale }) => rmsNormalization(x as tf.Tensor2D, scale as tf.Tensor1D),
  },
  'inverse square root of a covariance': {
    ...unary((x) => inverseSquareRoot(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, true)), wave([9, 4])),
    forwardOnly: true,
  },
  'embedding with many duplicates': {
    inputs: { table: wave([5, 4]), rows: duplicates },
    apply: ({ table, rows }) => embedding(table as tf.Tensor2D, rows as tf.Tensor1D),
  },
  'cross entropy': {
    inputs: { logits: wave([10, 5], 0, 4), targets: duplicates },
    apply: ({ logits, targets }) => crossEntropy(logits as tf.Tensor2D, targets as tf.Tensor1D),
  },
  'softmax attention': {
    inputs: { scores: wave([2, 2, 3, 3], 0, 3), values: wave([2, 2, 3, 4], 1) },
    apply: ({ scores, values }) => attend(scores as tf.Tensor4D, values as tf.Tensor4D).readings,
  },
}

// tfjs's own gradients of maximum, minimum and squared difference do not sum over broadcast axes: same shapes here.

/** What the value is weighted with, so that every element has a gradient of its own. */
export const weightsFor = (shape: readonly number[]): Given => wave(shape, 7)

/** What a case computes: the value, and the gradients of Σ value · weights where the weights are another wave. */
export function valueAndGradients({ inputs, apply, forwardOnly }: OperationCase) {
  return (tensors: Tensors): Tensors => {
    const value = apply(tensors)
    if (forwardOnly) return { value }
    const names = Object.keys(inputs).filter((name) => inputs[name]!.dtype !== 'int32')
    const weights = tf.tensor(Float32Array.from(weightsFor(value.shape).numbers), value.shape)
    const weighted = (...values: tf.Tensor[]) =>
      apply({ ...tensors, ...Object.fromEntries(names.map((name, index) => [name, values[index]!])) })
        .mul(weights)
        .sum()
    const gradients = tf.grads(weighted)(names.map((name) => tensors[name]!))
    return { value, ...Object.fromEntries(names.map((name, index) => [`d${name}`, gradients[index]!])) }
  }
}
