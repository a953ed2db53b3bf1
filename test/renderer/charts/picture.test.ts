import { describe, expect, it } from 'vitest'
import { aggregateSeeds } from '../../../src/renderer/charts/aggregate.ts'
import { axisOf } from '../../../src/renderer/charts/axis.ts'
import type { MetricChart } from '../../../src/renderer/charts/metricChart.ts'
import { variantStyle, type ChartTheme } from '../../../src/renderer/charts/palette.ts'
import { fileName } from '../../../src/renderer/charts/chartFile.ts'
import { composePicture } from '../../../src/renderer/charts/picture.ts'
import { curvesPicture } from '../../../src/renderer/charts/pictures.ts'
import { quantityOf } from '../../../src/renderer/charts/quantity.ts'
import { svgOf } from '../../../src/renderer/charts/render.ts'
import { writeCsv } from '../../../src/renderer/logic/csv.ts'
import { curveTable } from '../../../src/renderer/logic/curveTable.ts'
import { exportChoices } from '../../../src/renderer/logic/exports.ts'

const bucket = (step: number, value: number) => ({ step, minimum: value, maximum: value, last: value })
const chart: MetricChart = {
  quantity: quantityOf('validation/loss', 'text'),
  lines: [
    {
      ...{ id: 'standard', style: variantStyle(0), raw: null },
      curve: aggregateSeeds([
        [bucket(0, 4), bucket(100, 2)],
        [bucket(0, 4), bucket(100, 2.5)],
      ]),
    },
  ],
  baselines: [{ name: 'bigram', value: 2.4 }],
  references: [{ id: 'r', name: 'from "PyTorch"', points: [[0, 4.5], [100, 1.5]] }], // prettier-ignore
  ...{ axis: axisOf('step', 'text'), end: 100, span: 'all', logarithmicValues: false },
}
const theme: ChartTheme = {
  ...{ text: '#555', faint: '#777', line: '#ddd', surface: '#fff', font: 'sans-serif' },
  colour: () => '#0067a6',
}
const standard = { id: 'standard', name: 'Standard attention', style: variantStyle(0) }
const heading = { title: 'Validation loss <of> this', notes: ['Line: mean over seeds.'] }
const picture = curvesPicture(heading, [{ variant: null, chart }], [standard], theme)

describe('a chart as a file', () => {
  it('is a drawing with its words, its lines and nothing from outside', async () => {
    const text = await svgOf(picture, theme).text()
    for (const words of [
      'Validation loss &lt;of&gt; this',
      'Line: mean over seeds.',
      'Standard attention',
      'from &quot;PyTorch&quot;',
      'bigram 2.40',
    ])
      expect(text).toContain(words)
    expect(text).not.toMatch(/<script|<image|href="http/)
  })

  it('draws a reference, and makes room for it', () => {
    const option = picture.panels[0]!.option as unknown as {
      series: { id: string; data: number[][] }[]
      yAxis: { min: number }
    }
    expect(option.series.find(({ id }) => id === 'reference r')?.data).toEqual([[0, 4.5], [100, 1.5]]) // prettier-ignore
    expect(option.yAxis.min).toBeLessThanOrEqual(1.5)
  })

  it('has its panels side by side, each with axes of its own and under its name, and continues below', () => {
    const variants = ['a', 'b', 'c', 'd'].map((id) => ({ ...standard, id, name: `Variant ${id}` }))
    const four = curvesPicture(
      heading,
      variants.map((variant) => ({ variant, chart })),
      variants,
      theme,
    )
    const { option, width, height } = composePicture(four, theme) as unknown as {
      option: {
        grid: { left: number; top: number; width: number; height: number }[]
        xAxis: { gridIndex: number }[]
        series: { id: string; xAxisIndex: number }[]
        graphic: { elements: { style: { text?: string } }[] }
      }
      width: number
      height: number
    }
    const [first, second, , fourth] = option.grid
    expect(option.grid).toHaveLength(4)
    expect(second!.left).toBeGreaterThanOrEqual(first!.left + first!.width)
    expect(fourth!.top).toBeGreaterThanOrEqual(first!.top + first!.height)
    for (const { left, top, width: wide, height: high } of option.grid) {
      expect(left + wide).toBeLessThanOrEqual(width)
      expect(top + high).toBeLessThanOrEqual(height)
    }
    expect(option.xAxis.map(({ gridIndex }) => gridIndex)).toEqual([0, 1, 2, 3])
    expect(new Set(option.series.map(({ id }) => id)).size).toBe(option.series.length)
    expect(option.graphic.elements.map(({ style }) => style.text)).toEqual(
      expect.arrayContaining(['Variant a', 'Variant d']),
    )
  })

  it('is its numbers as a table', () => {
    expect(writeCsv(curveTable(chart, 'validation/loss', () => 'Standard')).split('\r\n')).toEqual([
      'kind,name,metric,unit,step,value,smallest,largest,seeds',
      'variant,Standard,validation/loss,nats per token,0,4,4,4,2',
      'variant,Standard,validation/loss,nats per token,100,2.25,2,2.5,2',
      'reference,"from ""PyTorch""",validation/loss,nats per token,0,4.5,,,',
      'reference,"from ""PyTorch""",validation/loss,nats per token,100,1.5,,,',
      'baseline,bigram,validation/loss,nats per token,,2.4,,,',
      '',
    ])
  })

  it('has a name that every file system takes', () => {
    expect(fileName('tiny: a/b "c" validation/loss', 'png')).toBe('tiny-a-b-c-validation-loss.png')
    expect(fileName('::', 'csv')).toBe('chart.csv')
  })
})

it('a report and an archive are of experiments only', () => {
  const formats = (kind: 'run' | 'experiment') => exportChoices(kind).map(({ format }) => format)
  expect(formats('experiment')).toEqual(expect.arrayContaining(['report', 'archive', 'csv']))
  expect(formats('run')).toEqual(['csv', 'json', 'tensorboard', 'safetensors', 'onnx'])
})
