/** Attention variants on a device: readers on given queries, keys and values, and whole layers on given inputs. */
import type * as tf from '@tensorflow/tfjs'
import { attentionAxesSchema, type AttentionAxes, type AttentionChoices } from '../../src/shared/attention.ts'
import { presetAxes } from '../../src/shared/catalogue/variants.ts'
import type { Device, Tensors } from '../../src/main/engine/program.ts'
import { attentionLayer, type AttentionLayerShape } from '../../src/main/model/attention/layer.ts'
import { causalMask } from '../../src/main/model/attention/masks.ts'
import { attentionReader } from '../../src/main/model/attention/reader.ts'
import type { AttentionShape } from '../../src/main/model/attention/axis.ts'
import { initialNumbers, type ParameterSpecification } from '../../src/main/model/parameters.ts'
import { compute, wave, type Given } from './devices.ts'

export type Parameters = Readonly<Record<string, Given>>
/** The same number everywhere instead of what a parameter is given, by its name. */
export type Constants = Readonly<Record<string, number>>

export interface Vectors {
  readonly query: Given // (B, H, T, d)
  readonly key: Given // (B, H, T, d)
  readonly value: Given // (B, H, T, d)
  /** Zeros where absent. */
  readonly input?: Given // (B, T, C)
}

/** A built-in variant with some choices changed. */
export const changed = (id: string, choices: AttentionChoices = {}): AttentionAxes =>
  attentionAxesSchema.parse({ ...presetAxes(id), ...choices })

export const constant = (shape: readonly number[], value: number): Given => ({
  shape,
  numbers: new Float32Array(shape.reduce((size, dimension) => size * dimension, 1)).fill(value),
})

/** Parameters at their initial values (seed 7), or all alive: shifted by a wave so that none is at a special point. */
export function parametersOf(
  specifications: readonly ParameterSpecification[],
  alive = false,
  constants: Constants = {},
): Record<string, Given> {
  const entries = specifications.map((specification, index) => {
    const { name, shape } = specification
    if (name in constants) return [name, constant(shape, constants[name]!)] as const
    const initial = initialNumbers(specification, 7)
    const shift = wave(shape, index, alive ? 0.4 : 0).numbers
    return [name, { shape, numbers: initial.map((value, at) => value + shift[at]!) }] as const
  })
  return Object.fromEntries(entries)
}

export function readerShape({ query, input }: Vectors): AttentionShape {
  const [, heads, tokens, headWidth] = query.shape as [number, number, number, number]
  return { heads, headWidth, tokens, width: input?.shape[2] ?? heads * headWidth, layer: 1 }
}

export const waves = (
  [batch, heads, tokens, headWidth]: readonly [number, number, number, number],
  scale = 2,
): Required<Vectors> => ({
  query: wave([batch, heads, tokens, headWidth], 0, scale),
  key: wave([batch, heads, tokens, headWidth], 1, scale),
  value: wave([batch, heads, tokens, headWidth], 2),
  input: wave([batch, tokens, heads * headWidth], 3),
})

/** Readings (B, H, T, d) and pattern (B, H, T, T) of a variant, row-major; parameters at their initial values. */
export async function read(
  device: Device,
  axes: AttentionAxes,
  vectors: Vectors,
  options: { causal?: boolean; parameters?: Parameters; constants?: Constants } = {},
): Promise<{ readings: Float32Array; pattern: Float32Array }> {
  const shape = readerShape(vectors)
  const reader = attentionReader(axes, shape)
  const input = vectors.input ?? constant([vectors.query.shape[0]!, shape.tokens, shape.width], 0)
  const parameters = {
    ...parametersOf(reader.parameters, false, options.constants),
    ...options.parameters,
  }
  const results = await compute(device, { ...vectors, input, ...parameters }, (tensors: Tensors) =>
    reader.read({
      query: tensors.query as tf.Tensor4D,
      key: tensors.key as tf.Tensor4D,
      value: tensors.value as tf.Tensor4D,
      input: tensors.input as tf.Tensor3D,
      mask: (options.causal ?? true) ? causalMask(shape.tokens) : undefined,
      parameters: tensors,
    }),
  )
  return results as { readings: Float32Array; pattern: Float32Array }
}

