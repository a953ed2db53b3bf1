import { describe, expect, it } from 'vitest'
import { aggregateSeeds } from '../../../src/renderer/charts/aggregate.ts'
import { axisOf } from '../../../src/renderer/charts/axis.ts'
import { bandPolygons } from '../../../src/renderer/charts/bands.ts'
import {
  metricChartOption,
  valueExtent,
  valueRange,
  stepRange,
  type MetricChart,
} from '../../../src/renderer/charts/metricChart.ts'
import { variantStyle, type ChartTheme } from '../../../src/renderer/charts/palette.ts'
import { quantityOf } from '../../../src/renderer/charts/quantity.ts'
import {
  neighbourStep,
  readLines,
  readReferences,
  readSeeds,
  snapToStep,
} from '../../../src/renderer/charts/readout.ts'

const seed = (...points: [number, number][]) =>
  points.map(([step, last]) => ({ step, minimum: last, maximum: last, last }))
const standard = {
  id: 'standard',
  style: variantStyle(0),
  curve: aggregateSeeds([
    seed([0, 4.2], [50, 2.5], [100, 2], [150, 2.1]),
    seed([0, 4.2], [50, 2.7], [100, 2.2], [150, 2.3]),
  ]),
  raw: null,
}
const laplacian = {
  id: 'laplacian',
  style: variantStyle(1),
  curve: aggregateSeeds([seed([0, 4.1], [50, 3])]),
  raw: null,
}
const quantity = quantityOf('validation/loss', 'text')
const chart: MetricChart = {
  quantity,
  lines: [standard, laplacian],
  baselines: [],
  references: [],
  axis: axisOf('step', 'text'),
  end: 200,
  logarithmicValues: false,
  span: 'all',
}
const theme: ChartTheme = {
  text: '#555',
  faint: '#777',
  line: '#ddd',
  surface: '#fff',
  font: 'sans-serif',
  colour: (property) => `colour of ${property}`,
}
interface Drawn {
  id: string
  type: string
  data: number[][]
  lineStyle?: { type: unknown }
  markLine?: { data: { yAxis: number; label: { formatter: string } }[] }
}
const seriesOf = (input: MetricChart) =>
  new Map((metricChartOption(input, theme).series as unknown as Drawn[]).map((series) => [series.id, series]))

describe('ranges', () => {
  it('spans all planned steps, their second half, or those with a logarithm', () => {
    expect(stepRange(chart)).toEqual([0, 200])
    expect(stepRange({ ...chart, span: 'second half' })).toEqual([100, 200])
    expect(stepRange({ ...chart, span: 'logarithmic' })).toEqual([50, 200])
    expect(stepRange({ ...chart, lines: [], span: 'logarithmic' })).toEqual([1, 200])
  })
  it('takes losses of the shown steps only, bands included', () => {
    expect(valueExtent(chart.lines, [0, 200])).toEqual([2, 4.2])
    expect(valueExtent(chart.lines, [100, 200])).toEqual([2, 2.3])
    expect(valueExtent(chart.lines, [160, 200])).toBeNull()
  })
  it('makes room for the baselines that are shown', () => {
    const focused: MetricChart = { ...chart, span: 'second half' }
    expect(valueRange(focused).maximum).toBeLessThan(2.4)
    expect(valueRange({ ...focused, baselines: [{ name: 'bigram', value: 2.48 }] }).maximum).toBeGreaterThan(
      2.48,
    )
  })
})

describe('a part of the axis', () => {
  const zoomed: MetricChart = { ...chart, zoom: [50, 150] }
  it('is what both axes hold, and what no line leaves', () => {
    expect(stepRange(zoomed)).toEqual([50, 150])
    expect(metricChartOption(zoomed, theme).xAxis).toMatchObject({ min: 50, max: 150 })
    expect(valueRange(zoomed).maximum).toBeLessThan(4)
    expect(seriesOf(zoomed).get('standard')!.data).toHaveLength(4)
  })
  it('marks no best point outside, and cuts references where it ends', () => {
    expect(seriesOf({ ...chart, zoom: [100, 150] }).has('laplacian best')).toBe(false)
    const reference = { id: 'r', name: 'r', points: [[0, 4], [100, 2], [200, 1]] as const } // prettier-ignore
    expect(seriesOf({ ...zoomed, references: [reference] }).get('reference r')!.data).toEqual([
      [50, 3],
      [100, 2],
      [150, 1.5],
    ])
  })
  it('holds the values of charts beside it', () =>
    expect(valueRange({ ...chart, lines: [laplacian], beside: [standard] })).toEqual(valueRange(chart)))
})

