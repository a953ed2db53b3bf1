/** What a model learns: names, shapes and initial values. The numbers live on a device (../engine/program.ts). */
import type { Specifications } from '../engine/program.ts'
import { normals, streamOf } from '../engine/random.ts'
import { sizeFromShape } from '../engine/tracing/shapes.ts'

/**
 * Dimension letters of every shape comment under src/main/model: B batch (sequences), T tokens of a sequence,
 * N = B·T, C channels (width), H heads, d channels of a head, V vocabulary.
 */
export interface ParameterSpecification {
  readonly name: string
  readonly shape: readonly number[]
  /** Either draws from N(0, deviation²) or the same value everywhere. */
  readonly initial: { readonly deviation: number } | { readonly value: number }
  /** Whether weight decay applies: matrices yes, vectors and the parameters of variants no. */
  readonly decayed: boolean
}

/** GPT-2's initialisation: every matrix from N(0, 0.02²). */
const deviation = 0.02

/** A matrix, decayed; `scale` makes it start smaller. */
export const matrix = (name: string, shape: readonly number[], scale = 1): ParameterSpecification => ({
  name,
  shape,
  initial: { deviation: deviation * scale },
  decayed: true,
})

/** A vector that starts with the same value everywhere, not decayed. */
const vector = (name: string, size: number, value: number): ParameterSpecification => ({
  name,
  shape: [size],
  initial: { value },
  decayed: false,
})

/** What `normalise` of linear.ts reads. */
export const normed = (name: string, width: number, biases: boolean): ParameterSpecification[] => [
  vector(`${name}.scale`, width, 1),
  ...(biases ? [vector(`${name}.bias`, width, 0)] : []),
]

/** What `apply` of linear.ts reads: a map from shape[0] to shape[1] channels. */
export const mapped = (
  name: string,
  shape: readonly [from: number, to: number],
  biases: boolean,
  scale = 1,
): ParameterSpecification[] => [
  matrix(`${name}.weight`, shape, scale),
  ...(biases ? [vector(`${name}.bias`, shape[1], 0)] : []),
]

/**
 * Initial numbers of a parameter. They depend on the seed and the parameter's name only, so that variants with the
 * same seed start from the same weights wherever they share a parameter.
 */
export function initialNumbers({ name, shape, initial }: ParameterSpecification, seed: number): Float32Array {
  const count = sizeFromShape(shape)
  if ('value' in initial) return new Float32Array(count).fill(initial.value)
  return normals(seed, 'initialisation', streamOf(name), count, initial.deviation)
}

/** Number of trained values. */
export const parameterCount = (parameters: readonly ParameterSpecification[]): number =>
  parameters.reduce((sum, { shape }) => sum + sizeFromShape(shape), 0)

/** The initial weights, and zeros for everything else that a program keeps: the moments of its optimiser. */
export function initialTensors(
  parameters: readonly ParameterSpecification[],
  state: Specifications,
  seed: number,
): Record<string, { shape: readonly number[]; numbers: Float32Array }> {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]))
  const tensors = Object.entries(state).map(([name, { shape }]) => {
    const parameter = byName.get(name)
    const numbers = parameter ? initialNumbers(parameter, seed) : new Float32Array(sizeFromShape(shape))
    return [name, { shape, numbers }] as const
  })
  return Object.fromEntries(tensors)
}
