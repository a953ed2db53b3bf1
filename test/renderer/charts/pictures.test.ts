/** Every chart as a picture: what it says, and on which scale; and the numbers that it draws. */
import { describe, expect, it } from 'vitest'
import { scaleOver } from '../../../src/renderer/charts/colourScale.ts'
import { singleQuoted, variantStyle, type ChartTheme } from '../../../src/renderer/charts/palette.ts'
import { lineOf, type Picture } from '../../../src/renderer/charts/picture.ts'
import { wrap } from '../../../src/renderer/charts/pictureMarks.ts'
import {
  attentionPicture,
  cloudsPicture,
  confusionPicture,
  heatMapsPicture,
  pathPicture,
  profilePicture,
  similarityPicture,
  spectraPicture,
} from '../../../src/renderer/charts/pictures.ts'
import { svgOf } from '../../../src/renderer/charts/render.ts'
import { confusionTable } from '../../../src/renderer/logic/confusion.ts'
import { weightScale } from '../../../src/renderer/logic/hidden/attentionMaps.ts'
import {
  attentionTable,
  pathTable,
  spectrumTable,
  statisticTable,
} from '../../../src/renderer/logic/hidden/tables.ts'
import { gridOf, profileOf } from '../../../src/renderer/logic/hidden/values.ts'

const theme: ChartTheme = {
  ...{ text: '#555555', faint: '#777777', line: '#dddddd', surface: '#fffffe' },
  font: singleQuoted('"Segoe UI", sans-serif'),
  colour: (property) => (property.startsWith('--variant') ? `#00000${property.at(-1)}` : '#abcdef'),
}
const variants = [
  { id: 'standard', name: 'Standard', style: variantStyle(0) },
  { id: 'laplacian', name: 'Laplacian', style: variantStyle(1) },
]
const heading = { title: 'What it is', notes: ['of which experiment, 2 seeds'] }
const value = (attention: string, layer: number, step: number, mean: number | null) => ({
  ...{ attention, layer, step, mean },
  ...{ sd: mean === null ? null : 0.5, count: mean === null ? 0 : 2 },
})
const values = [
  ...[value('standard', 0, 0, 1), value('standard', 1, 0, 2), value('standard', 0, 50, 3)],
  ...[value('laplacian', 0, 0, 4), value('laplacian', 1, 0, null), value('laplacian', 0, 50, 5)],
]
const grid = gridOf(values)
const ramp = {
  title: 'how much',
  colours: ['#000000', '#ffffff'],
  ticks: [{ position: 0, words: 'least' }, { position: 1, words: 'most' }], // prettier-ignore
}
const matrix = (numbers: number[]) => ({ queries: 2, keys: 2, numbers: Float32Array.from(numbers) })
const drawn = (picture: Picture) => svgOf(picture, theme).text()
interface HeatMapSeries {
  series: { data: (number[] | { value: number[]; label: { formatter: string } })[] }[]
}
const cellsOf = ({ panels }: Picture, panel = 0) =>
  (panels[panel]!.option as unknown as HeatMapSeries).series[0]!.data

