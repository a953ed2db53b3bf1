/**
 * Statistics of tokens, of branches, of whole sequences and of labelled tokens (theory 3.1 to 3.3, 3.5, 3.6, 3.11, 3.13).
 * What is measured at many places is cheap; what compares pairs of tokens takes 512 of them.
 */
import { betweenClassShare, betweenSequenceShare } from '../classGeometry.ts'
import {
  balance,
  fixedMeasureExpansion,
  globalExpansion,
  logNormContraction,
  normContraction,
  renormalisationGap,
} from '../expansion.ts'
import {
  relativeDirichletEnergy,
  selfShareCoefficient,
  selfShareCosine,
  smoothnessSpectrum,
} from '../graph.ts'
import { intrinsicDimension, intrinsicDimensionBySlope } from '../intrinsicDimension.ts'
import { meanCosine, partitionIsotropy } from '../isotropy.ts'
import {
  branchRatio,
  meanChannelKurtosis,
  meanChannelVariance,
  meanDirectionShare,
  meanNorm,
  meanTokenCosine,
  outlierRatio,
} from '../moments.ts'
import { rankOneResidual, relativeSpread, spread } from '../rankCollapse.ts'
import { meanOverSequences } from '../sequences.ts'
import {
  effectiveRankByEigenvalues,
  effectiveRankBySingularValues,
  logLogSlope,
  participationRatio,
  stableRank,
  topShare,
} from '../spectrum.ts'
import type { Matrix } from '../matrix.ts'
import { headAt } from './headSites.ts'
import { measured, type Measures } from './measure.ts'
import {
  attentionBranch,
  betweenBlocks,
  branches,
  everywhere,
  labelled,
  stream,
  streamOfSequences,
  type Sequences,
} from './sites.ts'
import { onFirstSequence, overSequences, whereDefined, type Cloud } from './subjects.ts'

const ofTokens = (of: (tokens: Matrix) => number | null) => (cloud: Cloud) => of(cloud.tokens)
const ofEigenvalues = (of: (eigenvalues: Float64Array) => number | null) => (cloud: Cloud) =>
  whereDefined(cloud.spectrum(), ({ eigenvalues }) => of(eigenvalues))
const ofSequences =
  (of: (sequence: Matrix) => number | null) =>
  ({ tokens, length }: Sequences) =>
    meanOverSequences(tokens, length, of)

const moments: Measures = {
  'mean-norm': measured(everywhere, ofTokens(meanNorm)),
  'mean-channel-variance': measured(everywhere, ofTokens(meanChannelVariance)),
  'mean-channel-kurtosis': measured(stream, ofTokens(meanChannelKurtosis)),
  'outlier-ratio': measured(everywhere, ofTokens(outlierRatio)),
  'mean-direction-share': measured(everywhere, ofTokens(meanDirectionShare)),
  'branch-ratio': measured(branches, ({ output, entry }) => branchRatio(output(), entry())),
  'branch-cosine': measured(branches, ({ output, entry }) => meanTokenCosine(output(), entry())),
}

const spectrum: Measures = {
  'participation-ratio': measured(stream, ofTokens(participationRatio)),
  'effective-rank-eigenvalues': measured(stream, ofEigenvalues(effectiveRankByEigenvalues)),
  'effective-rank-singular-values': measured(stream, ofEigenvalues(effectiveRankBySingularValues)),
  'stable-rank': measured(stream, ofEigenvalues(stableRank)),
  'top-eigenvalue-share': measured(
    stream,
    ofEigenvalues((eigenvalues) => topShare(eigenvalues, 1)),
  ),
  'top-ten-eigenvalue-share': measured(
    stream,
    ofEigenvalues((eigenvalues) => topShare(eigenvalues, 10)),
  ),
  'spectrum-slope': measured(stream, ofEigenvalues(logLogSlope)),
}

const isotropy: Measures = {
  'mean-cosine': measured(everywhere, ofTokens(meanCosine)),
  'mean-cosine-centred': measured(everywhere, (cloud) => meanCosine(cloud.centred())),
  'partition-isotropy': measured(betweenBlocks, ofTokens(partitionIsotropy)),
}

const expansion: Measures = {
  'global-expansion': measured(branches, ({ entry, exit }) => globalExpansion(entry(), exit())),
  'pairwise-expansion': measured(attentionBranch, ({ pairs }) => pairs()?.median ?? null),
  'smallest-pairwise-expansion': measured(attentionBranch, ({ pairs }) => pairs()?.smallest ?? null),
  'fixed-measure-expansion': measured(
    headAt('attn.hook_pattern', 'attn.hook_k'),
    onFirstSequence((head) => fixedMeasureExpansion(head.attention(), head.keys())),
  ),
  'norm-contraction': measured(stream, ofTokens(normContraction)),
  'log-norm-contraction': measured(stream, ofTokens(logNormContraction)),
  balance: measured(branches, ({ entry, exit }) => balance(entry(), exit())),
  'renormalisation-gap': measured(betweenBlocks, (cloud) =>
    whereDefined(cloud.spectrum(), (known) => renormalisationGap(cloud.tokens, known)),
  ),
}

const smoothing: Measures = {
  spread: measured(streamOfSequences, ofSequences(spread)),
  'relative-spread': measured(streamOfSequences, ofSequences(relativeSpread)),
  'rank-one-residual': measured(streamOfSequences, ofSequences(rankOneResidual)),
  'sequence-cosine': measured(streamOfSequences, ofSequences(meanCosine)),
  'dirichlet-energy': measured(
    headAt('attn.hook_pattern', 'hook_resid_pre'),
    overSequences((head) => relativeDirichletEnergy(head.attention(), head.tokens())),
  ),
  'high-frequency-share': measured(
    headAt('attn.hook_pattern', 'hook_resid_pre'),
    onFirstSequence((head) => smoothnessSpectrum(head.attention(), head.tokens())?.highShare ?? null),
  ),
  'self-share-cosine': measured(
    headAt('attn.hook_z', 'attn.hook_v'),
    overSequences((head) => selfShareCosine(head.readings(), head.values())),
  ),
  'self-share-coefficient': measured(
    headAt('attn.hook_z', 'attn.hook_v'),
    overSequences((head) => selfShareCoefficient(head.readings(), head.values())),
  ),
}

const intrinsicDimensions: Measures = {
  'intrinsic-dimension': measured(betweenBlocks, (cloud) =>
    whereDefined(cloud.few().neighbourRatios(), intrinsicDimension),
  ),
  'intrinsic-dimension-slope': measured(betweenBlocks, (cloud) =>
    whereDefined(cloud.few().neighbourRatios(), intrinsicDimensionBySlope),
  ),
}

const classes: Measures = {
  'between-class-share': measured(labelled, ({ parts }) => whereDefined(parts(), betweenClassShare)),
  'between-sequence-share': measured(labelled, ({ parts }) => whereDefined(parts(), betweenSequenceShare)),
  'class-variability': measured(labelled, ({ collapse }) => collapse().variability),
  'class-mean-cosine': measured(labelled, ({ collapse }) => collapse().meanCosine),
  'class-angle-deviation': measured(labelled, ({ collapse }) => collapse().angleDeviation),
  'class-norm-variation': measured(labelled, ({ collapse }) => collapse().normVariation),
}

export const tokenMeasures: Measures = {
  ...moments,
  ...spectrum,
  ...isotropy,
  ...expansion,
  ...smoothing,
  ...intrinsicDimensions,
  ...classes,
}
