/**
 * What a statistic is computed of, with what several statistics need of it computed once: a spectrum, the Gaussian
 * surrogate, the exponential family of a head.
 */
import { walkOf, type Walk } from '../attention.ts'
import type { Draws } from '../draws.ts'
import { familyOf, naturalParameters, type Family } from '../exponentialFamily.ts'
import {
  gaussianSurrogate,
  mostComponents,
  multivariateGaussianity,
  slicedGaussianity,
  type GaussianSurrogate,
  type MultivariateGaussianity,
  type SlicedGaussianity,
} from '../gaussianity/gaussianity.ts'
import { neighbourRatios } from '../intrinsicDimension.ts'
import { keyMixture, type KeyMixture } from '../keyMixture.ts'
import { linearityFrom } from '../linearReduction.ts'
import {
  dualityResidual,
  fisherInformation,
  type DualityResidual,
  type FisherInformation,
} from '../exponentialFamily.ts'
import {
  neighbourhoodResidual,
  weightedMoments,
  type NeighbourhoodResidual,
  type WeightedMoments,
} from '../localGaussian.ts'
import { randomDirections } from '../gaussianity/sliced.ts'
import { centred, mean, selectRows, type Matrix, type Matrix64 } from '../matrix.ts'
import { spectrumOf, type Spectrum } from '../spectrum.ts'
import { blockTap, matrixOf, type Recording } from './recording.ts'

/** A value that is computed when it is first asked for. */
export function lazy<Value>(compute: () => Value): () => Value {
  let known: { readonly value: Value } | undefined
  return () => (known ??= { value: compute() }).value
}

/** What is the same for all clouds and heads. */
export interface Setting {
  readonly draws: Draws
  /** The sampled tokens at a tap of the residual width, as one cloud whoever asks for it. */
  cloudAt(recording: Recording, layer: number, tap: string): Cloud
  /** The measures of a Gaussian sample of as many tokens and components. */
  surrogate(tokens: number, components: number): GaussianSurrogate
}

export function settingOf(draws: Draws): Setting {
  const known = new Map<string, GaussianSurrogate>()
  const clouds = createClouds()
  const setting: Setting = {
    draws,
    cloudAt: (recording, layer, tap) => clouds(recording, layer, tap, setting),
    surrogate(tokens, components) {
      const key = `${tokens} ${components}`
      const surrogate = known.get(key) ?? gaussianSurrogate(tokens, components, draws)
      known.set(key, surrogate)
      return surrogate
    },
  }
  return setting
}

/**
 * Clouds of one recording, of which blocks are measured in order: what a block is asked for of the block before and of the
 * beginning is there still, all else is let go.
 */
function createClouds() {
  let current: Recording | undefined
  let clouds = new Map<string, { readonly layer: number; readonly cloud: Cloud }>()
  return (recording: Recording, layer: number, tap: string, setting: Setting): Cloud => {
    if (recording !== current) clouds = new Map()
    current = recording
    const name = blockTap(layer, tap)
    const found = clouds.get(name)
    if (found) return found.cloud
    for (const [other, { layer: block }] of clouds)
      if (block < layer - 1 && other !== blockTap(0, 'hook_resid_pre')) clouds.delete(other)
    const cloud = cloudOf(matrixOf(recording, 'sampled', name), setting)
    clouds.set(name, { layer, cloud })
    return cloud
  }
}

/** Of more tokens than these, what compares pairs of them, n²D, takes these many at equal distances. */
export const mostPairedTokens = 512

/** Tokens at one place, of different sequences. */
export interface Cloud {
  readonly tokens: Matrix
  readonly setting: Setting
  centred(): Matrix64
  spectrum(): Spectrum | null
  /** Those of the tokens that are compared in pairs. */
  few(): Cloud
  multivariate(): MultivariateGaussianity | null
  sliced(): SlicedGaussianity | null
  surrogate(): GaussianSurrogate | null
  neighbourRatios(): Float64Array | null
  /** How far a later cloud of the same tokens is an affine map of this one. */
  linearity(): (later: Matrix) => number | null
}

