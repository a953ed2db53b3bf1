/** AdamW with warm-up, cosine decay and gradient clipping, as one part of the training program. */
import * as tf from '@tensorflow/tfjs'
import { adamWUpdate } from './operations/adamW.ts'
import { sumOfSquares } from './operations/sumOfSquares.ts'
import type { Specifications, Tensors } from './program.ts'

/** Units: learning rates per step, `weightDecay` per unit of learning rate, `clipNorm` in gradient norm (0: none). */
export interface OptimizerConfiguration {
  readonly learningRate: number
  readonly minimumLearningRate: number
  readonly warmupSteps: number
  readonly decaySteps: number
  readonly steps: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  readonly clipNorm: number
}

/**
 * The learning rate of step `step` (0 is the first): linear warm-up, then a cosine from the peak to the minimum.
 * Source: nanoGPT train.py, get_lr: warm-up is (step + 1) / (warmupSteps + 1) of the peak.
 */
export function learningRateAt(step: number, configuration: OptimizerConfiguration): number {
  const { learningRate, minimumLearningRate, warmupSteps } = configuration
  const decaySteps = configuration.decaySteps || configuration.steps
  if (step < warmupSteps) return (learningRate * (step + 1)) / (warmupSteps + 1)
  if (step >= decaySteps) return minimumLearningRate
  const progress = (step - warmupSteps) / (decaySteps - warmupSteps)
  const fraction = 0.5 * (1 + Math.cos(Math.PI * progress))
  return minimumLearningRate + fraction * (learningRate - minimumLearningRate)
}

const scalar = { shape: [], dtype: 'float32' } as const
/** What the optimiser wants to be told at every step; see `scheduleAt`. */
export const scheduleInputs = {
  'schedule/step-size': scalar,
  'schedule/epsilon': scalar,
  'schedule/keep': scalar,
} satisfies Specifications

/**
 * The numbers of step `step` (0 is the first), computed in float64. With t = step + 1, c₁ = 1/(1 − β₁ᵗ) and
 * c₂ = 1/√(1 − β₂ᵗ), Adam's update η·c₁m/(c₂√v + ε) equals (η·c₁/c₂)·m/(√v + ε/c₂): two scalars instead of two more
 * passes over every weight. `keep` is 1 − η·weightDecay.
 */
export function scheduleAt(
  step: number,
  configuration: OptimizerConfiguration,
): Record<string, Float32Array> {
  const rate = learningRateAt(step, configuration)
  const first = 1 / (1 - configuration.beta1 ** (step + 1))
  const second = 1 / Math.sqrt(1 - configuration.beta2 ** (step + 1))
  return {
    'schedule/step-size': Float32Array.of((rate * first) / second),
    'schedule/epsilon': Float32Array.of(configuration.epsilon / second),
    'schedule/keep': Float32Array.of(1 - rate * configuration.weightDecay),
  }
}

export const firstMoment = (parameter: string): string => `first-moment/${parameter}`
export const secondMoment = (parameter: string): string => `second-moment/${parameter}`

/**
 * One step of AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101) in PyTorch's order of operations: the gradients are
 * scaled by min(1, clipNorm/(‖g‖ + 1e-6)), then every tensor is updated (operations/adamW.ts), with decay where
 * `decayed` names it.
 * @returns the new weights and moments under their names, and the norm of the gradient before clipping
 */
export function adamW(
  configuration: OptimizerConfiguration,
  state: Tensors,
  gradients: Tensors,
  decayed: ReadonlySet<string>,
  schedule: Tensors,
): { state: Tensors; gradientNorm: tf.Tensor } {
  const { beta1, beta2, clipNorm } = configuration
  const gradientNorm = tf.addN(Object.values(gradients).map(sumOfSquares)).sqrt()
  const clip = clipNorm > 0 ? tf.minimum(tf.div(clipNorm, gradientNorm.add(1e-6)), 1) : tf.scalar(1)
  const scalars = {
    firstGain: clip.mul(1 - beta1),
    secondGain: clip.square().mul(1 - beta2),
    stepSize: schedule['schedule/step-size']!,
    epsilon: schedule['schedule/epsilon']!,
    keep: schedule['schedule/keep']!,
  }
  const undecayed = { ...scalars, keep: tf.scalar(1) }
  const next: Tensors = {}
  for (const [name, gradient] of Object.entries(gradients)) {
    const [m, v] = [firstMoment(name), secondMoment(name)]
    const moments = { weights: state[name]!, first: state[m]!, second: state[v]! }
    const updated = adamWUpdate(moments, gradient, decayed.has(name) ? scalars : undecayed, configuration)
    next[name] = updated.weights
    next[m] = updated.first
    next[v] = updated.second
  }
  return { state: next, gradientNorm }
}