describe('single seeds', () => {
  const curve = aggregateSeeds([seed([0, 4.2], [50, 2.5])])
  const seeds = [
    { run: 'a', seed: 0, colour: null, curve },
    { run: 'b', seed: 1, colour: '#aa0000', curve },
  ]
  const lines = [{ ...standard, seeds }]
  it('are thin lines behind that of their variant, in its colour or their own', () => {
    const drawn = seriesOf({ ...chart, lines })
    expect(drawn.get('seed a')).toMatchObject({
      data: [[0, 4.2], [50, 2.5]], // prettier-ignore
      lineStyle: { color: 'colour of --variant-1', width: 1 },
    })
    expect(drawn.get('seed b')).toMatchObject({ lineStyle: { color: 'colour of #aa0000' } })
  })
  it('are read as far as they have come', () => {
    expect(readSeeds(lines, 50).get('standard')).toEqual([
      { seed: 0, value: 2.5 },
      { seed: 1, value: 2.5 },
    ])
    expect(readSeeds(lines, 150).get('standard')).toEqual([])
  })
})

describe('metricChartOption', () => {
  it('draws the mean of each variant in its colour and dash', () => {
    const series = seriesOf(chart)
    expect(series.get('standard')!.data).toEqual([
      [0, 4.2],
      [50, 2.6],
      [100, 2.1],
      [150, 2.2],
    ])
    expect(series.get('standard')!.lineStyle).toMatchObject({ color: 'colour of --variant-1', type: 'solid' })
    expect(series.get('laplacian')!.lineStyle).toMatchObject({ color: 'colour of --variant-2' })
    expect(series.get('laplacian')!.lineStyle!.type).toEqual(expect.arrayContaining([7, 4]))
  })
  it('draws a band only where seeds differ', () => {
    const series = seriesOf(chart)
    expect(series.get('standard band')?.type).toBe('custom')
    expect(series.has('laplacian band')).toBe(false)
  })
  it('marks the best point of each line', () => {
    expect(seriesOf(chart).get('standard best')!.data).toEqual([[100, 2.1]])
    const higher = { ...chart, quantity: { ...quantity, better: 'higher' as const } }
    expect(seriesOf(higher).get('standard best')!.data).toEqual([[0, 4.2]])
  })
  it('draws smoothed lines over what was measured, without a best point', () => {
    const series = seriesOf({ ...chart, lines: [{ ...standard, raw: [5, 4, 3, 2] }] })
    expect(series.get('standard raw')!.data).toEqual([
      [0, 5],
      [50, 4],
      [100, 3],
      [150, 2],
    ])
    expect(series.has('standard best')).toBe(false)
  })
  it('labels the baselines', () => {
    const { markLine } = seriesOf({ ...chart, baselines: [{ name: 'bigram', value: 2.4819 }] }).get(
      'baselines',
    )!
    expect(markLine!.data).toMatchObject([{ yAxis: 2.4819, label: { formatter: 'bigram 2.48' } }])
  })
  it('leaves step 0 out of a logarithmic axis', () => {
    const series = seriesOf({ ...chart, span: 'logarithmic' })
    expect(series.get('standard')!.data[0]).toEqual([50, 2.6])
  })
  it('has a logarithmic axis of values that drops what has no logarithm', () => {
    const falling = { ...standard, curve: aggregateSeeds([seed([0, 4], [50, 0], [100, 0.01])]) }
    const input = { ...chart, lines: [falling], logarithmicValues: true }
    expect(seriesOf(input).get('standard')!.data).toEqual([[0, 4], [50, NaN], [100, 0.01]]) // prettier-ignore
    const { yAxis } = metricChartOption(input, theme) as { yAxis: { type: string; min: number; max: number } }
    expect(yAxis.type).toBe('log')
    expect(yAxis.min).toBeGreaterThan(0)
    expect(yAxis.min).toBeLessThan(0.01)
    expect(yAxis.max).toBeGreaterThan(4)
  })
  it('breaks lines and bands at gaps', () => {
    const gap = { step: 50, minimum: null, maximum: null, last: null }
    const holed = (shift: number) => [...seed([0, 4 + shift]), gap, ...seed([100, 2 + shift], [150, 1])]
    const curve = aggregateSeeds([holed(0), holed(1)])
    expect(seriesOf({ ...chart, lines: [{ ...standard, curve }] }).get('standard')!.data[1]).toEqual([
      50,
      NaN,
    ])
    const draw = bandPolygons(curve, 0, 'red')
    const drawn = draw({} as never, { coord: (point: number[]) => point } as never)
    const { children } = drawn as unknown as { children: { shape: { points: number[][] } }[] }
    expect(children.map(({ shape }) => shape.points)).toEqual([
      [[0, 5], [0, 4]],
      [[100, 3], [150, 1], [150, 1], [100, 2]],
    ]) // prettier-ignore
  })
  it('names both axes with their units and never animates', () => {
    expect(metricChartOption(chart, theme)).toMatchObject({
      animation: false,
      xAxis: { name: 'step', min: 0, max: 200 },
      yAxis: { name: 'nats per token' },
    })
    expect(
      metricChartOption({ ...chart, quantity: quantityOf('train/loss', 'images') }, theme),
    ).toMatchObject({
      yAxis: { name: 'nats per image' },
    })
  })
  it('draws shares as percentages that end at 100', () => {
    const shares = { ...standard, curve: aggregateSeeds([seed([0, 0.1], [50, 0.93], [100, 0.99])]) }
    const accuracy = { ...chart, lines: [shares], quantity: quantityOf('validation/accuracy', 'images') }
    expect(valueRange(accuracy)).toEqual({ minimum: 0, maximum: 1, interval: 0.2 })
    const { yAxis } = metricChartOption(accuracy, theme) as {
      yAxis: { axisLabel: { formatter(value: number): string } }
    }
    expect(yAxis.axisLabel.formatter(0.2)).toBe('20')
    expect(accuracy.quantity.format(0.98765)).toBe('98.77 %')
  })
})

