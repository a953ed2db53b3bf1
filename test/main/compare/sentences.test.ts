/** What a comparison says in words, of runs that went well and of those that did not. */
import { describe, expect, it } from 'vitest'
import { compareRuns, type ComparedRuns } from '../../../src/main/compare/comparison.ts'
import type { EvaluatedRun } from '../../../src/main/compare/evaluations.ts'
import type { Run } from '../../../src/shared/experiment.ts'
import { aRun } from '../store/records.ts'

/** Evaluated every 10 steps. */
const evaluated = (
  attention: string,
  seed: number,
  losses: readonly number[],
  changes: Partial<Run> = {},
): EvaluatedRun => ({
  run: aRun({
    id: `${attention}-${seed}`,
    ...{ attention, seed, state: 'finished', step: 10 * (losses.length - 1), steps: 20, ...changes },
  }),
  evaluations: losses.map((loss, index) => ({ step: 10 * index, loss })),
})
const names: Record<string, string> = { standard: 'Standard', laplacian: 'Laplacian', l2: 'L2' }
const compare = (runs: readonly EvaluatedRun[], choice: Partial<ComparedRuns> = {}) =>
  compareRuns({
    runs,
    attentions: ['standard', 'laplacian', 'l2'],
    ...{ metric: 'loss', at: 'best', baseline: 'standard', kind: 'text' },
    nameOf: (id) => names[id]!,
    ...choice,
  })
/** Final losses by seed. */
const finals = (attention: string, losses: readonly number[]) =>
  losses.map((loss, seed) => evaluated(attention, seed, [4, 3, loss]))
const sentencesOf = (
  runs: readonly EvaluatedRun[],
  attention = 'laplacian',
  choice: Partial<ComparedRuns> = {},
) => compare(runs, choice).comparison.find((row) => row.attention === attention)!.sentences

describe('the claim', () => {
  const baseline = finals('standard', [2, 2.01, 2.02])
  it('names size, interval, seeds and pairing where the interval is on one side of zero', () => {
    expect(sentencesOf([...baseline, ...finals('laplacian', [2.06, 2.072, 2.078])])).toEqual([
      'Laplacian is worse than Standard by 0.0600 nats per token (best validation loss), ' +
        '95 % interval 0.0550 to 0.0650, 3 seeds, paired.',
    ])
    expect(sentencesOf([...baseline, ...finals('laplacian', [1.94, 1.948, 1.962])])).toEqual([
      'Laplacian is better than Standard by 0.0600 nats per token (best validation loss), ' +
        '95 % interval 0.0550 to 0.0650, 3 seeds, paired.',
    ])
  })
  it('says that nothing is told apart where the interval includes zero', () => {
    expect(sentencesOf([...baseline, ...finals('laplacian', [2.06, 1.99, 2.05])])).toEqual([
      'Laplacian and Standard are not told apart: 0.02 nats per token worse on average (best validation loss), and ' +
        'the 95 % interval, 0.08 better to 0.12 worse, includes zero, 3 seeds, paired.',
    ])
  })
  it('says with one seed that nothing is known of the spread', () => {
    const runs = [...finals('standard', [2]), ...finals('laplacian', [2.0123])]
    expect(sentencesOf(runs)).toEqual([
      'Laplacian is worse than Standard by 0.012 nats per token (best validation loss) on the one seed they share; ' +
        'one seed says nothing of the spread over seeds, so it may be chance.',
    ])
    expect(sentencesOf([...finals('standard', [2]), ...finals('laplacian', [2])])[0]).toMatch(
      /^Laplacian is equal to Standard .* one seed says nothing/,
    )
  })
  it('has no interval to give where every seed differs by the same', () => {
    const runs = [...finals('standard', [2, 2.5]), ...finals('laplacian', [2.25, 2.75])]
    expect(sentencesOf(runs)[0]).toMatch(
      /worse than Standard by exactly 0\.25 .* on each of 2 seeds: there is no spread/,
    )
    expect(sentencesOf([...finals('standard', [2, 2.5]), ...finals('laplacian', [2, 2.5])])[0]).toMatch(
      /equal to Standard .* on each of 2 seeds\.$/,
    )
  })
  it('turns with the baseline', () => {
    const runs = [...baseline, ...finals('laplacian', [2.06, 2.072, 2.078])]
    const turned = sentencesOf(runs, 'standard', { baseline: 'laplacian' })
    expect(turned[0]).toMatch(/^Standard is better than Laplacian by 0\.0600 .* 0\.0550 to 0\.0650, 3 seeds/)
    expect(sentencesOf(runs, 'laplacian', { baseline: 'laplacian' })).toEqual([])
  })
  it('says where several variants at once take a difference back', () => {
    // t = 4.9 with 2 degrees: p = 0.039 alone, 0.078 of two
    const runs = [
      ...finals('standard', [2, 2, 2]),
      ...finals('laplacian', [2.01, 2.02, 2.02]),
      ...finals('l2', [1.9, 2.1, 2.05]),
    ]
    const [row] = compare(runs).comparison.filter(({ attention }) => attention === 'laplacian')
    expect(row!.differenceFromBaseline!.p).toBeCloseTo(0.0377, 3)
    expect(row!.differenceFromBaseline!.pHolm).toBeCloseTo(2 * row!.differenceFromBaseline!.p!, 12)
    expect(row!.sentences[0]).toMatch(
      / With 2 variants held against the baseline at once, p = 0\.075 \(paired t, Holm\): not below 0\.05\.$/,
    )
    const alone = sentencesOf(runs.filter(({ run }) => run.attention !== 'l2'))
    expect(alone[0]).not.toContain('Holm')
  })
  it('says accuracies in percentage points, of which more is better', () => {
    const images = (attention: string, shares: readonly number[]) =>
      shares.map((accuracy, seed) => ({
        run: aRun({ attention, seed, state: 'finished' }),
        evaluations: [{ step: 10, loss: 1 - accuracy, accuracy }],
      }))
    const runs = [...images('standard', [0.9, 0.91, 0.92]), ...images('laplacian', [0.92, 0.928, 0.942])]
    const choice = { metric: 'accuracy', kind: 'images' } as const
    expect(sentencesOf(runs, 'laplacian', choice)[0]).toMatch(
      /^Laplacian is better than Standard by 2\.00 percentage points \(best validation accuracy\), 95 % interval 1\.50 to 2\.50, 3 seeds/,
    )
    const row = compare(runs, choice).comparison[1]!
    expect(row.differenceFromBaseline!.probabilityOfImprovement).toBeCloseTo(8.5 / 9, 12)
    expect(row.bestAccuracy!.mean).toBeCloseTo(0.93, 12)
  })
})

