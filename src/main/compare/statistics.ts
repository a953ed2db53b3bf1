/** A statistic of several runs to rows over seeds: one per variant, tap, layer, head and step. */
import type { HeadChoice, Measurement, StatisticComparison } from '../../shared/statistics.ts'
import { summarise } from './summary.ts'

export interface MeasuredRun {
  readonly attention: string
  readonly seed: number
  /** Of one statistic. */
  readonly measurements: readonly Measurement[]
}

/** What is compared over seeds: a value of one run, of a head or the mean over some. */
interface Value {
  readonly place: Place
  readonly heads: number
  readonly value: number | null
}
type Place = Pick<StatisticComparison, 'tap' | 'layer' | 'head' | 'step'>

/**
 * The rows of `attentions`, in their order. With `mean` the values of the heads of a layer are averaged within every run
 * first, over those that are defined, so that a run counts once; with `each` every head has rows of its own. Values that
 * are not defined enter nowhere, and a place where none is has a row that says so. Of several runs with the same
 * attention and seed the last one counts.
 */
export function compareStatistic(
  runs: readonly MeasuredRun[],
  attentions: readonly string[],
  heads: HeadChoice,
): StatisticComparison[] {
  return attentions.flatMap((attention) => {
    const bySeed = new Map(runs.filter((run) => run.attention === attention).map((run) => [run.seed, run]))
    const values = [...bySeed.values()].flatMap(({ measurements }) => valuesOf(measurements, heads))
    return grouped(values, ({ place }) => place)
      .map((group) => rowOf(attention, group))
      .sort(inOrder)
  })
}

/** What a run has to say at every place. */
function valuesOf(measurements: readonly Measurement[], heads: HeadChoice): Value[] {
  const ofOneHead = measurements.filter(({ head }) => heads === 'each' || head === null)
  const ofMany = heads === 'each' ? [] : measurements.filter(({ head }) => head !== null)
  return [
    ...ofOneHead.map((one) => ({ place: placeOf(one), heads: one.head === null ? 0 : 1, value: one.value })),
    ...grouped(ofMany, ({ head: _, ...place }) => placeOf({ ...place, head: null })).map((group) => ({
      place: placeOf({ ...group[0]!, head: null }),
      heads: group.length,
      value: meanOf(defined(group)),
    })),
  ]
}

const placeOf = ({ tap, layer, head, step }: Place): Place => ({ tap, layer, head, step })

function rowOf(attention: string, group: readonly Value[]): StatisticComparison {
  const values = defined(group)
  const { place } = group[0]!
  const heads = Math.max(...group.map((value) => value.heads))
  const summary = values.length > 0 ? summarise(values) : { mean: null, sd: null, ci95: null }
  return { attention, ...place, heads, count: values.length, ...summary }
}

const defined = (values: readonly { readonly value: number | null }[]): number[] =>
  values.flatMap(({ value }) => value ?? [])

const meanOf = (values: readonly number[]): number | null =>
  values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => Place): Item[][] {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const { tap, layer, head, step } = keyOf(item)
    const key = JSON.stringify([tap, layer, head, step])
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()]
}

const none = -1
/** By tap, layer, head and step; none before the first. */
function inOrder(a: Place, b: Place): number {
  if (a.tap !== b.tap) return a.tap < b.tap ? -1 : 1
  return (a.layer ?? none) - (b.layer ?? none) || (a.head ?? none) - (b.head ?? none) || a.step - b.step
}
