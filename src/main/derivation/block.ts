/**
 * What a step of a derivation applies to n tokens X (n, D), as functions of tfjs: the branches of one block of the models.
 *
 *     pre   X ← r X + s F(N(X))            post   X ← N(r X + s F(X))
 *
 * F is the attention layer of the models with one head, no mask and no biases, and after it, with random weights, their MLP.
 * N is the norm without scale and bias, r 1 or 0, s the step size. With identity weights the maps to queries, keys and
 * values, and back, are the identity, and there is no MLP. A variant's own parameters have their initial values.
 */
import * as tf from '@tensorflow/tfjs'
import { blockOf } from '../../shared/closedForms.ts'
import type { DerivationSettings } from '../../shared/derivation.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import { layerNormalization } from '../engine/operations/layerNormalization.ts'
import { rmsNormalization } from '../engine/operations/rmsNormalization.ts'
import type { Tensors } from '../engine/program.ts'
import { attentionLayer } from '../model/attention/layer.ts'
import { mlpOf } from '../model/mlp.ts'
import { initialNumbers, withMapsFrom, type ParameterSpecification } from '../model/parameters.ts'
import { inverseSquareRoot } from '../model/whitening.ts'
import type { NamedAxes } from './derive.ts'

export type StepSettings = Pick<
  DerivationSettings,
  | ('norm' | 'normPlacement' | 'residual' | 'stepSize' | 'seed')
  | ('weights' | 'initialDeviation' | 'mlpRatio')
>

/**
 * Over the tokens at hand, x (n, D) → (n, D). Whitening is the RN of theory A.7 taken literally: after it the tokens have
 * mean 0 and covariance I. (In a model it follows running statistics, src/main/model/whitening.ts.)
 */
const norms: Record<StepSettings['norm'], (x: tf.Tensor2D) => tf.Tensor2D> = {
  none: (x) => x,
  layer: (x) => layerNormalization(x, tf.ones([x.shape[1]])),
  rms: (x) => rmsNormalization(x, tf.ones([x.shape[1]])),
  whitening(x) {
    const centred = x.sub<tf.Tensor2D>(x.mean(0))
    const covariance = tf.matMul<tf.Tensor2D>(centred, centred, true).mul<tf.Tensor2D>(1 / x.shape[0]) // (D, D)
    return tf.matMul(centred, inverseSquareRoot(covariance))
  },
}

/** [I I ... I] for the maps of the layer, the usual start for what the variant adds. */
function identityOrInitial(parameter: ParameterSpecification, seed: number): Float32Array {
  if (!parameter.name.endsWith('.weight')) return initialNumbers(parameter, seed)
  const [rows, columns] = parameter.shape as [number, number]
  return Float32Array.from({ length: rows * columns }, (_, index) =>
    Number((index % columns) % rows === Math.floor(index / columns)),
  )
}

/** The block of the models whose draws it has: the first. Its maps to the residual stream start smaller by 1/√2. */
const drawnAs = 'blocks.0'
const outputScale = Math.SQRT1_2

export interface Block {
  readonly weights: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly numbers: Float32Array
  }[]
  /** X (n, D): the next X, what attention reads of it (n, D), and what it then looks at, A (n, n). */
  forward(
    weights: Tensors,
    tokens: tf.Tensor2D,
  ): { next: tf.Tensor2D; read: tf.Tensor2D; pattern: tf.Tensor2D }
}

/** Throws WorkbenchError 'invalid-request' for a variant that needs two heads, and for an MLP alone where there is none. */
export function derivedBlock(
  { axes, mlpOnly = false }: Omit<NamedAxes, 'id'>,
  [count, width]: readonly [count: number, width: number],
  common: StepSettings,
): Block {
  const { weights: kind, initialDeviation, seed } = common
  const mlpRatio = axes.block.mlpRatio ?? common.mlpRatio
  const { norm, normPlacement, residual, stepSize } = blockOf(common, axes)
  if (axes.operator === 'differential')
    throw new WorkbenchError(
      'invalid-request',
      'Differential attention is the difference of two heads, and a derivation has one.',
      'Derive another variant.',
    )
  const hasMlp = kind === 'random' && Math.round(mlpRatio * width) > 0
  if (mlpOnly && !hasMlp)
    throw new WorkbenchError(
      'invalid-request',
      'Identity weights have no MLP, nor has an MLP ratio of 0: with attention off nothing would move the tokens.',
      'Choose random weights and an MLP ratio above 0, or leave this row out.',
    )
  const attention = attentionLayer(axes, {
    ...{ width, heads: 1, tokens: count, layer: 0 },
    ...{ biases: false, rotary: false, outputScale },
  })
  const mlp = hasMlp
    ? mlpOf({ width, mlpRatio, activation: 'gelu', biases: false }, `${drawnAs}.mlp`, outputScale)
    : null
  const drawn = (parameter: ParameterSpecification) =>
    initialNumbers(withMapsFrom([parameter], initialDeviation)[0]!, seed)

  const readFrom = (x: tf.Tensor2D) => (normPlacement === 'pre' ? norms[norm](x) : x)
  const joined = (x: tf.Tensor2D, output: tf.Tensor2D) => {
    const branch = output.mul<tf.Tensor2D>(stepSize)
    const sum = residual ? x.add<tf.Tensor2D>(branch) : branch
    return normPlacement === 'post' ? norms[norm](sum) : sum
  }

  return {
    weights: [
      ...attention.parameters.map((parameter) => {
        const { name, shape } = parameter
        const inModel = { ...parameter, name: `${drawnAs}.attention.${name}` }
        const numbers = kind === 'identity' ? identityOrInitial(parameter, seed) : drawn(inModel)
        return { name, shape, numbers }
      }),
      ...(mlp?.parameters ?? []).map((parameter) => ({
        ...{ name: parameter.name, shape: parameter.shape },
        numbers: drawn(parameter),
      })),
    ],
    forward(weights, tokens) {
      const read = readFrom(tokens)
      const { output, taps } = attention.forward(weights, read, { batch: 1 })
      const attended = mlpOnly ? tokens : joined(tokens, output)
      const next = mlp ? joined(attended, mlp.forward(weights, readFrom(attended))) : attended
      return { next, read, pattern: taps.hook_pattern!.reshape([count, count]) }
    },
  }
}
