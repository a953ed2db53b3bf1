/** What is measured of every step: names, how it is drawn, and all of it as a table. */
import {
  derivationStepSchema,
  type Derivation,
  type DerivationStep,
  type DerivedVariant,
} from '../../../shared/derivation.ts'
import type { Table } from '../csv.ts'

type MeasureKey = Exclude<keyof DerivationStep, 'step' | 'positions'>

export interface LabMeasure {
  readonly key: MeasureKey
  readonly name: string
  /** Where nothing changes: a line is drawn across. */
  readonly neutral: number | null
  /** Whether it is drawn by its logarithm where all values are positive. */
  readonly logarithmic: boolean
  /** What it is held against. */
  readonly baseline: MeasureKey | null
}

const measure = (
  key: MeasureKey,
  name: string,
  { neutral = null, logarithmic = false, baseline = null }: Partial<LabMeasure> = {},
): LabMeasure => ({ key, name, neutral, logarithmic, baseline })
const ratio = { neutral: 1, logarithmic: true }

export interface MeasureGroup {
  readonly name: string
  readonly measures: readonly LabMeasure[]
}

const groups: readonly MeasureGroup[] = [
  {
    name: 'How tokens move',
    measures: [
      measure('totalVariance', 'Variance', { logarithmic: true }),
      measure('expansion', 'Expansion', ratio),
      measure('medianPairRatio', 'Median pair ratio', ratio),
      measure('smallestPairRatio', 'Smallest pair ratio', ratio),
      measure('insideHull', 'Inside the hull', { neutral: 1 }),
      measure('meanLogZ', 'Mean log Z'),
      measure('dirichletEnergy', 'Dirichlet energy'),
    ],
  },
  {
    name: 'Linear dimensionality reduction',
    measures: [
      measure('linearity', 'Linear in step 0', { neutral: 1 }),
      measure('principalCorrelation', 'PCA: correlation', { neutral: 1 }),
      measure('principalAngle', 'PCA: largest angle', { neutral: 0 }),
      measure('principalDisparity', 'PCA: disparity', { neutral: 0 }),
      measure('graphCorrelation', 'Graph: correlation', { neutral: 1 }),
      measure('graphAngle', 'Graph: largest angle', { neutral: 0 }),
      measure('graphDisparity', 'Graph: disparity', { neutral: 0 }),
      measure('stationaryDisparity', 'Stationary: disparity', { neutral: 0 }),
    ],
  },
  {
    name: 'Labels',
    measures: [
      measure('labelPurity', 'Label purity', { baseline: 'randomLabelPurity' }),
      measure('silhouette', 'Silhouette', { neutral: 0, baseline: 'randomSilhouette' }),
    ],
  },
]
export const labMeasures: readonly LabMeasure[] = groups.flatMap(({ measures }) => measures)

export const meaningOf = ({ key }: LabMeasure): string =>
  (words[key] ?? derivationStepSchema.shape[key].description ?? '').replaceAll('`', '')
/** Shorter than in the schema where the heading of the group says the rest. */
const words: Partial<Record<MeasureKey, string>> = {
  principalCorrelation: 'mean canonical correlation; 1: the same space as at step 0',
  principalAngle: 'radians; 0: the same space as at step 0',
  principalDisparity: 'Procrustes; 0: the same shape as at step 0',
  graphCorrelation: 'mean canonical correlation; 1: the space of the smoothest vectors',
  graphAngle: 'radians; 0: the space of the smoothest vectors',
  graphDisparity: 'Procrustes; 0: the shape of the smoothest vectors',
  stationaryDisparity: 'Procrustes; 0: the shape of the stretched vectors',
  smallestPairRatio: 'the least ‖yᵢ − yⱼ‖ / ‖xᵢ − xⱼ‖ of the pairs',
}

/** The measures that some variant has: labels are not of every cloud. */
export const measuredOf = (derived: readonly DerivedVariant[]): MeasureGroup[] =>
  groups
    .map(({ name, measures }) => ({
      name,
      measures: measures.filter(({ key }) =>
        derived.some(({ steps }) => steps.some((step) => step[key] !== null)),
      ),
    }))
    .filter(({ measures }) => measures.length > 0)

/** The values of a measure by step, where it was measured. */
export const pointsOf = ({ steps }: DerivedVariant, key: MeasureKey | null): [number, number][] =>
  key === null
    ? []
    : steps.flatMap((step): [number, number][] => (step[key] === null ? [] : [[step.step, step[key]]]))

/** What is left of a variance below this share of step 0 is rounding. */
const smallestShare = 1e-12

/** The least value that is drawn: what lies below is of no interest, and would take the room of what is. */
function leastOf(derived: readonly DerivedVariant[], key: MeasureKey): number {
  if (key === 'totalVariance') return smallestShare * (derived[0]?.steps[0]?.totalVariance ?? 0)
  return key === 'linearity' ? 0 : -Infinity // a map below 0 says less than the mean
}

/** Smallest and largest value that says something, of a measure and its baseline; null where there is none. */
export function extentOf(
  derived: readonly DerivedVariant[],
  { key, baseline }: Pick<LabMeasure, 'key' | 'baseline'>,
): [number, number] | null {
  const values = derived.flatMap((variant) =>
    [...pointsOf(variant, key), ...pointsOf(variant, baseline)].map(([, value]) => value),
  )
  if (values.length === 0) return null
  return [Math.max(leastOf(derived, key), Math.min(...values)), Math.max(...values)]
}

const keys = labMeasures.flatMap(({ key, baseline }) => (baseline === null ? [key] : [key, baseline]))

/** A row per variant and step. */
export const measuresTable = (derived: readonly DerivedVariant[]): Table => ({
  header: ['variant', 'step', ...keys],
  rows: derived.flatMap(({ attention, steps }) =>
    steps.map((step) => [attention, step.step, ...keys.map((key) => step[key])]),
  ),
})

/** A row per variant, step and token. */
export const positionsTable = (derived: readonly DerivedVariant[], labels: Derivation['labels']): Table => ({
  header: ['variant', 'step', 'token', 'label', 'x', 'y'],
  rows: derived.flatMap(({ attention, steps }) =>
    steps.flatMap(({ step, positions }) =>
      positions.map(([x, y], token) => [attention, step, token, labels?.[token] ?? null, x, y]),
    ),
  ),
})
