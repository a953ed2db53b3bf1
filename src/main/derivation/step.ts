/**
 * One application of a block (block.ts) to n tokens X (n, D), as a program of the engine. With identity weights and without
 * norm, standard attention is paper A's update η + ∇ log Z(η), and the Laplacian A X (theory 1.4).
 */
import * as tf from '@tensorflow/tfjs'
import type { Device, Program } from '../engine/program.ts'
import { derivedBlock, type StepSettings } from './block.ts'
import type { NamedAxes } from './derive.ts'

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

export interface StepResult {
  /** What becomes of the tokens. (n, D) */
  readonly next: Float32Array
  /** What attention looks at as they are. (n, n) */
  readonly pattern: Float32Array
  readonly meanLogZ: number
  readonly dirichletEnergy: number
}

export interface Step {
  /** Of tokens (n, D). */
  run(tokens: Float32Array): Promise<StepResult>
  release(): Promise<void>
}

/** @throws WorkbenchError as block.ts */
export async function compileStep(
  device: Device,
  variant: Omit<NamedAxes, 'id'>,
  [count, width]: readonly [count: number, width: number],
  settings: StepSettings,
): Promise<Step> {
  const { weights, forward } = derivedBlock(variant, [count, width], settings)
  const program: Program = {
    name: 'derivation step',
    state: Object.fromEntries(weights.map(({ name, shape }) => [name, { shape, dtype: 'float32' }])),
    inputs: { tokens: { shape: [count, width], dtype: 'float32' } },
    build(state, inputs) {
      const tokens = inputs.tokens as tf.Tensor2D // (n, D)
      const { next, read, pattern } = forward(state, tokens)
      const results = {
        ...{ next, pattern },
        ...{ meanLogZ: meanLogZ(read), dirichletEnergy: dirichletEnergy(tokens, pattern) },
      }
      return { state: {}, results }
    },
  }
  const compiled = await device.compile(program)
  const state = device.createState(
    Object.fromEntries(weights.map(({ name, shape, numbers }) => [name, { shape, numbers }])),
  )
  return {
    async run(tokens) {
      const results = await compiled.run(state, { tokens })
      return {
        next: Float32Array.from(results.next!),
        pattern: Float32Array.from(results.pattern!),
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
