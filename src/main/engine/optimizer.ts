/** AdamW with warm-up, cosine decay and gradient clipping, as one part of the training program. */
import * as tf from '@tensorflow/tfjs'
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

/** Tensors below this many elements are updated together: there a node costs more than its arithmetic. */
const smallSize = 4096

/** A set of tensors that is updated as one. */
interface Group {
  readonly names: readonly string[]
  /** The tensors of `source` under `names`, as one: flat and in order where there are several. */
  join(source: Tensors, nameOf?: (name: string) => string): tf.Tensor
  /** One tensor back under its names. */
  part(joined: tf.Tensor, nameOf?: (name: string) => string): Tensors
}

function groupOf(names: readonly string[], like: Tensors): Group {
  const same = (name: string) => name
  if (names.length === 1) {
    const [name] = names as [string]
    return {
      names,
      join: (source, nameOf = same) => source[nameOf(name)]!,
      part: (joined, nameOf = same) => ({ [nameOf(name)]: joined }),
    }
  }
  return {
    names,
    join: (source, nameOf = same) => tf.concat(names.map((name) => source[nameOf(name)]!.flatten())),
    part(joined, nameOf = same) {
      const sizes = names.map((name) => like[name]!.size)
      const parts = tf.split(joined, sizes)
      return Object.fromEntries(names.map((name, i) => [nameOf(name), parts[i]!.reshape(like[name]!.shape)]))
    },
  }
}

/** Every large tensor alone; small ones together, decayed and others apart. */
function groupsOf(gradients: Tensors, decayed: ReadonlySet<string>): { group: Group; isDecayed: boolean }[] {
  const names = Object.keys(gradients)
  const isSmall = (name: string) => gradients[name]!.size < smallSize
  const smallOnes = [true, false].map((isDecayed) =>
    names.filter((name) => isSmall(name) && decayed.has(name) === isDecayed),
  )
  const together = [...names.filter((name) => !isSmall(name)).map((name) => [name]), ...smallOnes]
  return together
    .filter((list) => list.length > 0)
    .map((list) => ({ group: groupOf(list, gradients), isDecayed: decayed.has(list[0]!) }))
}

/**
 * One AdamW update (Loshchilov & Hutter 2019, arXiv 1711.05101), PyTorch's order of operations:
 * g ← g·min(1, clipNorm/(‖g‖ + 1e-6)); m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²;
 * w ← keep·w − step-size·m/(√v + epsilon).
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
  const groups = groupsOf(gradients, decayed).map((entry) => ({
    ...entry,
    gradient: entry.group.join(gradients),
  }))
  const gradientNorm = tf.addN(groups.map(({ gradient }) => sumOfSquares(gradient))).sqrt()
  const clip = clipNorm > 0 ? tf.minimum(tf.div(clipNorm, gradientNorm.add(1e-6)), 1) : tf.scalar(1)
  const firstGain = clip.mul(1 - beta1)
  const secondGain = clip.square().mul(1 - beta2)
  const next = groups.map(({ group, gradient, isDecayed }): Tensors => {
    const m = group.join(state, firstMoment).mul(beta1).add(gradient.mul(firstGain))
    const v = group.join(state, secondMoment).mul(beta2).add(gradient.square().mul(secondGain))
    const direction = m.div(v.sqrt().add(schedule['schedule/epsilon']!))
    const weights = group.join(state)
    const kept = isDecayed ? weights.mul(schedule['schedule/keep']!) : weights
    const moved = kept.sub(direction.mul(schedule['schedule/step-size']!))
    return { ...group.part(moved), ...group.part(m, firstMoment), ...group.part(v, secondMoment) }
  })
  return { state: Object.assign({}, ...next) as Tensors, gradientNorm }
}
