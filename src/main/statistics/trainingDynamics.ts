/**
 * What training does to the parameters of each part of a model (theory 3.14): norms of gradients and of updates by block, and
 * the parameters that a variant learns per head. From numbers on the host, by the names that the model gives them.
 */
import { defined } from './matrix.ts'

/** Numbers of parameters, by name: `blocks.2.attention.queryKeyValue.weight`. */
export type Parameters = Readonly<Record<string, ArrayLike<number>>>

export interface Part {
  /** `blocks.2`, or the first word of the name of what belongs to no block: `tokenEmbedding`, `head`. */
  readonly part: string
  /** From 0; null for what belongs to no block. */
  readonly layer: number | null
}

/** The part of the model that a parameter belongs to. */
export function partOf(parameter: string): Part {
  const [first, second] = parameter.split('.')
  if (first !== 'blocks') return { part: first!, layer: null }
  return { part: `blocks.${second}`, layer: Number(second) }
}

/** `sum(name)` over the parameters of each part, in the order in which the parts first appear. */
function perPart(
  names: readonly string[],
  sum: (name: string) => number,
): Map<string, Part & { sum: number }> {
  const parts = new Map<string, Part & { sum: number }>()
  for (const name of names) {
    const part = partOf(name)
    const before = parts.get(part.part)?.sum ?? 0
    parts.set(part.part, { ...part, sum: before + sum(name) })
  }
  return parts
}

function sumOfSquares(values: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index]! ** 2
  return sum
}

/**
 * ‖g‖ of the gradients of each part, before clipping, ≥ 0, in units of loss per unit of weight; their squares sum to the
 * square of the norm that is clipped. Null where a number is not finite. One pass.
 */
export function gradientNorms(gradients: Parameters): (Part & { norm: number | null })[] {
  const parts = perPart(Object.keys(gradients), (name) => sumOfSquares(gradients[name]!))
  return Array.from(parts.values(), ({ part, layer, sum }) => ({
    part,
    layer,
    norm: defined(Math.sqrt(sum)),
  }))
}

/**
 * ‖w' − w‖ / ‖w‖ of the weights of each part before and after a step, ≥ 0: about 10⁻³ is a common rule for a step of Adam. Over
 * several steps it is the way that they went together. Null where the weights were zero. One pass.
 */
export function updateRatios(before: Parameters, after: Parameters): (Part & { ratio: number | null })[] {
  const names = Object.keys(before).filter((name) => after[name]?.length === before[name]!.length)
  const changes = perPart(names, (name) => {
    const [old, next] = [before[name]!, after[name]!]
    let sum = 0
    for (let index = 0; index < old.length; index++) sum += (next[index]! - old[index]!) ** 2
    return sum
  })
  const weights = perPart(names, (name) => sumOfSquares(before[name]!))
  return Array.from(changes.values(), ({ part, layer, sum }) => ({
    part,
    layer,
    ratio: defined(Math.sqrt(sum / weights.get(part)!.sum)),
  }))
}

export interface LearnedNumbers {
  readonly name: string
  readonly shape: readonly number[]
  readonly numbers: ArrayLike<number>
}

export interface LearnedParameter {
  /** The block, from 0. */
  readonly layer: number
  /** `gamma`, `logScale`, `covariance`: as the variant calls it. */
  readonly parameter: string
  readonly head: number
  /** The number itself where a head has one, else their mean. */
  readonly mean: number | null
  /** √ of the mean square: how large a vector of them is, whatever their signs. */
  readonly rootMeanSquare: number | null
}

/**
 * What a variant learned in each head: a summary of every parameter of shape (H, 1, size) that belongs to the attention of a
 * block. The numbers are those that are learned, before a softplus or an exponential that the variant applies to them.
 */
export function learnedParameters(parameters: readonly LearnedNumbers[]): LearnedParameter[] {
  return parameters.flatMap(({ name, shape, numbers }) => {
    const named = /^blocks\.(\d+)\.attention\.(.+)$/.exec(name)
    const [heads, one, size] = shape
    if (named === null || shape.length !== 3 || one !== 1) return []
    return Array.from({ length: heads! }, (_, head) => {
      let sum = 0
      let squares = 0
      for (let index = head * size!; index < (head + 1) * size!; index++) {
        sum += numbers[index]!
        squares += numbers[index]! ** 2
      }
      return {
        layer: Number(named[1]),
        parameter: named[2]!,
        head,
        mean: defined(sum / size!),
        rootMeanSquare: defined(Math.sqrt(squares / size!)),
      }
    })
  })
}
