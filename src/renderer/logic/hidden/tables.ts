/** The numbers that charts of hidden states draw, as tables with a row for each: units and seeds beside every value. */
import type { Statistic } from '../../../shared/catalogue/statistics/statistic.ts'
import type { Field, Table } from '../csv.ts'
import type { WeightMatrix } from './attentionMaps.ts'
import type { Selection } from './selection.ts'
import type { SpectrumLine } from './spectra.ts'
import { pathOf, type Grid, type LayerChoice, type LayerValue } from './values.ts'

type Measured = Pick<Statistic, 'units'>

/** One statistic by variant, layer and step: mean and standard deviation over seeds. */
export function statisticTable(
  { statistic, tap, head }: Selection,
  { units }: Measured,
  values: readonly LayerValue[],
  nameOf: (attention: string) => string,
): Table {
  return {
    header: ['statistic', 'unit', 'tap', 'head', 'variant', 'layer', 'step', 'mean', 'sd', 'seeds'],
    rows: values.map(({ attention, layer, step, mean, sd, count }) => [
      ...[statistic, units, tap, head, nameOf(attention)],
      ...[layer, step, mean, sd, count],
    ]),
  }
}

/** The paths of variants through two statistics. */
export function pathTable(
  across: { name: string; units: string; grid: Grid },
  up: { name: string; units: string; grid: Grid },
  layer: LayerChoice,
  variants: readonly { id: string; name: string }[],
): Table {
  const titled = ({ name, units }: { name: string; units: string }) =>
    units === 'none' ? name : `${name} (${units})`
  /** Of the layer, or the fewest of any. */
  const seedsAt = (grid: Grid, attention: string, step: number) =>
    Math.min(
      ...grid.layers
        .filter((one) => layer === 'mean' || !grid.layers.includes(layer) || one === layer)
        .flatMap((one) => grid.find(attention, one, step)?.count ?? []),
    )
  const place = layer === 'mean' ? 'mean' : layer
  return {
    header: ['variant', 'layer', 'step', titled(across), titled(up), 'seeds'],
    rows: variants.flatMap(({ id, name }) =>
      pathOf(id, across.grid, up.grid, layer).map((point) => [
        ...[name, place, point.step, point.across, point.up],
        Math.min(seedsAt(across.grid, id, point.step), seedsAt(up.grid, id, point.step)),
      ]),
    ),
  }
}

/** Spectra as they are drawn: of the seeds of a line mean, smallest and largest. */
export const spectrumTable = (
  lines: readonly { variant: string; layer: number; line: SpectrumLine }[],
  step: number,
  unit: string,
): Table => ({
  header: ['variant', 'layer', 'step', 'rank', 'unit', 'mean', 'smallest', 'largest', 'seeds'],
  rows: lines.flatMap(({ variant, layer, line }) =>
    line.mean.map((mean, rank) => [
      ...[variant, layer, step, rank + 1, unit],
      ...[mean, line.lower[rank]!, line.upper[rank]!, line.count],
    ]),
  ),
})

/** Every weight of some attention matrices that is drawn; of a causal model those of later tokens are not. */
export const attentionTable = (
  maps: readonly { variant: string; matrix: WeightMatrix }[],
  at: { seed: number | null; layer: number; head: number | 'mean'; sequence: number; step: number | null },
  tokens: readonly string[],
  causal: boolean,
): Table => ({
  header: [
    ...['variant', 'seed', 'layer', 'head', 'sequence', 'step', 'query', 'query token'],
    ...['key', 'key token', 'weight'],
  ],
  rows: maps.flatMap(({ variant, matrix: { queries, keys, numbers } }) => {
    const rows: Field[][] = []
    for (let query = 0; query < queries; query++)
      for (let key = 0; key < (causal ? Math.min(keys, query + 1) : keys); key++)
        rows.push([
          ...[variant, at.seed, at.layer, at.head, at.sequence + 1, at.step],
          ...[query, tokens[query] ?? '', key, tokens[key] ?? '', numbers[query * keys + key] ?? null],
        ])
    return rows
  }),
})
