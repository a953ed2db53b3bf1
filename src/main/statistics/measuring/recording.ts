/**
 * What a probe read of a model at one step, as the statistics take it: arrays by name, and what is known of the model
 * without reading any. Where in a block something is measured is in sites.ts.
 */
import { zeros, type Matrix, type Matrix64 } from '../matrix.ts'

/** What of the model decides which places it has. */
export interface ProbedModel {
  readonly layers: number
  readonly heads: number
  /** Whether tokens see only those before them. */
  readonly causal: boolean
  readonly hasMlp: boolean
  /** Whether norms stand before each sublayer, or after its sum. */
  readonly normPlacement: 'pre' | 'post'
  /** Shapes of the trained parameters, by name. */
  readonly parameters: Readonly<Record<string, readonly number[]>>
}

export interface Recorded {
  readonly shape: readonly number[]
  readonly numbers: Float32Array
}

/**
 * Where an array comes from:
 *   sampled    rows of the sampled tokens at a tap: (n, C), of taps of heads (n, H·d)
 *   sequences  a tap on the first sequences of the batch: (m·T, C), of taps of heads (m, H, T, d) or (m, H, T, T)
 *   weights    a parameter
 *   before     the same parameter before the step that led here
 *   gradients  the norm of the gradient of a block (1)
 */
export type Source = 'sampled' | 'sequences' | 'weights' | 'before' | 'gradients'

/** An array that is wanted: `name` is a tap with its block, a parameter or a block. */
export interface Wanted {
  readonly source: Source
  readonly name: string
}

/** What an array is called among those of a recording. */
export const keyOf = ({ source, name }: Wanted): string => `${source}/${name}`

export interface Recording {
  readonly model: ProbedModel
  /** T, tokens of a sequence. */
  readonly length: number
  /** The class of every sampled token (n). */
  readonly labels: Int32Array
  /** Which sequence every sampled token is of (n). */
  readonly sequences: Int32Array
  /** Whether no step was made before it: nothing comes from `before`. */
  readonly isFirst: boolean
  /** By `keyOf`. */
  readonly arrays: Readonly<Record<string, Recorded>>
}

/** A tap by its whole name. What enters a block is what the one before left, to the last bit, and goes by that name. */
export const blockTap = (layer: number, tap: string): string =>
  tap === 'hook_resid_pre' && layer > 0 ? `blocks.${layer - 1}.hook_resid_post` : `blocks.${layer}.${tap}`

/** @throws Error where nothing of that name was recorded, or where it is no longer there */
export function recorded({ arrays }: Recording, source: Source, name: string): Recorded {
  const array = arrays[keyOf({ source, name })]
  if (!array) throw new Error(`Nothing was recorded of ${name} (${source}).`)
  return array
}

/** An array of two dimensions, in float64: loops that never see another kind of number run twice as fast. */
export function matrixOf(recording: Recording, source: Source, name: string): Matrix64 {
  const { shape, numbers } = recorded(recording, source, name)
  return { rows: shape[0]!, columns: shape[1]!, numbers: new Float64Array(numbers) }
}

/** The columns of one of H heads: (n, H·d) → (n, d). */
export function headColumns(x: Matrix, heads: number, head: number): Matrix64 {
  const columns = x.columns / heads
  const result = zeros(x.rows, columns)
  for (let i = 0; i < x.rows; i++) {
    const start = i * x.columns + head * columns
    result.numbers.set(x.numbers.subarray(start, start + columns), i * columns)
  }
  return result
}

/** What a tap of heads has of one head on each sequence, in float64: (m, H, T, e) → m times (T, e). */
export function headSequences(recording: Recording, name: string, head: number): Matrix64[] {
  const { shape, numbers } = recorded(recording, 'sequences', name)
  const [sequences, heads, rows, columns] = shape as [number, number, number, number]
  const size = rows * columns
  return Array.from({ length: sequences }, (_, sequence) => {
    const start = (sequence * heads + head) * size
    return { rows, columns, numbers: new Float64Array(numbers.subarray(start, start + size)) }
  })
}
