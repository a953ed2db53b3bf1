/**
 * Values of one statistic at one tap, by variant, layer and step: arranged as heat maps draw them (layer x step) and as
 * depth profiles do (by layer, at one step). A layer of null is what belongs to no block.
 */
import type { StatisticComparison } from '../../../shared/statistics.ts'
import type { AggregatedCurve } from '../../charts/aggregate.ts'

/** Over the seeds of a variant; of heads either one or the mean. */
export type LayerValue = Pick<StatisticComparison, 'attention' | 'layer' | 'step' | 'mean' | 'sd' | 'count'>

export interface Grid {
  /** Ascending; null first. */
  layers: (number | null)[]
  /** Ascending: those that were measured, and those that will be. */
  steps: number[]
  find(attention: string, layer: number | null, step: number): LayerValue | undefined
}

const byLayer = (a: number | null, b: number | null) => (a ?? -1) - (b ?? -1)
const keyOf = (attention: string, layer: number | null, step: number) => `${step} ${layer} ${attention}`

/** `planned` steps have their place before they are measured, so that nothing moves while the values come. */
export function gridOf(values: readonly LayerValue[], planned: readonly number[] = []): Grid {
  const found = new Map(values.map((value) => [keyOf(value.attention, value.layer, value.step), value]))
  return {
    layers: [...new Set(values.map(({ layer }) => layer))].sort(byLayer),
    steps: [...new Set([...planned, ...values.map(({ step }) => step)])].sort((a, b) => a - b),
    find: (attention, layer, step) => found.get(keyOf(attention, layer, step)),
  }
}

/** The measured steps, ascending. */
export const measuredSteps = (values: readonly LayerValue[]): number[] =>
  [...new Set(values.map(({ step }) => step))].sort((a, b) => a - b)

/**
 * A variant's values at one step by layer: `steps` of the curve are places in `layers`, its band is one standard
 * deviation over the seeds to either side. Undefined values are left out.
 */
export function profileOf(grid: Grid, attention: string, step: number): AggregatedCurve {
  const curve: AggregatedCurve = { steps: [], mean: [], lower: [], upper: [], count: [] }
  grid.layers.forEach((layer, place) => {
    const value = grid.find(attention, layer, step)
    if (!value || value.mean === null) return
    curve.steps.push(place)
    curve.mean.push(value.mean)
    curve.lower.push(value.mean - (value.sd ?? 0))
    curve.upper.push(value.mean + (value.sd ?? 0))
    curve.count.push(value.count)
  })
  return curve
}

/**
 * The smallest and largest value of any variant, layer and step, with its band: a range that holds while time passes.
 * `positive`: of bands that reach below zero the value alone counts, as a logarithm needs it.
 */
export function extentOf(
  values: readonly LayerValue[],
  { positive = false }: { positive?: boolean } = {},
): [number, number] | null {
  let low = Infinity
  let high = -Infinity
  for (const { mean, sd } of values) {
    if (mean === null) continue
    const lower = mean - (sd ?? 0)
    low = Math.min(low, positive && lower <= 0 ? mean : lower)
    high = Math.max(high, mean + (sd ?? 0))
  }
  return low <= high ? [low, high] : null
}

/** The layer that a choice means: `mean` is over all layers. */
export type LayerChoice = 'mean' | number | null

/** One number per step: at a layer, or the mean over the layers that have one. Undefined steps are left out. */
export function overTime(grid: Grid, attention: string, layer: LayerChoice): Map<number, number> {
  const chosen = layer === 'mean' || !grid.layers.includes(layer) ? grid.layers : [layer]
  const points = new Map<number, number>()
  for (const step of grid.steps) {
    const values = chosen.flatMap((one) => grid.find(attention, one, step)?.mean ?? [])
    if (values.length > 0) points.set(step, values.reduce((sum, value) => sum + value, 0) / values.length)
  }
  return points
}

export interface PathPoint {
  step: number
  across: number
  up: number
}

/** Two statistics of a variant against each other: a point for every step at which both are defined. */
export function pathOf(attention: string, across: Grid, up: Grid, layer: LayerChoice): PathPoint[] {
  const ups = overTime(up, attention, layer)
  return [...overTime(across, attention, layer)].flatMap(([step, value]) => {
    const other = ups.get(step)
    return other === undefined ? [] : [{ step, across: value, up: other }]
  })
}
