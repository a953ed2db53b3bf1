/** Matrices of similarity as they are shown: what stands in every cell, in numbers and in words. */
import type { Pairs, VariantStates } from '../../../shared/states.ts'
import { formatPlural } from '../format.ts'
import { formatSpread, formatValue } from './format.ts'

export interface Cell {
  value: number | null
  sd: number | null
  /** What the number is, or why there is none. */
  words: string
}

/** Which pairs of runs a value between two variants is the mean of. */
export type PairChoice = 'otherSeeds' | 'sameSeed'

const pairWords: Record<PairChoice, string> = {
  otherSeeds: 'of different seeds',
  sameSeed: 'with one seed',
}

/** Cells by variant (row) and variant (column). */
export function variantCells(
  { cells }: Pick<VariantStates, 'cells'>,
  variants: readonly string[],
  pairs: PairChoice,
  nameOf: (variant: string) => string,
): Cell[][] {
  return variants.map((attention) =>
    variants.map((other) => {
      const found = cells.find((cell) => cell.attention === attention && cell.other === other)
      const place = attention === other ? nameOf(attention) : `${nameOf(attention)} and ${nameOf(other)}`
      return cellOf(place, found?.[pairs] ?? null, pairs, attention === other)
    }),
  )
}

function cellOf(place: string, found: Pairs, pairs: PairChoice, isDiagonal: boolean): Cell {
  if (found === null) {
    const why = isDiagonal && pairs === 'sameSeed' ? 'a run and itself' : 'no such pair of runs'
    return { value: null, sd: null, words: `${place}: ${why}` }
  }
  const { mean, sd, count } = found
  const spread = sd === null ? '' : ` ± ${formatSpread(sd)}`
  const of = `${formatPlural(count, 'pair')} ${pairWords[pairs]}`
  const floor = isDiagonal ? ', the noise floor' : ''
  return {
    ...{ value: mean, sd },
    words: mean === null ? `${place}: not defined` : `${place}: ${formatValue(mean)}${spread}, ${of}${floor}`,
  }
}

/** Cells of values by row and column. */
export const plainCells = (
  values: readonly (readonly (number | null)[])[],
  rows: readonly string[],
  columns: readonly string[],
): Cell[][] =>
  values.map((line, row) =>
    line.map((value, column) => ({
      ...{ value, sd: null },
      words: `${rows[row]} and ${columns[column]}: ${value === null ? 'not defined' : formatValue(value)}`,
    })),
  )
