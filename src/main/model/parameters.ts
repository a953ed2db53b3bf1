/** What a model learns: names, shapes and initial values. The numbers live on a device (../engine/program.ts). */
import { normals, streamOf } from '../engine/random.ts'

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

/**
 * Initial numbers of a parameter. They depend on the seed and the parameter's name only, so that variants with the
 * same seed start from the same weights wherever they share a parameter.
 */
export function initialNumbers({ name, shape, initial }: ParameterSpecification, seed: number): Float32Array {
  const count = shape.reduce((size, dimension) => size * dimension, 1)
  if ('value' in initial) return new Float32Array(count).fill(initial.value)
  return normals(seed, 'initialisation', streamOf(name), count, initial.deviation)
}

/** Number of trained values. */
export const parameterCount = (parameters: readonly ParameterSpecification[]): number =>
  parameters.reduce((sum, { shape }) => sum + shape.reduce((size, dimension) => size * dimension, 1), 0)
