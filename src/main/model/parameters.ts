/** What a model keeps: names, shapes and initial values. The numbers live on a device (../engine/program.ts). */
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
  readonly initial:
    | { /** Draws from N(0, deviation²). */ readonly deviation: number }
    | { /** The same everywhere. */ readonly value: number }
    | { /** Of a square matrix. */ readonly identity: true }
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
export const vector = (name: string, size: number, value: number): ParameterSpecification => ({
  name,
  shape: [size],
  initial: { value },
  decayed: false,
})

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
 * The same parameters with linear maps that start from N(0, σ²) instead of N(0, 0.02²), those towards the residual stream
 * smaller in the same proportion.
 * @param sigma 0 means 1/√(3 · inputs) of each map: the deviation of PyTorch's default, which is uniform. GPT-2's 0.02 is
 *   that of 833 inputs; maps of few inputs start almost at zero with it.
 * @param tables names of embeddings that count as maps of one input; others stay as they are
 */
export const withMapsFrom = (
  parameters: readonly ParameterSpecification[],
  sigma: number,
  tables: readonly string[] = [],
): ParameterSpecification[] =>
  parameters.map((parameter) => {
    const { name, shape, initial } = parameter
    const isTable = tables.includes(name)
    const isMap = name.endsWith('.weight') || isTable
    if (sigma === deviation || !isMap || !('deviation' in initial)) return parameter
    const wanted = sigma === 0 ? 1 / Math.sqrt(3 * (isTable ? 1 : shape[0]!)) : sigma
    return { ...parameter, initial: { deviation: (initial.deviation / deviation) * wanted } }
  })

/**
 * Initial numbers of a parameter. They depend on the seed and the parameter's name only, so that variants with the
 * same seed start from the same weights wherever they share a parameter.
 */
export function initialNumbers({ name, shape, initial }: ParameterSpecification, seed: number): Float32Array {
  const count = sizeFromShape(shape)
  if ('value' in initial) return new Float32Array(count).fill(initial.value)
  if ('identity' in initial) {
    const step = shape[0]! + 1 // from one entry of the diagonal to the next
    return Float32Array.from({ length: count }, (_, index) => Number(index % step === 0))
  }
  return normals(seed, 'initialisation', streamOf(name), count, initial.deviation)
}

/** What a model learns, and what it keeps beside that: `buffers` follow the batches and are not trained. */
export interface Kept {
  readonly parameters: readonly ParameterSpecification[]
  readonly buffers: readonly ParameterSpecification[]
}

/** Everything that a forward pass reads, as the state of a program. */
export const stateOf = ({ parameters, buffers }: Kept): Specifications =>
  Object.fromEntries(
    [...parameters, ...buffers].map(({ name, shape }) => [name, { shape, dtype: 'float32' as const }]),
  )

/** Number of trained values. */
export const parameterCount = (parameters: readonly ParameterSpecification[]): number =>
  parameters.reduce((sum, { shape }) => sum + sizeFromShape(shape), 0)

/** What a model starts with, and zeros for everything else that a program keeps: the moments of its optimiser. */
export function initialTensors(
  { parameters, buffers }: Kept,
  state: Specifications,
  seed: number,
): Record<string, { shape: readonly number[]; numbers: Float32Array }> {
  const byName = new Map([...parameters, ...buffers].map((parameter) => [parameter.name, parameter]))
  const tensors = Object.entries(state).map(([name, { shape }]) => {
    const parameter = byName.get(name)
    const numbers = parameter ? initialNumbers(parameter, seed) : new Float32Array(sizeFromShape(shape))
    return [name, { shape, numbers }] as const
  })
  return Object.fromEntries(tensors)
}
