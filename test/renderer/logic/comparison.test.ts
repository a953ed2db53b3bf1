import { describe, expect, it } from 'vitest'
import { differenceSentence, effortOf } from '../../../src/renderer/logic/comparison.ts'
import type { ComparisonRow, Run } from '../../../src/shared/experiment.ts'
import { aRun } from '../../main/store/records.ts'

const row = (
  attention: string,
  seeds: number[],
  difference: Partial<ComparisonRow['differenceFromBaseline']> | null,
) =>
  ({
    attention,
    seeds,
    bestValidation: { mean: 1.8, sd: null, ci95: null },
    bestAccuracy: null,
    differenceFromBaseline: difference && {
      mean: 0,
      ci95: null,
      p: null,
      test: 'none',
      effectSize: null,
      ...difference,
    },
  }) satisfies ComparisonRow
const names: Record<string, string> = { standard: 'Standard', laplacian: 'Laplacian' }
const sentence = (seeds: number[], difference: Parameters<typeof row>[2], ended = true) =>
  differenceSentence(
    row('laplacian', seeds, difference),
    row('standard', [0, 1, 2], null),
    (id) => names[id]!,
    ended,
  )

describe('differenceSentence', () => {
  it('gives one seed no interval', () =>
    expect(sentence([0], { mean: 0.0123 })).toBe(
      'Laplacian: 0.012 nats higher than Standard on the same seed; one seed gives no interval.',
    ))
  it('gives several seeds the interval and the test', () =>
    expect(sentence([0, 1, 2], { mean: -0.0123, ci95: [-0.03, 0.0054], p: 0.0911, test: 'paired t' })).toBe(
      'Laplacian: 0.012 nats lower than Standard on average over 3 seeds; ' +
        '95 % interval 0.030 lower to 0.005 higher, p = 0.091 (paired t).',
    ))
  it('says so while runs are training', () =>
    expect(sentence([0], { mean: 0.01 }, false)).toMatch(/^Laplacian, so far: 0\.010 nats higher/))
  it('does not write a small difference as zero', () => {
    expect(sentence([0], { mean: 0.0002 })).toContain('0.0002 nats higher')
    expect(sentence([0], { mean: -0.00001 })).toContain('within 0.0001 nats of Standard')
  })
  it('says when there is nothing to compare', () =>
    expect(sentence([7], null)).toBe('Laplacian: no seed is measured both for it and for Standard.'))
})

describe('effortOf', () => {
  const run = (changes: Partial<Run>): Run =>
    aRun({
      state: 'finished',
      parameters: 1000,
      bestValidation: { step: 500, loss: 1.8 },
      tokensPerSecond: 100,
      seconds: 10,
      startedAt: '2026-11-22T06:00:00.000Z',
      ...changes,
    })

  it('averages over runs and spans their best steps', () => {
    const other = run({ bestValidation: { step: 600, loss: 1.7 }, tokensPerSecond: 200, seconds: 30 })
    expect(effortOf([run({}), other])).toEqual({
      step: '500–600',
      parameters: 1000,
      rate: 150,
      seconds: 20,
    })
  })
  it('leaves out runs that have not started', () => {
    const queued = run({
      startedAt: null,
      seconds: 0,
      tokensPerSecond: null,
      bestValidation: null,
      parameters: null,
    })
    expect(effortOf([queued])).toEqual({ step: '–', parameters: null, rate: null, seconds: null })
    expect(effortOf([queued, run({})])).toEqual({
      step: '500',
      parameters: 1000,
      rate: 100,
      seconds: 10,
    })
    expect(effortOf([run({ tokensPerSecond: null, imagesPerSecond: 40 })]).rate).toBe(40)
  })
})
