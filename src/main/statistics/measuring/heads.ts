/**
 * Statistics of attention matrices and of queries and keys (theory 3.7 to 3.9), head by head. Those that take
 * decompositions are of the first sequence alone, the others are means over all that are recorded.
 */
import {
  asymmetry,
  diagonalMass,
  headDiversity,
  hopfieldRegime,
  meanDistance,
  meanEntropy,
  meanKeysForNearlyAll,
  meanMaximumWeight,
  meanNormalisedEntropy,
  meanPerplexity,
  sinkMass,
  stationaryEntropy,
} from '../attention.ts'
import {
  legendreGap,
  meanHopfieldEnergy,
  meanLogPartition,
  meanLogPartitionExcess,
  meanNeighbourDivergence,
  type Family,
} from '../exponentialFamily.ts'
import { agreement, smoothestVectors } from '../linearReduction.ts'
import { expansionRemainder, momentFit } from '../localGaussian.ts'
import { mixtureDivergence } from '../keyMixture.ts'
import { mean, type Matrix } from '../matrix.ts'
import { measured, type Measures } from './measure.ts'
import { headAt, headsTogether } from './headSites.ts'
import { onFirstSequence, overSequences, whereDefined, type HeadOnSequence } from './subjects.ts'

const pattern = headAt('attn.hook_pattern')
const ofPattern = (of: (attention: Matrix, causal: boolean) => number | null) =>
  measured(
    pattern,
    overSequences((head) => of(head.attention(), head.causal)),
  )

const attention: Measures = {
  'attention-entropy': ofPattern(meanEntropy),
  'attention-entropy-normalised': ofPattern(meanNormalisedEntropy),
  'attention-perplexity': ofPattern(meanPerplexity),
  'maximum-weight': ofPattern(meanMaximumWeight),
  'diagonal-mass': ofPattern(diagonalMass),
  'sink-mass': ofPattern(sinkMass),
  'attention-distance': ofPattern(meanDistance),
  'attention-asymmetry': ofPattern(asymmetry),
  'spectral-gap': measured(
    pattern,
    onFirstSequence((head) => head.walk()?.gap ?? null),
  ),
  'stationary-entropy': measured(
    pattern,
    onFirstSequence((head) => whereDefined(head.walk(), stationaryEntropy)),
  ),
  'keys-for-ninety-percent': ofPattern(meanKeysForNearlyAll),
  'hopfield-regime': ofPattern(hopfieldRegime),
  'head-diversity': measured(headsTogether, (sequences) =>
    mean(sequences.map(headDiversity).filter((value) => value !== null)),
  ),
  'graph-correlation': measured(
    headAt('attn.hook_pattern', 'hook_resid_pre'),
    onFirstSequence((head) =>
      whereDefined(
        smoothestVectors(head.attention(), leadingDimensions),
        ({ vectors }) => agreement(head.tokens(), vectors).correlation,
      ),
    ),
  ),
}

/** Of the planes that are compared: those in which paper C draws tokens. */
export const leadingDimensions = 2

const queriesAndKeys = headAt('attn.hook_q', 'attn.hook_k')
const ofHead = (of: (head: HeadOnSequence) => number | null | undefined) =>
  measured(
    queriesAndKeys,
    overSequences((head) => of(head) ?? null),
  )
const ofFirst = (of: (head: HeadOnSequence) => number | null | undefined) =>
  measured(
    queriesAndKeys,
    onFirstSequence((head) => of(head) ?? null),
  )
const ofFamily = (of: (family: Family) => number | null) => ofHead((head) => whereDefined(head.family(), of))

const exponentialFamily: Measures = {
  'log-partition': ofFamily(meanLogPartition),
  'log-partition-excess': ofFamily(meanLogPartitionExcess),
  'fisher-trace': ofFirst((head) => head.fisher()?.trace),
  'fisher-top-eigenvalue': ofFirst((head) => head.fisher()?.topEigenvalue),
  'fisher-effective-rank': ofFirst((head) => head.fisher()?.effectiveRank),
  'query-divergence': ofFamily(meanNeighbourDivergence),
  'legendre-gap': measured(
    headAt('attn.hook_pattern', 'attn.hook_q', 'attn.hook_k'),
    overSequences((head) => whereDefined(head.family(), (family) => legendreGap(family, head.attention()))),
  ),
  'duality-residual': ofHead((head) => head.duality()?.residual),
  'duality-residual-shuffled': ofHead((head) => head.duality()?.shuffled),
  'hopfield-energy': ofHead((head) => meanHopfieldEnergy(head.queries(), head.keys(), head.causal)),
}

const localGaussian: Measures = {
  'moment-fit': measured(
    headAt('attn.hook_q', 'attn.hook_k', 'attn.hook_v'),
    overSequences((head) => whereDefined(head.family(), (family) => momentFit(family, head.values()))),
  ),
  'local-expansion-remainder': ofFamily(expansionRemainder),
  'key-mixture-order': ofFirst((head) => head.mixture()?.order),
  'key-mixture-divergence': ofFirst((head) =>
    whereDefined(head.mixture(), (mixture) =>
      whereDefined(head.family(), (family) => mixtureDivergence(mixture, family)),
    ),
  ),
  'neighbourhood-residual': ofHead((head) => head.neighbourhood()?.nearest),
  'attention-residual': ofHead((head) => head.neighbourhood()?.attention),
  'weighted-key-skewness': ofHead((head) => head.weighted()?.skewness),
  'weighted-key-kurtosis': ofHead((head) => head.weighted()?.kurtosis),
}

export const headMeasures: Measures = { ...attention, ...exponentialFamily, ...localGaussian }
