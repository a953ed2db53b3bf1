/**
 * Every statistic, family by family, with formula, meaning and source. What computes them is in src/main/statistics,
 * one file per family as here; docs/theory.md section 3 has the whole list with its known values.
 */
import { attention } from './statistics/attention.ts'
import { classGeometry } from './statistics/classGeometry.ts'
import { expansion } from './statistics/expansion.ts'
import { exponentialFamily } from './statistics/exponentialFamily.ts'
import { gaussianity } from './statistics/gaussianity.ts'
import { intrinsicDimension } from './statistics/intrinsicDimension.ts'
import { isotropy } from './statistics/isotropy.ts'
import { linearReduction } from './statistics/linearReduction.ts'
import { localGaussian } from './statistics/localGaussian.ts'
import { moments } from './statistics/moments.ts'
import { similarity } from './statistics/similarity.ts'
import { smoothing } from './statistics/smoothing.ts'
import { spectrum } from './statistics/spectrum.ts'
import { trainingDynamics } from './statistics/trainingDynamics.ts'
import type { Statistic, StatisticRow } from './statistics/statistic.ts'

const families: readonly [name: string, rows: readonly StatisticRow[]][] = [
  ['Moments', moments],
  ['Spectrum', spectrum],
  ['Isotropy', isotropy],
  ['Gaussianity', gaussianity],
  ['Expansion', expansion],
  ['Smoothing', smoothing],
  ['Attention', attention],
  ['Exponential family', exponentialFamily],
  ['Local Gaussians', localGaussian],
  ['Similarity', similarity],
  ['Intrinsic dimension', intrinsicDimension],
  ['Linear reduction', linearReduction],
  ['Classes', classGeometry],
  ['Training', trainingDynamics],
]

export const statistics: readonly Statistic[] = families.flatMap(([family, rows]) =>
  rows.map((row) => ({ ...row, family })),
)
