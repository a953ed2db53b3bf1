/** The charts of the window as pictures, one function each: what panels they have, how large, with which keys. Pure. */
import { strengthOf, rowShares } from '../logic/confusion.ts'
import { weightPosition, type WeightMatrix, type WeightScale } from '../logic/hidden/attentionMaps.ts'
import { formatSpread, formatValue } from '../logic/hidden/format.ts'
import type { PointClass } from '../logic/hidden/projection.ts'
import type { Cell } from '../logic/hidden/similarity.ts'
import type { Grid } from '../logic/hidden/values.ts'
import { classStyle, cloudChartOption, type CloudChart } from './cloudChart.ts'
import { coloursOf, positionOn, type ColourScale } from './colourScale.ts'
import { depthProfileOption, type DepthProfile } from './depthProfile.ts'
import { heatMapMargins, heatMapOption } from './heatMap.ts'
import { matrixOption, matrixSize, type MatrixChart } from './matrixChart.ts'
import { metricChartOption, type MetricChart } from './metricChart.ts'
import type { ChartTheme, DrawnVariant } from './palette.ts'
import { pathChartOption, type PathChart } from './pathChart.ts'
import { lineOf, type Panel, type Picture } from './picture.ts'
import type { PictureKey, Ramp } from './pictureMarks.ts'
import { spectrumChartOption, type SpectrumChart } from './spectrumChart.ts'

/** What stands above a picture. */
export interface Heading {
  title: string
  notes: readonly string[]
}

/** One chart in a picture of its own. */
const [wide, high] = [1180, 560]
const single = (heading: Heading, keys: readonly PictureKey[], option: Panel['option']): Picture => ({
  ...heading,
  panels: [{ name: null, option }],
  size: { width: wide, height: high },
  ...{ keys, ramp: null },
})
const keysOf = (variants: readonly DrawnVariant[], theme: ChartTheme): PictureKey[] =>
  variants.map(({ name, style }) => ({ name, ...lineOf(style, theme) }))

/** Curves of all variants in one chart, or a chart for each. */
export function curvesPicture(
  heading: Heading,
  charts: readonly { variant: DrawnVariant | null; chart: MetricChart }[],
  variants: readonly DrawnVariant[],
  theme: ChartTheme,
): Picture {
  const [first] = charts
  if (first && first.variant === null)
    return single(
      heading,
      [
        ...keysOf(variants, theme),
        ...first.chart.references.map(({ name }) => ({ name, colour: theme.text, dash: [2, 4] })),
      ],
      metricChartOption(first.chart, theme),
    )
  return {
    ...heading,
    panels: charts.map(({ variant, chart }) => ({
      ...{ name: variant?.name ?? null, style: variant?.style },
      option: metricChartOption(chart, theme),
    })),
    size: { width: 520, height: 360 },
    ...{ keys: [], ramp: null },
  }
}

/** A statistic by layer and step, a heat map per variant on one scale. */
export function heatMapsPicture(
  heading: Heading,
  { grid, scale, ramp }: { grid: Grid; scale: ColourScale; ramp: Ramp },
  variants: readonly DrawnVariant[],
  theme: ChartTheme,
): Picture {
  const { top, bottom } = heatMapMargins
  return {
    ...heading,
    panels: variants.map(({ id, name, style }) => ({
      ...{ name, style },
      option: heatMapOption({ grid, attention: id, scale }, theme),
    })),
    size: { width: 500, height: Math.min(420, Math.max(150, 34 * grid.layers.length)) + top + bottom },
    ...{ keys: [], ramp },
  }
}

export const profilePicture = (
  heading: Heading,
  profile: DepthProfile,
  variants: readonly DrawnVariant[],
  theme: ChartTheme,
): Picture => single(heading, keysOf(variants, theme), depthProfileOption(profile, theme))

export const pathPicture = (
  heading: Heading,
  chart: PathChart,
  variants: readonly DrawnVariant[],
  theme: ChartTheme,
): Picture => single(heading, keysOf(variants, theme), pathChartOption(chart, theme))

export const spectraPicture = (
  heading: Heading,
  chart: SpectrumChart,
  names: ReadonlyMap<string, string>,
  theme: ChartTheme,
): Picture =>
  single(
    heading,
    chart.spectra.map(({ id, colour, dash }) => ({ name: names.get(id) ?? id, colour, dash })),
    spectrumChartOption(chart, theme),
  )