/** What acts on the values, one matrix (T, T) per batch and head: the readings where V is the identity (d = T). */
export async function operatorOf(
  device: Device,
  axes: AttentionAxes,
  vectors: Vectors,
  options: ReadOptions = {},
): Promise<number[][][]> {
  const [batch, heads, tokens, headWidth] = vectors.query.shape as [number, number, number, number]
  if (tokens !== headWidth) throw new Error('With V = I there are as many channels as tokens.')
  const numbers = Float32Array.from({ length: batch * heads * tokens * tokens }, (_, index) =>
    Math.floor(index / tokens) % tokens === index % tokens ? 1 : 0,
  )
  const { readings } = await read(
    device,
    axes,
    { ...vectors, value: { shape: vectors.query.shape, numbers } },
    options,
  )
  return matrices(readings, tokens, tokens)
}
type ReadOptions = { causal?: boolean; parameters?: Parameters; constants?: Constants }

/** Flat numbers as matrices of the given size, one after the other. */
export function matrices(flat: ArrayLike<number>, rows: number, columns: number): number[][][] {
  const numbers = Array.from(flat)
  return Array.from({ length: numbers.length / (rows * columns) }, (_, matrix) =>
    Array.from({ length: rows }, (_, row) => {
      const start = (matrix * rows + row) * columns
      return numbers.slice(start, start + columns)
    }),
  )
}

export const sum = (numbers: ArrayLike<number>): number => Array.from(numbers).reduce((a, b) => a + b, 0)

/** A layer with a causal mask or none, as a function of its input (B·T, C). */
export interface LayerCase {
  readonly axes: AttentionAxes
  readonly shape: AttentionLayerShape
  readonly causal: boolean
  readonly batch: number
}

export const layerCase = (
  axes: AttentionAxes,
  causal: boolean,
  { batch = 2, heads = 2, headWidth = 3, tokens = 4 } = {},
): LayerCase => ({
  axes,
  causal,
  batch,
  shape: {
    ...{ width: heads * headWidth, heads, tokens, layer: 1 },
    ...{ biases: true, rotary: false, outputScale: 1 },
  },
})

/** Weights of a layer: maps of a size at which scores differ, and the variant's own parameters alive. */
export function layerParameters(
  { axes, shape }: LayerCase,
  constants: Constants = {},
): Record<string, Given> {
  const specifications = attentionLayer(axes, shape).parameters
  const maps = Object.fromEntries(
    specifications
      .filter(({ name }) => /^(queryKeyValue|queryKey|output)\./.test(name))
      .map(({ name, shape }, index) => [name, wave(shape, index, 0.6)]),
  )
  return { ...parametersOf(specifications, true, constants), ...maps }
}

/** The layer as a function of named tensors: `input` (B·T, C) and its weights. */
export function applyLayer({ axes, shape, causal, batch }: LayerCase): (tensors: Tensors) => tf.Tensor2D {
  const layer = attentionLayer(axes, shape)
  return ({ input, ...weights }) => {
    const tokens = input!.shape[0]! / batch
    const mask = causal ? causalMask(tokens) : undefined
    return layer.forward(weights, input as tf.Tensor2D, { batch, mask }).output
  }
}

/** The output of a layer (B·T, C). */
export async function runLayer(
  device: Device,
  layer: LayerCase,
  input: Given,
  weights: Parameters = layerParameters(layer),
): Promise<Float32Array> {
  const apply = applyLayer(layer)
  const { output } = await compute(device, { input, ...weights }, (tensors) => ({ output: apply(tensors) }))
  return output as Float32Array
}
