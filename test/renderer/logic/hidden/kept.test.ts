/** What is kept, how it is compared, drawn and said: the logic behind the views of hidden states. */
import { describe, expect, it } from 'vitest'
import { cloudChartOption, placeInCloud } from '../../../../src/renderer/charts/cloudChart.ts'
import type { ChartTheme } from '../../../../src/renderer/charts/palette.ts'
import { spectrumChartOption } from '../../../../src/renderer/charts/spectrumChart.ts'
import type { Maps } from '../../../../src/renderer/logic/hidden/attentionMaps.ts'
import {
  commonSteps,
  layersOfAll,
  spread,
  whyNothingKept,
} from '../../../../src/renderer/logic/hidden/kept.ts'
import { drawnName, operatorForm, operatorMatrix } from '../../../../src/renderer/logic/hidden/operators.ts'
import {
  colouringsOf,
  mostClasses,
  nearestPoint,
  pointClasses,
  reachOf,
  tokenKind,
} from '../../../../src/renderer/logic/hidden/projection.ts'
import { plainCells, variantCells } from '../../../../src/renderer/logic/hidden/similarity.ts'
import { spectrumLine } from '../../../../src/renderer/logic/hidden/spectra.ts'
import { standardAxes } from '../../../../src/shared/attention.ts'
import { aRun } from '../../../main/store/records.ts'

const theme: ChartTheme = {
  text: '#555',
  faint: '#777',
  line: '#ddd',
  surface: '#fff',
  font: 'sans-serif',
  colour: (property) => `colour of ${property}`,
}
const runWith = (changes: object) => aRun({ configuration: { ...aRun().configuration, ...changes } })

describe('what is kept', () => {
  it('has the steps that all runs keep which keep any', () => {
    const kept = new Map([
      ['a', [0, 10, 20, 30]],
      ['b', []],
      ['c', [0, 20, 30, 40]],
    ])
    expect(commonSteps(kept)).toEqual([0, 20, 30])
    expect(commonSteps(new Map())).toEqual([])
  })
  it('spreads what is too much evenly, with both ends', () => {
    expect(spread([1, 2, 3], 3)).toEqual([1, 2, 3])
    expect(
      spread(
        Array.from({ length: 101 }, (_, index) => index),
        5,
      ),
    ).toEqual([0, 25, 50, 75, 100])
  })
  it('has the layers of the shallowest run', () => {
    expect(layersOfAll([runWith({ layers: 3 }), runWith({ layers: 2 })])).toEqual([0, 1])
    expect(layersOfAll([])).toEqual([])
  })
  it('says why there is nothing, and what would change that', () => {
    const why = (changes: object, isRead = true, goesOn = false) =>
      whyNothingKept('hidden states', [runWith(changes)], { isRead, goesOn }).title
    expect(why({ statistics: 'none' })).toMatch(/statistics was none/)
    expect(why({ probeMegabytes: 0 })).toMatch(/probeMegabytes was 0/)
    expect(why({}, false)).toMatch(/^Reading/)
    expect(why({}, true, true)).toMatch(/yet/)
    expect(why({})).toBe('These runs kept no hidden states.')
  })
})

describe('cells of similarity', () => {
  const cells = [
    { attention: 'a', other: 'a', sameSeed: null, otherSeeds: { count: 3, mean: 0.9, sd: 0.01 } },
    {
      attention: 'a',
      other: 'b',
      sameSeed: { count: 3, mean: 0.8, sd: 0.1 },
      otherSeeds: { count: 0, mean: null, sd: null },
    },
    { attention: 'b', other: 'a', sameSeed: { count: 1, mean: 0.7, sd: null }, otherSeeds: null },
    { attention: 'b', other: 'b', sameSeed: null, otherSeeds: null },
  ]
  const wordsOf = (pairs: 'sameSeed' | 'otherSeeds') =>
    variantCells({ cells }, ['a', 'b'], pairs, (id) => id.toUpperCase()).map((line) =>
      line.map(({ words }) => words),
    )

  it('say between which variants, over which pairs, and which is the noise floor', () => {
    expect(wordsOf('otherSeeds')).toEqual([
      ['A: 0.9 ± 0.01, 3 pairs of different seeds, the noise floor', 'A and B: not defined'],
      ['B and A: no such pair of runs', 'B: no such pair of runs'],
    ])
    expect(wordsOf('sameSeed')).toEqual([
      ['A: a run and itself', 'A and B: 0.8 ± 0.1, 3 pairs with one seed'],
      ['B and A: 0.7, 1 pair with one seed', 'B: a run and itself'],
    ])
  })
  it('say between which layers or steps', () => {
    const [first, second] = plainCells([[0.5, null]], ['layer 0'], ['layer 1', 'layer 2'])[0]!
    expect(first).toEqual({ value: 0.5, sd: null, words: 'layer 0 and layer 1: 0.5' })
    expect(second).toMatchObject({ words: 'layer 0 and layer 2: not defined' })
  })
})

