/** statistics: what was measured of a run, one statistic over the seeds of an experiment, and what there is to measure. */
import { statistics as catalogue } from '../../../shared/catalogue/statistics.ts'
import type { Statistic } from '../../../shared/catalogue/statistics/statistic.ts'
import type {
  HeadChoice,
  Measurement,
  MeasurementFilter,
  StatisticComparison,
} from '../../../shared/statistics.ts'
import type { Workbench } from '../../workbench.ts'
import { formatCount, formatPlural, unknown } from './format.ts'
import { note, print, printDocument, styled, table, type Column } from './output.ts'

interface RunOptions extends Pick<MeasurementFilter, 'statistic' | 'tap' | 'layer'> {
  json?: boolean
}

/** Every measurement as data; for people, those of the last step, layer beside layer. */
export async function printStatistics(
  { api }: Workbench,
  run: string,
  { json, statistic, tap, layer }: RunOptions,
): Promise<void> {
  const [answer] = await api.readStatistics({ runs: [run], statistic, tap, layer })
  const { measurements } = answer!
  if (json) return printDocument(measurements)
  const last = measurements.at(-1)?.step
  if (last === undefined) return print(await whyNothing({ api }, run))
  print(`Step ${formatCount(last)} of run ${run}.`)
  const latest = measurements.filter(({ step }) => step === last)
  const layers = indices(latest.map((one) => one.layer))
  for (const id of inOrder(latest.map((one) => one.statistic))) {
    const rows = groups(
      latest.filter((one) => one.statistic === id),
      (one) => `${one.tap}/${one.head}`,
    )
    const hasHeads = rows.some(([first]) => first!.head !== null)
    print(`\n${heading(id)}`)
    print(
      table(rows, [
        { title: 'tap', value: ([first]) => first!.tap },
        ...(hasHeads ? [headColumn(([first]: Measurement[]) => first!.head)] : []),
        ...layerColumns(layers, (row: Measurement[], at) => {
          const found = row.find((one) => one.layer === at)
          return found ? formatValue(found.value) : ''
        }),
      ]),
    )
  }
  const steps = new Set(measurements.map(({ step }) => step)).size
  note(
    `${unknown} is "not defined". ${steps > 1 ? `All ${steps} steps: statistics --json. ` : ''}How to read them: docs/statistics.md`,
  )
}

/** A sentence for a filter that nothing matches. */
async function whyNothing({ api }: Pick<Workbench, 'api'>, run: string): Promise<string> {
  const { statistics } = await api.listStatistics({ runs: [run] })
  const { configuration } = await api.showRun({ id: run })
  if (statistics.length === 0)
    return configuration.statistics === 'none'
      ? 'Nothing is measured of this run: its setting statistics is none.'
      : 'Nothing was measured of this run yet.'
  const count = new Set(statistics.map((one) => one.statistic)).size
  const taps = [...new Set(statistics.map(({ tap }) => tap))].toSorted().join(', ')
  const layers = indices(statistics.flatMap((one) => one.layers))
    .map((layer) => layer ?? 'none')
    .join(', ')
  return `Nothing was measured there. This run has ${formatPlural(count, 'statistic')}, at the layers ${layers} and the taps ${taps}.`
}

interface CompareOptions {
  statistic: string
  tap?: string
  eachHead?: boolean
  json?: boolean
}

