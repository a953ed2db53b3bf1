import { describe, expect, it } from 'vitest'
import { compareRuns } from '../../../src/main/compare/comparison.ts'
import {
  comparisonTests,
  formatLarge,
  formatSigned,
  formatSteps,
  formatValue,
  metricTitle,
} from '../../../src/renderer/logic/comparison.ts'
import { aRun } from '../../main/store/records.ts'

describe('what a comparison shows', () => {
  it('names the metric, where it is taken, and its units', () => {
    expect(metricTitle({ metric: 'loss', at: 'best', sample: 'token' })).toBe(
      'best validation loss, nats/token',
    )
    expect(metricTitle({ metric: 'accuracy', at: 'last', sample: 'image' })).toBe('last validation accuracy')
    expect(metricTitle({ metric: 'loss', at: 1500, sample: 'image' })).toBe(
      'loss after step 1,500, nats/image',
    )
  })
  it('shows losses in nats and accuracies as shares', () => {
    expect([formatValue(1.23456, 'loss'), formatValue(0.9612, 'accuracy')]).toEqual(['1.2346', '96.12 %'])
    expect([formatSigned(-0.0031, 'loss'), formatSigned(-0.0031, 'accuracy')]).toEqual(['−0.0031', '−0.31 %'])
    expect([formatSteps([600, 600]), formatSteps([550, 1600]), formatSteps(undefined)]).toEqual([
      ...['600', '550–1,600', '–'],
    ])
    expect([999_999, 12_345_678, 2.5e9, null].map(formatLarge)).toEqual(['999,999', '12.3 M', '2.50 G', '–'])
  })
})

describe('the tests', () => {
  const losses = { standard: [2, 2.1, 2.2], laplacian: [2.05, 2.17, 2.25] }
  const runs = Object.entries(losses).flatMap(([attention, its]) =>
    its.map((loss, seed) => ({
      run: aRun({ attention, seed, state: 'finished', step: 20, steps: 20 }),
      evaluations: [{ step: 0, loss: 4 }, { step: 20, loss }], // prettier-ignore
    })),
  )
  const compared = compareRuns({
    runs,
    attentions: Object.keys(losses),
    ...{ metric: 'loss', at: 'best', baseline: 'standard', kind: 'text', nameOf: (id) => id },
  })
  const shown = (index: number) =>
    Object.fromEntries(
      comparisonTests(compared).map(({ name, value }) => [name, value(compared.comparison[index]!)]),
    )
  it('are those of the row', () => {
    const found = shown(1)
    // differences 0.05, 0.07, 0.05: t = 8.5 with 2 degrees, d = 4.907, J(2) = 0.5642
    expect(found).toMatchObject({
      ...{ 'paired t': '0.014', Holm: '0.014', 'signed rank': '0.250', 'Hedges’ g': '2.77' },
      ...{ 'better in': '33 %', 'over training': '3.0783', 'steps to 2.2500': '20' },
    })
    expect(found.bootstrap).toMatch(/^\+0\.0\d{3} to \+0\.0\d{3}$/)
    expect(found['seeds it takes']).toBe('4')
  })
  it('leave the baseline what it has of its own', () =>
    expect(shown(0)).toMatchObject({ 'paired t': '–', bootstrap: '–', 'over training': '3.0500' }))
})