describe('spectra', () => {
  const line = spectrumLine(
    [{ eigenvalues: [6, 2, 1] }, { eigenvalues: [4, 4] }, { eigenvalues: null }, { eigenvalues: [] }],
    false,
  )
  it('are means over runs by rank, with their ends', () => {
    expect(line).toEqual({ mean: [5, 3], lower: [4, 2], upper: [6, 4], count: 2 })
  })
  it('as shares are of the sum of each run', () => {
    const shares = spectrumLine([{ eigenvalues: [6, 2] }, { eigenvalues: [40, 40] }], true)
    expect(shares.mean).toEqual([0.625, 0.375])
    expect(spectrumLine([], true)).toEqual({ mean: [], lower: [], upper: [], count: 0 })
  })
  it('are drawn on logarithmic axes from rank 1, with a band where there are several runs', () => {
    const option = spectrumChartOption(
      { spectra: [{ id: 'standard', colour: 'red', dash: [], line }], unit: 'eigenvalue' },
      theme,
    )
    expect(option).toMatchObject({ xAxis: { type: 'log' }, yAxis: { type: 'log', name: 'eigenvalue' } })
    const series = option.series as { id: string; data: number[][] }[]
    expect(series.map(({ id }) => id)).toEqual(['standard band', 'standard'])
    expect(series[1]!.data).toEqual([
      [1, 5],
      [2, 3],
    ])
    expect(spectrumChartOption({ spectra: [], unit: '' }, theme).series).toEqual([])
  })
})