export function cloudOf(tokens: Matrix, setting: Setting): Cloud {
  const spectrum = () => spectrumOf(tokens)
  const cloud: Cloud = {
    tokens,
    setting,
    centred: lazy(() => centred(tokens)),
    spectrum,
    few: lazy(() =>
      tokens.rows <= mostPairedTokens ? cloud : cloudOf(spreadRows(tokens, mostPairedTokens), setting),
    ),
    multivariate: lazy(() =>
      whereDefined(spectrum(), (known) => multivariateGaussianity(known, setting.draws)),
    ),
    sliced: lazy(() => whereDefined(spectrum(), (known) => slicedGaussianity(known, setting.draws))),
    surrogate: lazy(() =>
      whereDefined(spectrum(), ({ eigenvalues }) =>
        eigenvalues.length === 0
          ? null
          : setting.surrogate(tokens.rows, Math.min(mostComponents, eigenvalues.length)),
      ),
    ),
    neighbourRatios: lazy(() => neighbourRatios(tokens)),
    linearity: lazy(() => linearityFrom(tokens, setting.draws)),
  }
  return cloud
}

/** At most `most` rows, at equal distances. */
export function spreadRows(x: Matrix, most: number): Matrix {
  if (x.rows <= most) return x
  return selectRows(
    x,
    Int32Array.from({ length: most }, (_, index) => Math.floor((index * x.rows) / most)),
  )
}

/** `of(value)`, and null where there is none. */
export const whereDefined = <Value, Result>(
  value: Value | null,
  of: (value: Value) => Result | null,
): Result | null => (value === null ? null : of(value))

/** One head on one sequence of T tokens, d channels. What was not recorded throws where it is asked for. */
export interface HeadOnSequence {
  readonly causal: boolean
  readonly setting: Setting
  /** A (T, T), before an operator. */
  attention(): Matrix
  /** (T, d) */
  queries(): Matrix
  keys(): Matrix
  values(): Matrix
  /** What the head read of the values, with operator and term (T, d). */
  readings(): Matrix
  /** The residual stream on entry to the block (T, C). */
  tokens(): Matrix
  /** The softmax of the recorded queries and keys, whatever the variant makes of them. */
  family(): Family | null
  walk(): Walk | null
  fisher(): FisherInformation | null
  duality(): DualityResidual | null
  neighbourhood(): NeighbourhoodResidual | null
  weighted(): WeightedMoments | null
  mixture(): KeyMixture | null
}

/** The taps of one head on one sequence. */
export type HeadTaps = Pick<
  HeadOnSequence,
  'causal' | 'setting' | 'attention' | 'queries' | 'keys' | 'values' | 'readings' | 'tokens'
>

/** Directions along which attention-weighted keys are looked at. */
const keyDirections = 16
/** Of the mixture of keys: fewer than it may have, for sixteen heads are fitted at every evaluation. */
const mixtureOptions = { mostComponents: 8, iterations: 30 }

export function headOnSequence(taps: HeadTaps): HeadOnSequence {
  const { causal, setting, queries, keys } = taps
  const { draws } = setting
  const family = lazy(() => familyOf({ natural: naturalParameters(queries()), keys: keys(), causal }))
  const ofFamily = <Result>(of: (family: Family) => Result) => lazy(() => whereDefined(family(), of))
  return {
    ...taps,
    family,
    walk: lazy(() => walkOf(taps.attention(), causal)),
    fisher: ofFamily((known) => fisherInformation(known)),
    duality: ofFamily((known) => dualityResidual(known, draws)),
    neighbourhood: ofFamily((known) => neighbourhoodResidual(queries(), known)),
    weighted: ofFamily((known) =>
      weightedMoments(known, randomDirections(known.keys.columns, keyDirections, draws)),
    ),
    mixture: lazy(() => keyMixture(keys(), draws, mixtureOptions)),
  }
}

/** The mean of a statistic over the sequences where it is defined; null where it is in none. */
export const overSequences =
  (statistic: (head: HeadOnSequence) => number | null) =>
  (heads: readonly HeadOnSequence[]): number | null =>
    mean(heads.map(statistic).filter((value) => value !== null))

/** Of the first sequence only: for what takes T³ operations. */
export const onFirstSequence =
  (statistic: (head: HeadOnSequence) => number | null) =>
  ([first]: readonly HeadOnSequence[]): number | null =>
    first === undefined ? null : statistic(first)
