/** What is measured of a cloud, against the first one, the one before it, and what its attention looked at at the start. */
import { planeCount, type DerivationSettings, type DerivationStep } from '../../shared/derivation.ts'
import { linearityFrom } from '../statistics/linearReduction.ts'
import type { Matrix } from '../statistics/matrix.ts'
import { moments, type Cloud } from './cloud.ts'
import { insideHull, pairRatios, somePairs } from './geometry.ts'
import { labelPurity, silhouette, type Position } from './labels.ts'
import { drawsOf, positionsIn, principalFrame, randomPlane, tokensOf } from './linear.ts'
import { graphTarget, principalTarget } from './reduction.ts'

export type MeasuringSettings = Pick<DerivationSettings, 'seed' | 'components' | 'beta'>

export type Measured = Omit<DerivationStep, 'step' | 'meanLogZ' | 'dirichletEnergy'>

/** Tokens with less than this share of the variance of step 0 have become one point: the rest is rounding. */
const collapsedShare = 1e-12

/** @param pattern (n, n), the attention of a variant at the first tokens */
export type Measure = (pattern: Matrix) => (before: Cloud | null, cloud: Cloud) => Measured

/** What the first tokens decide is made once, for all variants. */
export function measuring(
  first: Cloud,
  labels: readonly number[] | null,
  settings: MeasuringSettings,
): Measure {
  const { seed, components } = settings
  const frame = principalFrame(first, 2)
  const pairs = somePairs(first.count, seed)
  const linearity = linearityFrom(tokensOf(first), drawsOf(seed))
  const principal = principalTarget(tokensOf(first), components)
  // In two dimensions every plane is the one that is looked at.
  const planes =
    labels && first.width > 2
      ? Array.from({ length: planeCount }, (_, index) => randomPlane(first.width, seed, index))
      : []
  const { totalVariance: firstVariance } = moments(first)
  /** Whether tokens still differ by more than what 32-bit numbers round away. */
  const isSpread = (variance: number) => variance > collapsedShare * firstVariance

  const positionsOf = (cloud: Cloud): Position[] => {
    if (cloud.width !== 2) return positionsIn(frame, cloud)
    const { count, values } = cloud
    return Array.from({ length: count }, (_, token) => [values[2 * token]!, values[2 * token + 1]!])
  }

  function labelMeasures(cloud: Cloud, positions: readonly Position[], of: readonly number[]) {
    const inPlanes = planes.map((plane) => positionsIn(plane, cloud))
    return {
      labelPurity: labelPurity(positions, of),
      silhouette: silhouette(positions, of),
      randomLabelPurity: mean(inPlanes.map((some) => labelPurity(some, of))),
      randomSilhouette: mean(inPlanes.map((some) => silhouette(some, of))),
    }
  }

  return (pattern) => {
    const ofGraph = graphTarget(pattern, settings)
    return (before, cloud) => {
      const positions = positionsOf(cloud)
      const { totalVariance } = moments(cloud)
      const varianceBefore = before && moments(before).totalVariance
      const earlier = varianceBefore !== null && isSpread(varianceBefore) ? before : null
      const ratios = earlier && pairRatios(earlier, cloud, pairs)
      const tokens = isSpread(totalVariance) ? tokensOf(cloud) : null
      const components = tokens && principal(tokens)
      const smooth = tokens && ofGraph(tokens)
      return {
        positions: positions.map(([x, y]) => [x, y]),
        totalVariance,
        expansion: earlier && varianceBefore && totalVariance / varianceBefore,
        medianPairRatio: ratios?.median ?? null,
        smallestPairRatio: ratios?.smallest ?? null,
        insideHull: earlier && insideHull(earlier, cloud),
        linearity: tokens && linearity(tokens),
        principalCorrelation: components?.correlation ?? null,
        principalAngle: components?.angle ?? null,
        principalDisparity: components?.disparity ?? null,
        graphCorrelation: smooth?.graph.correlation ?? null,
        graphAngle: smooth?.graph.angle ?? null,
        graphDisparity: smooth?.graph.disparity ?? null,
        stationaryDisparity: smooth?.stationary.disparity ?? null,
        ...(tokens && labels ? labelMeasures(cloud, positions, labels) : noLabels),
      }
    }
  }
}

const noLabels = { labelPurity: null, silhouette: null, randomLabelPurity: null, randomSilhouette: null }

/** Null where there is none, or where one is null. */
function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  if (known.length === 0 || known.length < values.length) return null
  return known.reduce((sum, value) => sum + value, 0) / known.length
}
