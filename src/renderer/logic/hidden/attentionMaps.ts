/** Attention matrices as probes keep them, cut into the one that is looked at, and its numbers as colours and words. */
import type { ProbeRecord } from '../../../shared/statistics.ts'
import { bytesOf } from '../pixels.ts'

const patternName = /^blocks\.(\d+)\.attn\.hook_pattern$/
export const patternOf = (layer: number): string => `blocks.${layer}.attn.hook_pattern`

/** Blocks whose attention a probe has, ascending. */
export const layersOf = ({ tensors }: Pick<ProbeRecord, 'tensors'>): number[] =>
  tensors
    .flatMap(({ name }) => patternName.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)

/** All matrices of a layer: (sequences, heads, queries, keys), row-major. */
export interface Maps {
  sequences: number
  heads: number
  queries: number
  keys: number
  numbers: Float32Array
}

/** @returns null where the probe does not have it, or did not send its numbers */
export function readMaps({ tensors }: ProbeRecord, layer: number, heads: number): Maps | null {
  const tensor = tensors.find(({ name }) => name === patternOf(layer))
  if (!tensor?.numbers || tensor.shape.length < 2) return null
  const [queries, keys] = tensor.shape.slice(-2) as [number, number]
  const numbers = floatsOf(tensor.numbers)
  const matrices = numbers.length / (queries * keys)
  return { sequences: Math.max(1, Math.floor(matrices / heads)), heads, queries, keys, numbers }
}

const floatsOf = (base64: string): Float32Array => new Float32Array(bytesOf(base64).buffer)

/** Token ids of a sequence, or indices of images in the validation split; empty where the probe does not say. */
export function readIds(
  { tensors }: ProbeRecord,
  of: 'tokens' | 'images',
  sequence: number,
  length: number,
): number[] {
  const tensor = tensors.find(({ name }) => name === of)
  if (!tensor?.numbers) return []
  return [...floatsOf(tensor.numbers).subarray(sequence * length, (sequence + 1) * length)]
}

export interface WeightMatrix {
  queries: number
  keys: number
  /** (queries, keys) */
  numbers: Float32Array
}

/** The matrix of one head on one sequence, or the mean over the heads. */
export function matrixOf(maps: Maps, sequence: number, head: number | 'mean'): WeightMatrix {
  const { heads, queries, keys, numbers } = maps
  const size = queries * keys
  const one = (index: number) =>
    numbers.subarray((sequence * heads + index) * size, (sequence * heads + index + 1) * size)
  if (head !== 'mean') return { queries, keys, numbers: one(head) }
  const mean = new Float32Array(size)
  for (let index = 0; index < heads; index++)
    one(index).forEach((weight, at) => (mean[at]! += weight / heads))
  return { queries, keys, numbers: mean }
}

/** What the colours of several matrices stand for: from zero, or from as far below it, to the largest weight. */
export interface WeightScale {
  largest: number
  hasNegative: boolean
}

/** A weight below this share of the largest one counts as no weight at all: what is left of rounding. */
const negligible = 1e-6

export function weightScale(matrices: readonly WeightMatrix[]): WeightScale {
  let largest = 0
  let smallest = 0
  for (const { numbers } of matrices)
    for (const weight of numbers) {
      largest = Math.max(largest, Math.abs(weight))
      smallest = Math.min(smallest, weight)
    }
  return { largest: largest || 1, hasNegative: smallest < -negligible * largest }
}

/** Place on the colours, 0 to 1: by square root, so that weights of a hundredth can be told from none. */
export function weightPosition({ largest, hasNegative }: WeightScale, weight: number): number {
  const strength = Math.sqrt(Math.min(1, Math.abs(weight) / largest))
  return hasNegative ? 0.5 + (Math.sign(weight) * strength) / 2 : weight > 0 ? strength : 0
}

/** Weights to write beside the colours. */
export function weightTicks(scale: WeightScale): number[] {
  const positive = [0.01, 0.1, 0.25, 0.5, 1].map((share) => share * scale.largest)
  return scale.hasNegative ? [-1, -0.25, 0, 0.25, 1].map((share) => share * scale.largest) : [0, ...positive]
}

/** A character as it can be seen: line breaks, tabulators and spaces have signs of their own. */
export const visible = (token: string): string => ({ '\n': '↵', '\t': '⇥', ' ': '␣' })[token] ?? token

/** Names of the tokens of an image: the class token if there is one, then the patches by row and column, from 1. */
export function patchNames(length: number): string[] {
  const side = Math.floor(Math.sqrt(length))
  const extra = length - side * side
  const patches = Array.from(
    { length: side * side },
    (_, patch) => `patch ${Math.floor(patch / side) + 1}, ${(patch % side) + 1}`,
  )
  return [...Array.from({ length: extra }, () => 'class token'), ...patches]
}
