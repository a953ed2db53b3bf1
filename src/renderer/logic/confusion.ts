/** Confusion matrices as they are read: counts by label (row), then by predicted class (column). */

import type { Table } from './csv.ts'

export interface Cell {
  label: number
  predicted: number
}

export interface Confused extends Cell {
  count: number
  /** Of the images of the label. */
  share: number
}

const total = (row: readonly number[]) => row.reduce((sum, count) => sum + count, 0)

/** Each count as a share of its row; 0 in a row without images. */
export function rowShares(counts: readonly (readonly number[])[]): number[][] {
  return counts.map((row) => {
    const images = total(row)
    return row.map((count) => (images === 0 ? 0 : count / images))
  })
}

/** The most frequent mistakes, largest count first; of equal counts the first of the matrix. */
export function mostConfused(counts: readonly (readonly number[])[], most: number): Confused[] {
  const shares = rowShares(counts)
  return counts
    .flatMap((row, label) =>
      row.map((count, predicted) => ({ label, predicted, count, share: shares[label]![predicted]! })),
    )
    .filter(({ label, predicted, count }) => label !== predicted && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, most)
}

/** Share of all images on the diagonal; null where there are none. */
export function diagonalShare(counts: readonly (readonly number[])[]): number | null {
  const images = counts.reduce((sum, row) => sum + total(row), 0)
  return images === 0 ? null : counts.reduce((sum, row, label) => sum + row[label]!, 0) / images
}

/** Every cell of some matrices, with the share of the images of its class. */
export const confusionTable = (
  matrices: readonly {
    variant: string
    seed: number
    counts: readonly (readonly number[])[]
    classNames: readonly string[]
  }[],
  step: number | null,
): Table => ({
  header: ['variant', 'seed', 'step', 'class', 'taken for', 'images', 'share of the class'],
  rows: matrices.flatMap(({ variant, seed, counts, classNames }) =>
    counts.flatMap((row, label) =>
      row.map((count, predicted) => [
        ...[variant, seed, step, classNames[label]!, classNames[predicted]!, count],
        total(row) === 0 ? null : count / total(row),
      ]),
    ),
  ),
})

/** How strongly a share is coloured, 0 to 1: its square root, so that a few mistakes in a hundred show. */
export const strengthOf = (share: number): number => Math.sqrt(share)

/** The steps at which a run was evaluated: every interval, and its latest step. */
export function evaluationSteps(interval: number, last: number | undefined): number[] {
  if (last === undefined) return []
  const regular = Array.from({ length: Math.floor(last / interval) + 1 }, (_, index) => index * interval)
  return regular.at(-1) === last ? regular : [...regular, last]
}