describe('pictures', () => {
  const pictures: Record<string, Picture> = {
    'heat maps': heatMapsPicture(heading, { grid, scale: scaleOver([1, 5])!, ramp }, variants, theme),
    'a depth profile': profilePicture(
      heading,
      {
        lines: variants.map(({ id, style }) => ({ id, style, curve: profileOf(grid, id, 0) })),
        ...{ layers: grid.layers, extent: [0, 6], unit: 'most', neutral: null, logarithmic: false },
      },
      variants,
      theme,
    ),
    'a path': pathPicture(
      heading,
      {
        paths: variants.map(({ id, style }) => ({ id, style, points: [{ step: 0, across: 1, up: 2 }] })),
        ...{ across: 'how much', up: 'most', step: 0, logarithmic: { across: false, up: false } },
      },
      variants,
      theme,
    ),
    spectra: spectraPicture(
      heading,
      {
        spectra: variants.map(({ id, style }) => ({
          ...{ id, ...lineOf(style, theme) },
          line: { mean: [3, 2, 1], lower: [2, 1, 0.5], upper: [4, 3, 2], count: 2 },
        })),
        unit: 'most',
      },
      new Map(variants.map(({ id, name }) => [id, name])),
      theme,
    ),
    clouds: cloudsPicture(
      heading,
      variants.map(({ name, style }) => ({ name, style, coordinates: [[1, 2], [-1, 0]], note: 'most' })), // prettier-ignore
      { classes: null, shades: ['rgb(1,2,3)', 'rgb(4,5,6)'], reach: 2, ramp },
      theme,
    ),
    'attention maps': attentionPicture(
      heading,
      variants.map((variant) => ({ variant, matrix: matrix([1, 0, 0.25, 0.75]) })),
      { scale: weightScale([matrix([1, 0, 0.25, 0.75])]), ramp, causal: true },
      theme,
    ),
    'confusion matrices': confusionPicture(
      heading,
      variants.map((variant) => ({
        ...{ variant, note: 'most', counts: [[3, 1], [0, 4]], classNames: ['cat', 'dog'] }, // prettier-ignore
      })),
      ramp,
      theme,
    ),
  }

  it.each(Object.entries(pictures))(
    'of %s have a title, notes, names and the ground of the theme',
    async (_, picture) => {
      const text = await drawn(picture)
      for (const words of ['What it is', 'of which experiment, 2 seeds', 'Standard', 'Laplacian', 'most'])
        expect(text).toContain(words)
      expect(text).toMatch(/fill="(#fffffe|rgb\(255,255,254\))"/)
      expect(text).not.toMatch(/NaN|undefined|<script|<image|href="http/)
      const wellFormed = /^<\/?[\w:]+(\s+[\w:-]+="[^"<]*")*\s*\/?>$/
      const drawing = text.replace(/<!\[CDATA\[[^]*?\]\]>/g, '')
      for (const [tag] of drawing.matchAll(/<[^>]*>/g)) expect(tag).toMatch(wellFormed)
    },
  )

  it('have one scale of colours with its values beside it', async () => {
    const text = await drawn(pictures['heat maps']!)
    expect(text).toContain('how much')
    expect(text).toContain('linearGradient')
    expect(cellsOf(pictures['heat maps']!)).toContainEqual([0, 0, 0])
    expect(cellsOf(pictures['heat maps']!, 1)).toContainEqual([1, 0, 1])
  })

  it('of clouds have the keys of their classes instead of a scale, where they have any', () => {
    const picture = cloudsPicture(
      heading,
      [{ name: 'Standard', coordinates: [[1, 2], [-1, 0]] }], // prettier-ignore
      { classes: [{ name: 'space', points: [0, 1] }], shades: [], reach: 2, ramp },
      theme,
    )
    expect(picture.keys).toEqual([{ name: 'space 2', colour: '#000001', symbol: 'circle' }])
    expect(picture.ramp).toBeNull()
  })

  it('of attention leave out what a causal model does not see, and go by the square root of the weight', () =>
    expect(cellsOf(pictures['attention maps']!)).toEqual([
      [0, 0, 1],
      [0, 1, 0.5],
      [1, 1, expect.closeTo(Math.sqrt(0.75))],
    ]))

  it('of few similarities write them into their cells; what is not defined has no cell', async () => {
    const cells = [
      [
        { value: 1, sd: 0.25, words: '' },
        { value: null, sd: null, words: '' },
      ],
    ]
    const picture = similarityPicture(
      heading,
      { rows: ['Standard'], columns: ['Standard', 'Laplacian'], cells },
      { scale: scaleOver([0, 1]), ramp, mostWritten: 9 },
      theme,
    )
    expect(cellsOf(picture)).toMatchObject([{ value: [0, 0, 1], label: { formatter: '1\n± 0.25' } }])
    expect(await drawn(picture)).toContain('± 0.25')
    const many = similarityPicture(
      heading,
      { rows: ['Standard'], columns: ['Standard', 'Laplacian'], cells },
      { scale: scaleOver([0, 1]), ramp, mostWritten: 1 },
      theme,
    )
    expect(cellsOf(many)).toEqual([[0, 0, 1]])
  })

  it('break long notes between words', () => {
    expect(wrap('one two three', 50, 12)).toEqual(['one two', 'three'])
    expect(wrap('', 50, 12)).toEqual([])
  })
})

describe('tables', () => {
  it('of a statistic say what is measured where, in which unit, over how many seeds', () => {
    const { header, rows } = statisticTable(
      { statistic: 'entropy', tap: 'attn.hook_pattern', head: 'mean' },
      { units: 'nats' },
      values.slice(0, 1),
      () => 'Standard',
    )
    expect(Object.fromEntries(header.map((name, column) => [name, rows[0]![column]]))).toEqual({
      ...{ statistic: 'entropy', unit: 'nats', tap: 'attn.hook_pattern', head: 'mean', variant: 'Standard' },
      ...{ layer: 0, step: 0, mean: 1, sd: 0.5, seeds: 2 },
    })
  })

  it('of a path have both statistics, with units, at the steps that have both', () => {
    const up = gridOf([value('standard', 0, 0, 7)])
    expect(
      pathTable({ name: 'A', units: 'nats', grid }, { name: 'B', units: 'none', grid: up }, 0, variants),
    ).toEqual({
      header: ['variant', 'layer', 'step', 'A (nats)', 'B', 'seeds'],
      rows: [['Standard', 0, 0, 1, 7, 2]],
    })
  })

  it('of spectra and attention have a row for everything drawn', () => {
    const line = { mean: [2, 1], lower: [2, 1], upper: [2, 1], count: 1 }
    expect(spectrumTable([{ variant: 'Standard', layer: 3, line }], 50, 'eigenvalue').rows).toEqual([
      ['Standard', 3, 50, 1, 'eigenvalue', 2, 2, 2, 1],
      ['Standard', 3, 50, 2, 'eigenvalue', 1, 1, 1, 1],
    ])
    const at = { seed: 1, layer: 0, head: 2, sequence: 0, step: 50 }
    const maps = [{ variant: 'Standard', matrix: matrix([1, 0, 0.25, 0.75]) }]
    expect(attentionTable(maps, at, ['a', 'b'], true).rows.map((row) => row.slice(6))).toEqual([
      [0, 'a', 0, 'a', 1],
      [1, 'b', 0, 'a', 0.25],
      [1, 'b', 1, 'b', 0.75],
    ])
    expect(attentionTable(maps, at, ['a', 'b'], false).rows).toHaveLength(4)
  })

  it('of confusion have shares of a class, and none where there are no images of it', () =>
    expect(
      confusionTable(
        [{ variant: 'Standard', seed: 0, counts: [[3, 1], [0, 0]], classNames: ['cat', 'dog'] }], // prettier-ignore
        50,
      ).rows.map((row) => row.slice(3)),
    ).toEqual([
      ['cat', 'cat', 3, 0.75],
      ['cat', 'dog', 1, 0.25],
      ['dog', 'cat', 0, null],
      ['dog', 'dog', 0, null],
    ]))
})
