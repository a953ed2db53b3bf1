/** Applies attention variants again and again to one cloud of tokens, and measures every step. */
import type { AttentionAxes } from '../../shared/attention.ts'
import type { DerivationStep, DerivedVariant } from '../../shared/derivation.ts'
import type { Device } from '../engine/program.ts'
import { moments, standardised, type Cloud, type LabelledCloud } from './cloud.ts'
import { insideHull, pairRatios, somePairs } from './geometry.ts'
import { labelPurity, silhouette, type Position } from './labels.ts'
import { linearityFrom, principalCorrelationWith, principalFrame, scoresIn } from './linear.ts'
import { compileStep, type StepSettings } from './step.ts'

export interface NamedAxes {
  readonly id: string
  readonly axes: AttentionAxes
}

export interface DeriveOptions {
  readonly variants: readonly NamedAxes[]
  readonly tokens: LabelledCloud
  /** Root mean square of a coordinate of the first tokens, which are centred. */
  readonly scale: number
  readonly steps: number
  readonly settings: StepSettings
}

/** @throws WorkbenchError invalid-request for a variant that cannot be derived with one head */
export async function derive(device: Device, options: DeriveOptions): Promise<DerivedVariant[]> {
  const first = standardised(options.tokens, options.scale)
  const measure = measuring(first, options.tokens.labels, options.settings.seed)
  const derived: DerivedVariant[] = []
  for (const { id, axes } of options.variants)
    derived.push({ attention: id, ...(await repeat(device, axes, first, measure, options)) })
  return derived
}

async function repeat(
  device: Device,
  axes: AttentionAxes,
  first: Cloud,
  measure: ReturnType<typeof measuring>,
  { steps, settings }: DeriveOptions,
): Promise<Omit<DerivedVariant, 'attention'>> {
  const step = await compileStep(device, axes, [first.count, first.width], settings)
  try {
    const measured: DerivationStep[] = []
    let before: Cloud | null = null
    let cloud = first
    for (let index = 0; index <= steps; index++) {
      const { next, meanLogZ, dirichletEnergy } = await step.run(cloud.values)
      if (!Number.isFinite(meanLogZ) || !Number.isFinite(dirichletEnergy))
        return { steps: measured, overflowed: true }
      measured.push({ step: index, ...measure(before, cloud), meanLogZ, dirichletEnergy })
      before = cloud
      cloud = { ...cloud, values: next }
    }
    return { steps: measured, overflowed: false }
  } finally {
    await step.release()
  }
}

/** Tokens with less than this share of the variance of step 0 have become one point: the rest is rounding. */
const collapsedShare = 1e-12

type Measured = Omit<DerivationStep, 'step' | 'meanLogZ' | 'dirichletEnergy'>

/** What is measured of a cloud, against the first one and the one before it. */
function measuring(
  first: Cloud,
  labels: readonly number[] | null,
  seed: number,
): (before: Cloud | null, cloud: Cloud) => Measured {
  const frame = principalFrame(first, 2)
  const pairs = somePairs(first.count, seed)
  const linearity = linearityFrom(first, seed)
  const principalCorrelation = principalCorrelationWith(first, 2)

  function positionsOf(cloud: Cloud): Position[] {
    if (cloud.width === 2)
      return Array.from({ length: cloud.count }, (_, token) => [
        cloud.values[2 * token]!,
        cloud.values[2 * token + 1]!,
      ])
    const { columns, numbers } = scoresIn(frame, cloud)
    // A cloud of fewer dimensions lies at 0 in those that it does not have.
    const at = (token: number, axis: number) => (axis < columns ? numbers[token * columns + axis]! : 0)
    return Array.from({ length: cloud.count }, (_, token) => [at(token, 0), at(token, 1)])
  }

  const { totalVariance: firstVariance } = moments(first)
  /** Whether tokens still differ by more than what 32-bit numbers round away. */
  const isSpread = (variance: number) => variance > collapsedShare * firstVariance

  return (before, cloud) => {
    const positions = positionsOf(cloud)
    const { totalVariance } = moments(cloud)
    const varianceBefore = before && moments(before).totalVariance
    const earlier = varianceBefore !== null && isSpread(varianceBefore) ? before : null
    const ratios = earlier && pairRatios(earlier, cloud, pairs)
    const spread = isSpread(totalVariance)
    const byLabel = spread ? labels : null
    return {
      positions: positions.map(([x, y]) => [x, y]),
      totalVariance,
      expansion: earlier && varianceBefore && totalVariance / varianceBefore,
      medianPairRatio: ratios?.median ?? null,
      smallestPairRatio: ratios?.smallest ?? null,
      insideHull: earlier && insideHull(earlier, cloud),
      labelPurity: byLabel && labelPurity(positions, byLabel),
      silhouette: byLabel && silhouette(positions, byLabel),
      linearity: spread ? linearity(cloud) : null,
      principalCorrelation: spread ? principalCorrelation(cloud) : null,
    }
  }
}
