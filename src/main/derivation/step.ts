/**
 * One application of an attention variant with identity weights to n tokens X (n, D), as a program of the engine:
 *
 *     pre   X ← r X + s F(N(X))            post   X ← N(r X + s F(X))
 *
 * F is the attention layer of the models (one head; its maps to queries, keys and values, and back, are the identity; a
 * variant's own parameters at their initial values; no mask), N the norm without scale and bias, r 1 or 0, s the step
 * size. Without norm, standard attention is paper A's update η + ∇ log Z(η), and the Laplacian A X (theory 1.4).
 */
import * as tf from '@tensorflow/tfjs'
import type { AttentionAxes } from '../../shared/attention.ts'
import { blockOf } from '../../shared/closedForms.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { DerivationSettings } from '../../shared/derivation.ts'
import { layerNormalization } from '../engine/operations/layerNormalization.ts'
import { rmsNormalization } from '../engine/operations/rmsNormalization.ts'
import type { Device, Program } from '../engine/program.ts'
import { attentionLayer } from '../model/attention/layer.ts'
import { initialNumbers, type ParameterSpecification } from '../model/parameters.ts'
import { inverseSquareRoot } from '../model/whitening.ts'

export type StepSettings = Pick<
  DerivationSettings,
  'norm' | 'normPlacement' | 'residual' | 'stepSize' | 'seed'
>

/** The common settings, with what the variant sets for its runs in their place. */
export const settingsOf = (common: StepSettings, axes: AttentionAxes): StepSettings => ({
  ...blockOf(common, axes),
  seed: common.seed,
})

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

/** Mean over i of log Σ_j exp(n_i·n_j/√D). n (n, D) → () */
function meanLogZ(n: tf.Tensor2D): tf.Scalar {
  const scores = tf.matMul<tf.Tensor2D>(n, n, false, true).mul<tf.Tensor2D>(1 / Math.sqrt(n.shape[1])) // (n, n)
  return tf.logSumExp(scores, -1).mean()
}

/** ½ tr(Xᵀ (deg w − w) X)/tr(XᵀX) with w = (A + Aᵀ)/2. x (n, D), pattern (n, n) → () */
function dirichletEnergy(x: tf.Tensor2D, pattern: tf.Tensor2D): tf.Scalar {
  const degrees = pattern.sum(0).add(pattern.sum(1)).mul(0.5) // (n)
  const squares = x.square().sum(-1) // (n)
  const products = x.mul(tf.matMul(pattern, x)).sum()
  return squares.mul(degrees).sum().sub(products).mul(0.5).div(squares.sum().add(1e-30)) // 0, not 0/0, where all tokens are 0
}

/** [I I ... I] for the maps of the layer, the usual start for what the variant adds. */
function identityOrInitial(parameter: ParameterSpecification, seed: number): Float32Array {
  if (!parameter.name.endsWith('.weight')) return initialNumbers(parameter, seed)
  const [rows, columns] = parameter.shape as [number, number]
  return Float32Array.from({ length: rows * columns }, (_, index) =>
    Number((index % columns) % rows === Math.floor(index / columns)),
  )
}

export interface Step {
  /** Of tokens (n, D): what becomes of them, and what attention says of them as they are. */
  run(tokens: Float32Array): Promise<{ next: Float32Array; meanLogZ: number; dirichletEnergy: number }>
  release(): Promise<void>
}

/** Throws WorkbenchError 'invalid-request' for a variant that needs two heads. */
export async function compileStep(
  device: Device,
  axes: AttentionAxes,
  [count, width]: readonly [count: number, width: number],
  common: StepSettings,
): Promise<Step> {
  if (axes.operator === 'differential')
    throw new WorkbenchError(
      'invalid-request',
      'Differential attention is the difference of two heads, which with identity weights would be the same.',
      'Derive another variant.',
    )
  const { norm, normPlacement, residual, stepSize, seed } = settingsOf(common, axes)
  const { parameters, forward } = attentionLayer(axes, {
    ...{ width, heads: 1, tokens: count, layer: 0 },
    ...{ biases: false, rotary: false, outputScale: 1 },
  })
  const program: Program = {
    name: 'derivation step',
    state: Object.fromEntries(parameters.map(({ name, shape }) => [name, { shape, dtype: 'float32' }])),
    inputs: { tokens: { shape: [count, width], dtype: 'float32' } },
    build(state, inputs) {
      const tokens = inputs.tokens as tf.Tensor2D // (n, D)
      const read = normPlacement === 'pre' ? norms[norm](tokens) : tokens
      const { output, taps } = forward(state, read, { batch: 1 })
      const branch = output.mul<tf.Tensor2D>(stepSize)
      const sum = residual ? tokens.add<tf.Tensor2D>(branch) : branch
      const pattern = taps.hook_pattern!.reshape<tf.Tensor2D>([count, count])
      return {
        state: {},
        results: {
          next: normPlacement === 'post' ? norms[norm](sum) : sum,
          meanLogZ: meanLogZ(read),
          dirichletEnergy: dirichletEnergy(tokens, pattern),
        },
      }
    },
  }
  const compiled = await device.compile(program)
  const state = device.createState(
    Object.fromEntries(
      parameters.map((parameter) => [
        parameter.name,
        { shape: parameter.shape, numbers: identityOrInitial(parameter, seed) },
      ]),
    ),
  )
  return {
    async run(tokens) {
      const results = await compiled.run(state, { tokens })
      return {
        next: Float32Array.from(results.next!),
        meanLogZ: results.meanLogZ![0]!,
        dirichletEnergy: Math.max(0, results.dirichletEnergy![0]!), // below 0 by rounding only
      }
    },
    async release() {
      await state.release()
      await compiled.release()
    },
  }
}
