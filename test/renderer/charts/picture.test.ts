import { describe, expect, it } from 'vitest'
import { aggregateSeeds } from '../../../src/renderer/charts/aggregate.ts'
import { axisOf } from '../../../src/renderer/charts/axis.ts'
import { metricChartOption, type MetricChart } from '../../../src/renderer/charts/metricChart.ts'
import { variantStyle, type ChartTheme } from '../../../src/renderer/charts/palette.ts'
import { pictureOption, svgOf } from '../../../src/renderer/charts/picture.ts'
import { quantityOf } from '../../../src/renderer/charts/quantity.ts'
import { chartCsv } from '../../../src/renderer/logic/chartCsv.ts'
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
const picture = {
  option: metricChartOption(chart, theme),
  title: 'Validation loss <of> this',
  names: new Map([['standard', 'Standard attention']]),
  theme,
}

describe('a chart as a file', () => {
  it('has room for a title and a legend that names the variants and nothing else', () => {
    const option = pictureOption(picture)
    expect(option.legend).toMatchObject({ data: ['Standard attention'] })
    expect((option.grid as { top: number }).top).toBeGreaterThan((picture.option.grid as { top: number }).top)
  })

  it('is a drawing with its words, its lines and nothing from outside', async () => {
    const text = await svgOf(picture).text()
    for (const words of [
      'Validation loss &lt;of&gt; this',
      'Standard attention',
      'from &quot;PyTorch&quot;',
      'bigram 2.40',
    ])
      expect(text).toContain(words)
    expect(text).not.toMatch(/<script|<image|href="http/)
  })

  it('draws a reference, and makes room for it', () => {
    const option = picture.option as unknown as {
      series: { id: string; data: number[][] }[]
      yAxis: { min: number }
    }
    expect(option.series.find(({ id }) => id === 'reference r')?.data).toEqual([[0, 4.5], [100, 1.5]]) // prettier-ignore
    expect(option.yAxis.min).toBeLessThanOrEqual(1.5)
  })

  it('is its numbers as CSV', () => {
    expect(chartCsv(chart, 'validation/loss', () => 'Standard').split('\r\n')).toEqual([
      'kind,name,metric,unit,step,value,smallest,largest,seeds',
      'variant,Standard,validation/loss,nats per token,0,4,4,4,2',
      'variant,Standard,validation/loss,nats per token,100,2.25,2,2.5,2',
      'reference,"from ""PyTorch""",validation/loss,nats per token,0,4.5,,,',
      'reference,"from ""PyTorch""",validation/loss,nats per token,100,1.5,,,',
      'baseline,bigram,validation/loss,nats per token,,2.4,,,',
      '',
    ])
  })
})

it('a report and an archive are of experiments only', () => {
  const formats = (kind: 'run' | 'experiment') => exportChoices(kind).map(({ format }) => format)
  expect(formats('experiment')).toEqual(expect.arrayContaining(['report', 'archive', 'csv']))
  expect(formats('run')).toEqual(['csv', 'json', 'tensorboard', 'safetensors', 'onnx'])
})
