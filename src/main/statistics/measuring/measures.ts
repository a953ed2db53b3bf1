/**
 * Every statistic that a run measures of itself, by its id in the catalogue: where in a block it is measured, and how it
 * is computed there. Adding one is a row in the catalogue and a row in the table of its family.
 */
import { gaussianityMeasures } from './gaussianity.ts'
import { headMeasures } from './heads.ts'
import type { Measures } from './measure.ts'
import { pairMeasures } from './pairs.ts'
import type { ProbedModel } from './recording.ts'
import { tokenMeasures } from './tokens.ts'
import { trainingMeasures } from './training.ts'

export const measuresOf = (model: ProbedModel): Measures => ({
  ...tokenMeasures,
  ...gaussianityMeasures,
  ...headMeasures,
  ...pairMeasures,
  ...trainingMeasures(model),
})

/** Of the catalogue, what needs more than one step of one run: two steps, variants or seeds beside each other. */
export const comparisonsOnly: readonly string[] = ['attention-divergence']