/** Clouds of tokens side by side on common axes; `ramp` is what their shades mean, where they have no classes. */
export function cloudsPicture(
  heading: Heading,
  clouds: readonly (Omit<Panel, 'option'> & Pick<CloudChart, 'coordinates'>)[],
  shown: Omit<CloudChart, 'coordinates' | 'marked'> & { ramp: Ramp },
  theme: ChartTheme,
): Picture {
  const { ramp, ...rest } = shown
  return {
    ...heading,
    panels: clouds.map(({ coordinates, ...panel }) => ({
      ...panel,
      option: cloudChartOption({ ...rest, coordinates, marked: null }, theme),
    })),
    size: { width: 396, height: 380 },
    keys: classKeys(rest.classes ?? [], theme),
    ramp: rest.classes ? null : ramp,
  }
}
const classKeys = (classes: readonly PointClass[], theme: ChartTheme): PictureKey[] =>
  classes.map(({ name, points }, place) => {
    const { colour, shape } = classStyle(place)
    return { name: `${name} ${points.length}`, colour: theme.colour(colour), symbol: shape }
  })

/** Matrices of the same rows and columns side by side, on one scale of colours. */
function matrices(
  heading: Heading,
  panels: readonly (Omit<Panel, 'option'> & { chart: MatrixChart })[],
  ramp: Ramp | null,
  theme: ChartTheme,
): Picture {
  const sizes = panels.map(({ chart }) => matrixSize(chart))
  return {
    ...heading,
    panels: panels.map(({ chart, ...panel }) => ({ ...panel, option: matrixOption(chart, theme) })),
    size: {
      width: Math.max(0, ...sizes.map(({ width }) => width)),
      height: Math.max(0, ...sizes.map(({ height }) => height)),
    },
    ...{ keys: [], ramp },
  }
}

/** How alike hidden states are. Beyond so many columns the numbers would not fit into the cells. */
export function similarityPicture(
  heading: Heading,
  matrix: { rows: readonly string[]; columns: readonly string[]; cells: readonly (readonly Cell[])[] },
  { scale, ramp, mostWritten }: { scale: ColourScale | null; ramp: Ramp | null; mostWritten: number },
  theme: ChartTheme,
): Picture {
  const { rows, columns, cells } = matrix
  const at = (row: number, column: number) => cells[row]![column]!
  const isWritten = columns.length <= mostWritten
  const chart: MatrixChart = {
    ...{ rows, columns },
    position: (row, column) => {
      const { value } = at(row, column)
      return value === null || !scale ? null : positionOn(scale, value)
    },
    colours: coloursOf(scale?.kind ?? 'sequential', theme),
    ...(isWritten && {
      words: (row: number, column: number) => {
        const { value, sd } = at(row, column)
        return formatValue(value) + (sd === null ? '' : `\n± ${formatSpread(sd)}`)
      },
    }),
    cell: isWritten ? { width: 140, height: 54 } : { width: 30, height: 30 },
  }
  return matrices(heading, [{ name: null, chart }], ramp, theme)
}

/** Attention matrices on one sequence: rows look, columns are looked at; of a causal model what comes later is empty. */
export function attentionPicture(
  heading: Heading,
  maps: readonly { variant: DrawnVariant; note?: string; matrix: WeightMatrix }[],
  { scale, ramp, causal }: { scale: WeightScale; ramp: Ramp; causal: boolean },
  theme: ChartTheme,
): Picture {
  const panels = maps.map(({ variant: { name, style }, matrix, ...rest }) => {
    const { queries, keys, numbers } = matrix
    const places = (count: number) => Array.from({ length: count }, (_, place) => String(place))
    const side = Math.max(2, Math.min(16, 400 / Math.max(queries, keys)))
    const chart: MatrixChart = {
      ...{ rows: places(queries), columns: places(keys) },
      axes: { rows: 'token that looks', columns: 'token that is looked at' },
      position: (row, column) =>
        causal && column > row ? null : weightPosition(scale, numbers[row * keys + column] ?? 0),
      colours: ramp.colours,
      cell: { width: side, height: side },
    }
    return { ...{ name, style }, ...rest, chart }
  })
  return matrices(heading, panels, ramp, theme)
}

/** Which classes are taken for which: shares of the images of a class. */
export function confusionPicture(
  heading: Heading,
  confusions: readonly {
    variant: DrawnVariant
    note: string
    counts: readonly (readonly number[])[]
    classNames: readonly string[]
  }[],
  ramp: Ramp,
  theme: ChartTheme,
): Picture {
  const panels = confusions.map(({ variant: { name, style }, note, counts, classNames }) => {
    const shares = rowShares(counts)
    const isWritten = classNames.length <= 12
    const side = isWritten ? 38 : Math.max(3, Math.min(20, 420 / classNames.length))
    const chart: MatrixChart = {
      ...{ rows: classNames, columns: classNames },
      axes: { rows: 'class', columns: 'taken for' },
      position: (row, column) => strengthOf(shares[row]![column]!),
      colours: ramp.colours,
      ...(isWritten && { words: (row: number, column: number) => String(counts[row]![column] || '') }),
      cell: { width: side, height: side },
    }
    return { ...{ name, style, note }, chart }
  })
  return matrices(heading, panels, ramp, theme)
}
