/** The charts of hidden states: what they draw, where, and on which scale. */
import { describe, expect, it } from 'vitest'
import { scaleOver } from '../../../src/renderer/charts/colourScale.ts'
import { depthProfileOption } from '../../../src/renderer/charts/depthProfile.ts'
import { heatMapOption } from '../../../src/renderer/charts/heatMap.ts'
import { variantStyle, type ChartTheme } from '../../../src/renderer/charts/palette.ts'
import { pathChartOption, pointAt } from '../../../src/renderer/charts/pathChart.ts'
import { valueAxis } from '../../../src/renderer/charts/valueAxis.ts'
import { gridOf, profileOf } from '../../../src/renderer/logic/hidden/values.ts'

const theme: ChartTheme = {
  text: '#555',
  faint: '#777',
  line: '#ddd',
  surface: '#fff',
  font: 'sans-serif',
  colour: (property) => `colour of ${property}`,
}
const value = (layer: number | null, step: number, mean: number | null, sd: number | null = null) => ({
  attention: 'standard',
  layer,
  step,
  mean,
  sd,
  count: sd === null ? 1 : 3,
})
interface Drawn {
  id: string
  type: string
  data: (number | null)[][]
  markLine?: { data: unknown[] }
}
const seriesOf = (option: { series?: unknown }) => option.series as Drawn[]

describe('heatMapOption', () => {
  const grid = gridOf([value(0, 0, 1), value(1, 0, 3), value(0, 50, 2), value(1, 50, null)], [0, 50, 100])
  const option = heatMapOption({ grid, attention: 'standard', scale: scaleOver([1, 2, 3])! }, theme)

  it('draws a cell per defined value, coloured by its place on the common scale', () => {
    expect(seriesOf(option)[0]!.data).toEqual([
      [0, 0, 0],
      [1, 0, 0.5],
      [0, 1, 1],
    ])
    expect(option.visualMap).toMatchObject({ min: 0, max: 1 })
  })
  it('has a column for a step that is still to come', () => {
    expect(option.xAxis).toMatchObject({ data: ['0', '50', '100'] })
    expect(option.yAxis).toMatchObject({ data: ['0', '1'] })
  })
  it('takes its colours from the page', () => {
    const { inRange } = option.visualMap as unknown as { inRange: { color: string[] } }
    expect(inRange.color[0]).toBe('colour of --sequential-1')
    expect(option.animation).toBe(false)
  })
})

describe('depthProfileOption', () => {
  const grid = gridOf([value(0, 0, 1, 0.5), value(1, 0, 3, 0.5), value(2, 0, null)])
  const option = depthProfileOption(
    {
      lines: [{ id: 'standard', style: variantStyle(0), curve: profileOf(grid, 'standard', 0) }],
      layers: grid.layers,
      extent: [0.5, 3.5],
      unit: 'Expansion',
      neutral: 1,
      logarithmic: false,
    },
    theme,
  )
  it('draws the layers that have a value, with a band where seeds differ', () => {
    const byId = new Map(seriesOf(option).map((series) => [series.id, series]))
    expect(byId.get('standard')!.data).toEqual([
      [0, 1],
      [1, 3],
    ])
    expect(byId.get('standard band')?.type).toBe('custom')
  })
  it('marks the neutral value only where it can be seen', () => {
    expect(seriesOf(option).at(-1)!.markLine!.data).toEqual([{ yAxis: 1 }])
    const far = depthProfileOption(
      { lines: [], layers: [0], extent: [5, 9], unit: '', neutral: 1, logarithmic: true },
      theme,
    )
    expect(seriesOf(far).at(-1)!.markLine!.data).toEqual([])
  })
})

describe('pathChartOption', () => {
  const points = [
    { step: 0, across: 1, up: 2 },
    { step: 50, across: 1.5, up: 2.5 },
    { step: 100, across: 3, up: 1 },
  ]
  const logarithmic = { across: false, up: true }
  const drawn = (step: number | null) =>
    seriesOf(
      pathChartOption(
        {
          paths: [{ id: 'standard', style: variantStyle(0), points }],
          across: 'a',
          up: 'b',
          step,
          logarithmic,
        },
        theme,
      ),
    )
  it('draws the path, where it begins and where it is at the marked step', () => {
    const series = new Map(drawn(60).map((one) => [one.id, one.data]))
    expect(series.get('standard')).toEqual([
      [1, 2],
      [1.5, 2.5],
      [3, 1],
    ])
    expect(series.get('standard start')).toEqual([[1, 2]])
    expect(series.get('standard step')).toEqual([[1.5, 2.5]])
  })
  it('marks nothing on a path that begins later', () => {
    expect(pointAt(points.slice(1), 40)).toBeUndefined()
    expect(drawn(null).map(({ id }) => id)).not.toContain('standard step')
  })
})

describe('valueAxis', () => {
  const ticks = (lowest: number, highest: number) => {
    const { axisLabel } = valueAxis([lowest, highest], true, theme)
    return 'customValues' in axisLabel ? axisLabel.customValues : null
  }
  it('ends on round numbers', () =>
    expect(valueAxis([0.13, 0.92], false, theme)).toMatchObject({
      type: 'value',
      min: 0,
      max: 1,
      interval: 0.2,
    }))
  it('is linear where a logarithm has no meaning', () =>
    expect(valueAxis([0, 1], true, theme)).toMatchObject({ type: 'value', min: 0, max: 1 }))
  it('writes powers of ten, their 1, 2 and 5, or what lies between, as there is room', () => {
    expect(ticks(0.01, 1e4)).toEqual([0.01, 0.1, 1, 10, 100, 1000, 10_000])
    expect(ticks(1, 20)).toEqual([1, 2, 5, 10, 20])
    expect(ticks(1.1, 1.5)).toEqual([1.1, 1.2, 1.3, 1.4, 1.5])
  })
})