describe('points of a projection', () => {
  const tokens = { sequence: [0, 0, 1], position: [0, 3, 1], label: [1, 0, 1], token: [0, 1, 2] }
  const names = { vocabulary: ['a', 'B', '\n'], classNames: ['cat', 'dog'] }

  it('are told apart by the kind of their token or the next one, or by the class of the image', () => {
    expect(pointClasses(tokens, 'position', names)).toBeNull()
    expect(pointClasses(tokens, 'token', names)).toEqual([
      { name: 'lower case', points: [0] },
      { name: 'upper case', points: [1] },
      { name: 'space', points: [2] },
    ])
    expect(pointClasses(tokens, 'label', names)).toEqual([
      { name: 'lower case', points: [1] },
      { name: 'upper case', points: [0, 2] },
    ])
    const ofImages = { ...tokens, token: null }
    expect(pointClasses(ofImages, 'label', names)).toEqual([
      { name: 'cat', points: [1] },
      { name: 'dog', points: [0, 2] },
    ])
    expect(colouringsOf(tokens).map(({ value }) => value)).toEqual(['position', 'token', 'label'])
    expect(colouringsOf(ofImages).map(({ value }) => value)).toEqual(['label', 'position'])
  })
  it('knows what kind of token a text is', () => {
    const kinds = ['q', 'É', '7', ' ', '\t', ' word', ';', '€', '日', '', '\u0001'].map(tokenKind)
    expect(kinds).toEqual([
      ...['lower case', 'upper case', 'digit', 'space', 'space', 'lower case'],
      ...['punctuation', 'punctuation', 'lower case', 'other', 'other'],
    ])
  })
  it('has no more classes than can be told apart, and loses no point', () => {
    const count = 40
    const label = Array.from({ length: 3 * count }, (_, point) => (point < count ? point : point % 4))
    const all = { sequence: label, position: label, label, token: null }
    const classes = pointClasses(all, 'label', { vocabulary: [], classNames: [] })!
    expect(classes).toHaveLength(mostClasses)
    expect(classes.at(-1)!.name).toBe('others')
    expect(classes.flatMap(({ points }) => points).sort((a, b) => a - b)).toEqual(
      label.map((_, point) => point),
    )
    expect(classes.map(({ name }) => name)).toEqual(expect.arrayContaining(['0', '1', '2', '3']))
  })

  const coordinates: [number, number][] = [
    [-3, 1],
    [2, 2.5],
    [0, 0],
  ]
  it('are in one square for all clouds, and found in it', () => {
    expect(reachOf([{ coordinates }, { coordinates: [[0, -4]] }])).toBe(4)
    expect(reachOf([])).toBe(1)
    expect(nearestPoint(coordinates, [1.9, 2.4], 0.5)).toBe(1)
    expect(nearestPoint(coordinates, [1, 1], 0.5)).toBeNull()
    expect(placeInCloud(4, 0.5, 0.5)).toEqual([0, 0])
    expect(placeInCloud(4, 1, 0)).toEqual([4, -4])
  })
  it('are drawn by class with a shape each, or by shade, and the marked one is ringed', () => {
    const chart = { coordinates, shades: ['a', 'b', 'c'], reach: 3, marked: 1 }
    const seriesOf = (classes: { name: string; points: number[] }[] | null) =>
      cloudChartOption({ ...chart, classes }, theme).series as {
        id: string
        symbol: string
        data: unknown[]
      }[]
    const byClass = seriesOf([
      { name: 'x', points: [0, 2] },
      { name: 'y', points: [1] },
    ])
    expect(byClass.map(({ id, symbol }) => [id, symbol])).toEqual([
      ['x', 'circle'],
      ['y', 'triangle'],
      ['marked', 'circle'],
    ])
    expect(byClass[0]!.data).toEqual([
      [-3, 1],
      [0, 0],
    ])
    expect(byClass[2]!.data).toEqual([[2, 2.5]])
    const [byShade] = seriesOf(null)
    expect(byShade!.data[2]).toEqual({ value: [0, 0], itemStyle: { color: 'c' } })
  })
})

describe('operators', () => {
  // one sequence, two heads, two tokens
  const maps: Maps = {
    ...{ sequences: 1, heads: 2, queries: 2, keys: 2 },
    numbers: Float32Array.of(1, 0, 0.25, 0.75, 1, 0, 0.5, 0.5),
  }
  const matrix = (axes: Partial<typeof standardAxes>, head: number | 'mean') => [
    ...operatorMatrix(maps, 0, head, operatorForm({ ...standardAxes, ...axes })!).numbers,
  ]

  it('are what acts on the values: rows of the Laplacian sum to zero', () => {
    expect(matrix({ operator: 'laplacian' }, 0)).toEqual([0, 0, 0.25, -0.25])
    expect(matrix({ operator: 'plus-identity' }, 1)).toEqual([2, 0, 0.5, 1.5])
    expect(matrix({ operator: 'laplacian' }, 'mean')).toEqual([0, 0, 0.375, -0.375])
  })
  it('differ by head where the variant has both kinds', () => {
    const axes = { operator: 'laplacian-heads', laplacianShare: 0.5 } as const
    expect(matrix(axes, 0)).toEqual([1, 0, 0.25, 0.75])
    expect(matrix(axes, 1)).toEqual([0, 0, -0.5, 0.5])
  })
  it('with learned numbers are not drawn, and that is said', () => {
    expect(operatorForm({ ...standardAxes, operator: 'laplacian-gamma' })).toBeNull()
    expect(drawnName({ ...standardAxes, operator: 'laplacian-gamma' })).toMatch(/^A; .*learned γ.*not kept/)
    expect(drawnName(standardAxes)).toBe('A')
    expect(drawnName({ ...standardAxes, operator: 'laplacian' })).toBe('A − I')
  })
})
