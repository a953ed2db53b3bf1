/**
 * Every statistic, family by family, with formula, meaning and source. What computes them is in src/main/statistics,
 * one file per family as here; docs/theory.md section 3 has the whole list with its known values.
 */
import { expansion } from './statistics/expansion.ts'
import { gaussianity } from './statistics/gaussianity.ts'
import { isotropy } from './statistics/isotropy.ts'
import { moments } from './statistics/moments.ts'
import { smoothing } from './statistics/smoothing.ts'
import { spectrum } from './statistics/spectrum.ts'
import type { Statistic, StatisticRow } from './statistics/statistic.ts'

const families: readonly [name: string, rows: readonly StatisticRow[]][] = [
  ['Moments', moments],
  ['Spectrum', spectrum],
  ['Isotropy', isotropy],
  ['Gaussianity', gaussianity],
  ['Expansion', expansion],
  ['Smoothing', smoothing],
]

export const statistics: readonly Statistic[] = families.flatMap(([family, rows]) =>
  rows.map((row) => ({ ...row, family })),
)