/** Every variant, layer and step as data; for people, the last step that all variants have. */
export async function printStatisticComparison(
  { api }: Workbench,
  experiment: string,
  { json, statistic, tap, eachHead }: CompareOptions,
): Promise<void> {
  const heads: HeadChoice = eachHead ? 'each' : 'mean'
  const rows = await api.compareStatistic({ experiment, statistic, tap, heads })
  if (json) return printDocument(rows)
  if (rows.length === 0) return print('No run of this experiment has measured that.')
  const step = lastCommonStep(rows)
  const latest = rows.filter((row) => row.step === step)
  const several = latest.some(({ count }) => count > 1)
  print(heading(statistic))
  print(`Step ${formatCount(step)}.`)
  for (const at of [...new Set(latest.map((row) => row.tap))].toSorted()) {
    const there = latest.filter((row) => row.tap === at)
    const lines = groups(there, (row) => `${row.attention}/${row.head}`)
    const hasHeads = there.some(({ head }) => head !== null)
    print(`\n${styled('bold', at)}`)
    print(
      table(lines, [
        { title: 'variant', value: ([first]) => first!.attention },
        ...(hasHeads ? [headColumn(([first]: StatisticComparison[]) => first!.head)] : []),
        { title: 'seeds', align: 'right', value: (line) => formatRange(line.map(({ count }) => count)) },
        ...layerColumns(indices(there.map(({ layer }) => layer)), (line: StatisticComparison[], layer) => {
          const found = line.find((row) => row.layer === layer)
          return found ? formatSpread(found) : ''
        }),
      ]),
    )
  }
  const averaged = Math.max(...latest.map((row) => row.heads))
  const remarks = [
    several
      ? '± is the standard deviation over seeds.'
      : 'One seed gives no spread: an experiment with several has one.',
    ...(averaged > 1
      ? [`Values are means over the ${averaged} heads of a run; --each-head has them apart.`]
      : []),
    'Tokens of one text depend on each other: these are sizes of effects, not tests.',
  ]
  for (const remark of remarks) print(styled('dim', remark))
  note('All steps, and intervals: statistics compare --json')
}

export function listStatistics(json: boolean): void {
  if (json) return printDocument(catalogue)
  print(
    table(catalogue, [
      { title: 'id', value: (statistic) => statistic.id },
      { title: 'family', value: (statistic) => statistic.family },
      { title: 'profile', value: (statistic) => statistic.profile },
      { title: 'meaning', value: (statistic) => statistic.meaning },
    ]),
  )
}

/** The latest step at which every variant was measured that was measured at all; else the latest of any. */
function lastCommonStep(rows: readonly StatisticComparison[]): number {
  const variants = groups(rows, (row) => row.attention).map((its) => new Set(its.map(({ step }) => step)))
  const steps = [...new Set(rows.map(({ step }) => step))].sort((a, b) => b - a)
  return steps.find((step) => variants.every((its) => its.has(step))) ?? steps[0]!
}

/** "Participation ratio (participation-ratio, dimensions): How many dimensions ..." */
function heading(id: string): string {
  const row = find(id)
  if (!row) return `${styled('bold', id)}: not in the catalogue of this version.`
  const units = row.units === 'none' ? '' : `, ${row.units}`
  return `${styled('bold', row.name)} (${id}${units}; ${row.range}): ${row.meaning}`
}

const find = (id: string): Statistic | undefined => catalogue.find((statistic) => statistic.id === id)

/** Each id once, as the catalogue has them; others last. */
function inOrder(ids: readonly string[]): string[] {
  const known = catalogue.map(({ id }) => id).filter((id) => ids.includes(id))
  return [...new Set([...known, ...ids])]
}

/** Each index once, ascending, none first. */
const indices = (all: readonly (number | null)[]): (number | null)[] =>
  [...new Set(all)].sort((a, b) => (a ?? -1) - (b ?? -1))

const groups = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] =>
  Object.values(Object.groupBy(items, keyOf) as Record<string, Item[]>)

const headColumn = <Row>(head: (row: Row) => number | null): Column<Row> => ({
  title: 'head',
  align: 'right',
  value: (row) => String(head(row) ?? ''),
})

const layerColumns = <Row>(
  layers: readonly (number | null)[],
  value: (row: Row, layer: number | null) => string,
): Column<Row>[] =>
  layers.map((layer) => ({
    title: layer === null ? 'no layer' : `layer ${layer}`,
    align: 'right',
    value: (row) => value(row, layer),
  }))

/** Four digits that count: statistics are of every size. */
const formatValue = (value: number | null): string =>
  value === null ? unknown : String(Number(value.toPrecision(4)))

const formatSpread = ({ mean, sd }: StatisticComparison): string =>
  formatValue(mean) + (sd === null ? '' : ` ± ${Number(sd.toPrecision(2))}`)

/** "3" where all agree, else "2–3". */
function formatRange(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return low === high ? String(low) : `${low}–${high}`
}
