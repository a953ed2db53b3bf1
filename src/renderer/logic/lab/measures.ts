/** What is measured of every step: names, how it is drawn, and all of it as a table. */
import {
  derivationStepSchema,
  type Derivation,
  type DerivationStep,
  type DerivedVariant,
} from '../../../shared/derivation.ts'
import type { Table } from '../csv.ts'

export interface LabMeasure {
  readonly key: Exclude<keyof DerivationStep, 'step' | 'positions'>
  readonly name: string
  /** Where nothing changes: a line is drawn across. */
  readonly neutral: number | null
  /** Whether it is drawn by its logarithm where all values are positive. */
  readonly logarithmic: boolean
}

const measure = (
  key: LabMeasure['key'],
  name: string,
  neutral: number | null = null,
  logarithmic = false,
): LabMeasure => ({ key, name, neutral, logarithmic })

export const labMeasures: readonly LabMeasure[] = [
  measure('totalVariance', 'Variance', null, true),
  measure('expansion', 'Expansion', 1, true),
  measure('medianPairRatio', 'Median pair ratio', 1, true),
  measure('smallestPairRatio', 'Smallest pair ratio', 1, true),
  measure('insideHull', 'Inside the hull', 1),
  measure('meanLogZ', 'Mean log Z', null),
  measure('dirichletEnergy', 'Dirichlet energy', null),
  measure('linearity', 'Linear in step 0', 1),
  measure('principalCorrelation', 'Principal correlation', 1),
  measure('labelPurity', 'Label purity'),
  measure('silhouette', 'Silhouette', 0),
]

export const meaningOf = ({ key }: LabMeasure): string =>
  (derivationStepSchema.shape[key].description ?? words[key] ?? '').replaceAll('`', '')
const words: Partial<Record<LabMeasure['key'], string>> = {
  smallestPairRatio: 'the least ‖yᵢ − yⱼ‖ / ‖xᵢ − xⱼ‖ of the pairs',
}

/** The measures that some variant has: labels are not of every cloud. */
export const measuredOf = (derived: readonly DerivedVariant[]): LabMeasure[] =>
  labMeasures.filter(({ key }) => derived.some(({ steps }) => steps.some((step) => step[key] !== null)))

/** What is left of a variance below this share of step 0 is rounding. */
const smallestShare = 1e-12

/** The least value that is drawn: what lies below is of no interest, and would take the room of what is. */
function leastOf(derived: readonly DerivedVariant[], key: LabMeasure['key']): number {
  if (key === 'totalVariance') return smallestShare * (derived[0]?.steps[0]?.totalVariance ?? 0)
  return key === 'linearity' ? 0 : -Infinity // a map below 0 says less than the mean
}

/** Smallest and largest value that says something; null where there is none. */
export function extentOf(
  derived: readonly DerivedVariant[],
  key: LabMeasure['key'],
): [number, number] | null {
  const values = derived.flatMap(({ steps }) => steps.flatMap((step) => step[key] ?? []))
  if (values.length === 0) return null
  return [Math.max(leastOf(derived, key), Math.min(...values)), Math.max(...values)]
}

/** A row per variant and step. */
export const measuresTable = (derived: readonly DerivedVariant[]): Table => ({
  header: ['variant', 'step', ...labMeasures.map(({ key }) => key)],
  rows: derived.flatMap(({ attention, steps }) =>
    steps.map((step) => [attention, step.step, ...labMeasures.map(({ key }) => step[key])]),
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
