/**
 * Whether tokens are Gaussian (theory 3.4), which paper A predicts of its equilibrium: every measure of this folder at
 * once, and the same of a Gaussian surrogate. Tokens of a sequence depend on each other, so p-values would be wrong;
 * what a measure says is how far it is from that of the surrogate.
 */
import type { Draws } from '../draws.ts'
import { centred, sliceRows, type Matrix } from '../matrix.ts'
import { rowProducts } from '../products.ts'
import { spectrumOf, type Spectrum } from '../spectrum.ts'
import { energyDistance } from './energyDistance.ts'
import { henzeZirkler, mahalanobis, mardia } from './multivariate.ts'
import { negentropy } from './negentropy.ts'
import { channelDirections, randomDirections, sliced, type Sliced } from './sliced.ts'
import { gaussianSample, matchedGaussianSample, whitened } from './whitening.ts'

/** Principal components of the multivariate measures: the moments of more would need far more tokens. */
export const mostComponents = 32
/** Principal components in which an entropy can be told from some hundred tokens. */
export const mostEntropyComponents = 8
/** Directions of each set. */
export const slices = 64

/** What is measured in principal components; null by the rules of each measure. */
export interface MultivariateGaussianity {
  readonly mahalanobisVarianceRatio: number | null
  readonly mahalanobisKolmogorov: number | null
  readonly mardiaSkewness: number | null
  readonly mardiaKurtosisRatio: number | null
  readonly henzeZirkler: number | null
  readonly negentropy: number | null
  readonly energyDistance: number | null
}

export interface SlicedGaussianity {
  readonly random: Sliced | null
  readonly principal: Sliced | null
  readonly channels: Sliced | null
}

/**
 * In the first 32 principal components, whitened (negentropy: the first 8); the energy distance is to a Gaussian sample
 * of the same size, mean and covariance. About 5n²k. Null with no variance or no more tokens than components.
 */
export function multivariateGaussianity(spectrum: Spectrum, draws: Draws): MultivariateGaussianity | null {
  const z = whitened(spectrum, mostComponents)
  const few = whitened(spectrum, mostEntropyComponents)
  const reference = z && matchedGaussianSample(z.rows, z.columns, 'Gaussian reference', draws)
  if (z === null || few === null || reference === null) return null
  const products = rowProducts(z)
  const { varianceRatio, kolmogorov } = mahalanobis(z)
  const { skewness, kurtosisRatio } = mardia(z, products)
  return {
    mahalanobisVarianceRatio: varianceRatio,
    mahalanobisKolmogorov: kolmogorov,
    mardiaSkewness: skewness,
    mardiaKurtosisRatio: kurtosisRatio,
    henzeZirkler: henzeZirkler(z, products).statistic,
    negentropy: negentropy(few),
    energyDistance: energyDistance(z, reference),
  }
}

/** Along 64 random directions, 64 principal components and 64 channels, or as many as there are. 3 · 64 · nD. */
export function slicedGaussianity({ tokens, directions }: Spectrum, draws: Draws): SlicedGaussianity {
  return {
    random: sliced(tokens, randomDirections(tokens.columns, slices, draws)),
    principal: sliced(tokens, sliceRows(directions, 0, Math.min(slices, directions.rows))),
    channels: sliced(tokens, channelDirections(tokens.columns, slices)),
  }
}

export interface GaussianSurrogate {
  readonly multivariate: MultivariateGaussianity | null
  /** Of 64 directions; it is the same for the three sets. */
  readonly sliced: Sliced | null
}

/**
 * The measures of a Gaussian sample with as many tokens as those measured and with their covariance. Because they whiten
 * or standardise, which covariance it is makes no difference: the surrogate depends on the number of tokens and of
 * components alone, and one serves all taps with the same. Costs as much as the two functions above.
 * @param tokens n
 * @param components what the tokens have: the least of 32 and the number of their eigenvalues
 */
export function gaussianSurrogate(tokens: number, components: number, draws: Draws): GaussianSurrogate {
  const sample = (columns: number): Matrix => gaussianSample(tokens, columns, 'Gaussian surrogate', draws)
  const spectrum = spectrumOf(sample(Math.min(components, mostComponents)))
  return {
    multivariate: spectrum && multivariateGaussianity(spectrum, draws),
    sliced: sliced(centred(sample(slices)), channelDirections(slices, slices)),
  }
}