describe('the crosshair', () => {
  it('snaps to the nearest step with a point in the shown range', () => {
    expect(snapToStep(chart.lines, 70, [0, 200])).toBe(50)
    expect(snapToStep(chart.lines, 70, [100, 200])).toBe(100)
    expect(snapToStep([], 70, [0, 200])).toBeNull()
  })
  it('reads every line, and nothing from one that has not come so far', () => {
    expect(readLines(chart.lines, 100)).toMatchObject([
      { id: 'standard', at: 100, mean: 2.1, lower: 2, upper: 2.2, seeds: 2 },
      { id: 'laplacian', mean: null },
    ])
  })
  it('walks from point to point and stays within the range', () => {
    expect(neighbourStep(chart.lines, null, 1, [0, 200])).toBe(0)
    expect(neighbourStep(chart.lines, null, -1, [0, 200])).toBe(150)
    expect(neighbourStep(chart.lines, 50, 1, [0, 200])).toBe(100)
    expect(neighbourStep(chart.lines, 100, -1, [100, 200])).toBe(100)
  })
})

describe('readReferences', () => {
  const read = (step: number) =>
    readReferences([{ id: 'r', name: 'theirs', points: [[10, 4], [20, 2]] }], step)[0]!.value // prettier-ignore
  it('reads between points, and nothing beyond the ends', () => {
    expect([10, 15, 20].map(read)).toEqual([4, 3, 2])
    expect([9, 21].map(read)).toEqual([null, null])
  })
})