describe('runs that are not like the others', () => {
  const baseline = finals('standard', [2, 2.1])
  it('are held against what the other run was by the same step, and named', () => {
    const stopped = evaluated('laplacian', 1, [4, 3.5], { state: 'stopped', step: 14 })
    const { comparison } = compare([...baseline, ...finals('laplacian', [2.2]), stopped])
    const row = comparison[1]!
    expect(row.differenceFromBaseline!.values).toEqual([expect.closeTo(0.2, 12), 0.5])
    expect(row.differenceFromBaseline!.shortened).toEqual([{ seed: 1, step: 10 }])
    expect(row.sentences.slice(1)).toEqual([
      'Laplacian: seed 1 was stopped at step 14 of 20.',
      'Laplacian: pairs are compared as far as both runs got, seed 1 up to step 10.',
    ])
  })
  it('have no last value when they diverged, and count with the best before', () => {
    const diverged = evaluated('laplacian', 1, [4, 3.5], { state: 'diverged', step: 12 })
    const runs = [...baseline, ...finals('laplacian', [2.2]), diverged]
    const last = compare(runs, { at: 'last' }).comparison[1]!
    expect(last.measured).toMatchObject({ seeds: [0], mean: 2.2, sd: null })
    expect(last.differenceFromBaseline!.seeds).toEqual([0])
    expect(last.sentences[1]).toBe('Laplacian: seed 1 diverged at step 12 of 20 and has no last value.')
    const best = compare(runs).comparison[1]!
    expect(best.measured).toMatchObject({ seeds: [0, 1], steps: [10, 20] })
    expect(best.differenceFromBaseline!.values).toEqual([expect.closeTo(0.2, 12), 0.5])
    expect(best.sentences[1]).toBe('Laplacian: seed 1 diverged at step 12 of 20.')
  })
  it('are said to be under way while they train, without a value and with one', () => {
    const running = evaluated('laplacian', 0, [4], { state: 'running', step: 5 })
    const queued = { run: aRun({ attention: 'laplacian', seed: 1 }), evaluations: [] }
    expect(sentencesOf([...baseline, running, queued])).toEqual([
      'So far, Laplacian is equal to Standard (best validation loss) on the one seed they share; ' +
        'one seed says nothing of the spread over seeds, so it may be chance.',
      'Laplacian: 2 runs still have steps to do.',
      'Laplacian: pairs are compared as far as both runs got, seed 0 up to step 0.',
    ])
  })
  it('leave a seed without a partner out of the difference, and say so', () => {
    const runs = [...finals('standard', [2]), ...finals('laplacian', [2.1, 2.2])]
    expect(sentencesOf(runs)[1]).toBe('Laplacian: seed 1 has no partner and is not in the difference.')
    const none = [evaluated('standard', 7, [2]), ...finals('laplacian', [2.1])]
    expect(sentencesOf(none)).toEqual([
      'Laplacian has no seed that was measured both with it and with Standard.',
    ])
  })
})

describe('what is compared', () => {
  const runs = [
    evaluated('standard', 0, [4, 2, 3]),
    evaluated('standard', 1, [4, 2.5, 2.4]),
    evaluated('laplacian', 0, [5, 3, 2.5]),
    evaluated('laplacian', 1, [5, 3, 2.9]),
  ]
  const measured = (choice: Partial<ComparedRuns>) =>
    compare(runs, choice).comparison.map(({ measured: it }) => [it!.mean, ...it!.steps])
  it('is the best, the last, or the evaluation after a step', () => {
    expect(measured({})).toEqual([[2.2, 10, 20], [2.7, 20, 20]]) // prettier-ignore
    expect(measured({ at: 'last' })).toEqual([[2.7, 20, 20], [2.7, 20, 20]]) // prettier-ignore
    expect(measured({ at: 10 })).toEqual([[2.25, 10, 10], [3, 10, 10]]) // prettier-ignore
  })
  it('has a mean over training, and the steps to what every run reached', () => {
    const { comparison, target } = compare(runs)
    expect(target).toBe(2.9)
    expect(comparison[0]!.areaUnderCurve).toMatchObject({ from: 0, to: 20 })
    expect(comparison[0]!.areaUnderCurve!.mean).toBeCloseTo((2.75 + 2.85) / 2, 12)
    const perStep = aRun().configuration.batchSize * aRun().configuration.context
    expect(comparison.map(({ reached }) => [reached!.runs, reached!.of, reached!.steps])).toEqual([
      [2, 2, 10],
      [2, 2, 20],
    ])
    expect(comparison[1]!.reached!.samples).toBe(20 * perStep)
    const { comparison: lower } = compare(runs, { target: 2.4 })
    expect(lower.map(({ reached }) => reached && [reached.runs, reached.steps])).toEqual([[2, 15], null])
  })
})
