/**
 * Which images are for validation where their source does not say: a share of every class, drawn by seed. The draw
 * depends on the labels and their order only, so the same images are split the same way on every machine.
 */
import { uniformAt } from '../../engine/random.ts'

export interface DrawnSplit {
  /** Share that is for validation. */
  readonly validation: number
  /** Of the draws. */
  readonly seed: number
}
/** Where a person chooses nothing else. */
export const usualSplit: DrawnSplit = { validation: 0.1, seed: 0 }

/**
 * 1 for images of the validation split, by position. Of n images max(1, round(share · n)) are for validation, shared
 * among the classes by the largest remainder; within a class those with the smallest draws. The only image of a class
 * is for training as long as there are others to take.
 */
export function stratifiedSplit(
  labels: ArrayLike<number>,
  classes: number,
  { validation, seed }: DrawnSplit = usualSplit,
): Uint8Array {
  const members = Array.from({ length: classes }, (): number[] => [])
  for (let index = 0; index < labels.length; index++) members[labels[index]!]!.push(index)
  const wanted = Math.max(1, Math.round(labels.length * validation))
  const shares = members.map((own) => (own.length / labels.length) * wanted)
  const counts = shares.map(Math.floor)
  const byRemainder = shares
    .map((share, label) => ({ label, single: members[label]!.length === 1, remainder: share % 1 }))
    .filter(({ label }) => members[label]!.length > counts[label]!)
    .sort((a, b) => Number(a.single) - Number(b.single) || b.remainder - a.remainder || a.label - b.label)
  const missing = wanted - counts.reduce((sum, count) => sum + count, 0)
  for (const { label } of byRemainder.slice(0, missing)) counts[label]!++

  const isValidation = new Uint8Array(labels.length)
  members.forEach((own, label) => {
    const draws = own.map((index) => ({ index, draw: uniformAt(seed, 'split', 0, index) }))
    draws.sort((a, b) => a.draw - b.draw || a.index - b.index)
    for (const { index } of draws.slice(0, counts[label])) isValidation[index] = 1
  })
  return isValidation
}
