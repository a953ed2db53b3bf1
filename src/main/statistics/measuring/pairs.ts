/**
 * Statistics of two clouds of the same tokens (theory 3.10, 3.12): the residual stream on entry to a block beside what
 * attention and the block make of it, and the first tokens beside those after every block. Variants, seeds and steps are
 * compared elsewhere: a run knows only itself.
 */
import { agreement, principalScores } from '../linearReduction.ts'
import {
  debiasedLinearAlignment,
  linearAlignment,
  meanCanonicalCorrelation,
  mutualNeighbours,
  procrustesDisparity,
  singularVectorCanonicalCorrelation,
} from '../similarity.ts'
import type { Matrix } from '../matrix.ts'
import { leadingDimensions } from './heads.ts'
import { measured, type Measures } from './measure.ts'
import { sinceEntryToBlock, sinceEntryToModel, throughBlocks } from './sites.ts'
import { whereDefined } from './subjects.ts'

type OfPair = (x: Matrix, y: Matrix) => number | null
const ofPair = (of: OfPair) => measured(sinceEntryToBlock, ({ x, y }) => of(x.tokens, y.tokens))
/** What takes longest. */
const ofWholeBlock = (of: OfPair) => measured(throughBlocks, ({ x, y }) => of(x.tokens, y.tokens))

export const pairMeasures: Measures = {
  'linear-alignment': ofPair(linearAlignment),
  'linear-alignment-debiased': ofPair(debiasedLinearAlignment),
  'canonical-correlation': ofWholeBlock((x, y) => meanCanonicalCorrelation(x, y)),
  'singular-vector-canonical-correlation': ofWholeBlock(singularVectorCanonicalCorrelation),
  'procrustes-disparity': ofPair(procrustesDisparity),
  'mutual-neighbours': ofWholeBlock((x, y) => mutualNeighbours(x, y)),
  linearity: measured(sinceEntryToModel, ({ x, y }) => x.linearity()(y.tokens)),
  'principal-correlation': measured(sinceEntryToModel, ({ x, y }) =>
    whereDefined(
      principalScores(x.tokens, leadingDimensions),
      (scores) => agreement(y.tokens, scores).correlation,
    ),
  ),
}
