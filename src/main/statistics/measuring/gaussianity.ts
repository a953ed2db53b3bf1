/**
 * Where Gaussianity is measured: of 512 tokens between the blocks, and of the keys of every head, which paper A asks
 * about. Every measure has one of a surrogate with as many tokens and components.
 */
import type { MultivariateGaussianity } from '../gaussianity/gaussianity.ts'
import type { Sliced } from '../gaussianity/sliced.ts'
import { measured, type Measures } from './measure.ts'
import { betweenBlocks, keysOfHeads } from './sites.ts'
import type { Cloud } from './subjects.ts'

const sites = [...betweenBlocks, ...keysOfHeads]

const multivariate: Readonly<Record<string, keyof MultivariateGaussianity>> = {
  'mahalanobis-variance-ratio': 'mahalanobisVarianceRatio',
  'mahalanobis-kolmogorov': 'mahalanobisKolmogorov',
  'mardia-skewness': 'mardiaSkewness',
  'mardia-kurtosis-ratio': 'mardiaKurtosisRatio',
  'henze-zirkler': 'henzeZirkler',
  negentropy: 'negentropy',
  'energy-distance': 'energyDistance',
}
const slicedMeasures: Readonly<Record<string, keyof Sliced>> = {
  'sliced-wasserstein': 'wasserstein',
  'sliced-kolmogorov': 'kolmogorov',
  'sliced-kurtosis': 'kurtosis',
}
const directions = ['random', 'principal', 'channels'] as const

const of = (measure: (cloud: Cloud) => number | null | undefined) =>
  measured(sites, (cloud) => measure(cloud.few()) ?? null)

export const gaussianityMeasures: Measures = Object.fromEntries([
  ...Object.entries(multivariate).flatMap(([id, key]) => [
    [id, of((cloud) => cloud.multivariate()?.[key])] as const,
    [`${id}-surrogate`, of((cloud) => cloud.surrogate()?.multivariate?.[key])] as const,
  ]),
  ...Object.entries(slicedMeasures).flatMap(([id, key]) => [
    ...directions.map((set) => [`${id}-${set}`, of((cloud) => cloud.sliced()?.[set]?.[key])] as const),
    [`${id}-surrogate`, of((cloud) => cloud.surrogate()?.sliced?.[key])] as const,
  ]),
])
