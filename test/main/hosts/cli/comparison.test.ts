import { describe, expect, it } from 'vitest'
import { compareRuns } from '../../../../src/main/compare/comparison.ts'
import { comparisonText } from '../../../../src/main/hosts/cli/comparison.ts'
import type { DatasetKind, Run, Validation } from '../../../../src/shared/experiment.ts'
import { aRun } from '../../store/records.ts'

const run = (attention: string, seed: number, loss: number | null, step = 600): Run =>
  aRun({
    id: `${attention}-${seed}`,
    attention,
    seed,
    state: loss === null ? 'failed' : 'finished',
    parameters: attention === 'standard' ? 106_880 : 107_520,
    bestValidation: loss === null ? null : { step, loss },
    tokensPerSecond: loss === null ? null : 9000 + 1000 * seed,
    seconds: 30,
    startedAt: '2026-11-22T06:00:00.000Z',
    step: loss === null ? 0 : step,
    configuration: { ...aRun().configuration, batchSize: 10, context: 20 },
  })
const wittenBell = { losses: [3.3473, 2.4858, 2.0492, 2.1], countedTokens: 9000, measuredTokens: 1000 }
const baselines = { uniform: 4.1744, unigram: 3.3473, bigram: 2.4819, wittenBell }

/** After steps 550 and 600, one of which is the best. */
const evaluationsOf = ({ bestValidation: best }: Run): Validation[] =>
  best
    ? [550, 600].map((step) => (step === best.step ? best : { ...best, step, loss: best.loss + 0.01 }))
    : []

/** The lines of the text, as cells. */
function lines(runs: Run[], attentions: string[], kind: DatasetKind = 'text'): string[][] {
  const compared = compareRuns({
    runs: runs.map((one) => ({ run: one, evaluations: evaluationsOf(one) })),
    ...{ attentions, baseline: attentions[0]!, metric: 'loss', at: 'best', kind, nameOf: (id) => id },
  })
  return comparisonText({ experiment: 'e', runs, ...compared, baselines: kind === 'text' ? baselines : null })
    .split('\n')
    .map((line) => line.split(/ {2,}/))
}

describe('comparisonText', () => {
  it('shows mean and deviation over seeds, and the paired difference with its interval', () => {
    const runs = [
      run('standard', 0, 1.9),
      run('laplacian', 0, 2.0),
      run('standard', 1, 1.92, 550),
      run('laplacian', 1, 2.04),
    ]
    const [header, first, second, ...below] = lines(runs, ['standard', 'laplacian'])
    expect(header).toEqual([
      ...['variant', 'seeds', 'best validation loss', 'step', 'difference from standard', 'parameters'],
      ...['tokens', 'tokens/s', 'seconds'],
    ])
    expect(first).toEqual([
      'standard',
      '0,1',
      '1.9100 ± 0.0141',
      '550–600',
      'baseline',
      '106,880',
      '115,000',
      '9,500',
      '30.0',
    ])
    expect(second![4]).toMatch(/^\+0\.1100 \[−0\.\d{4}, \+0\.\d{4}\]$/)
    expect(below.flat().join('\n')).toMatch(
      /uniform 4\.1744, unigram 3\.3473, bigram 2\.4819, 3-gram 2\.0492 /,
    )
    expect(below.flat().join('\n')).toMatch(/standard deviation over seeds/)
  })

  it('says in sentences what the numbers say, and shows the tests behind them', () => {
    const losses = [0, 1, 2].flatMap((seed) => [
      run('standard', seed, 1.9 + 0.01 * seed),
      run('laplacian', seed, 2 + 0.01 * seed + 0.002 * seed ** 2),
    ])
    const text = lines(losses, ['standard', 'laplacian']).map((line) => line.join('|'))
    expect(text).toContainEqual(
      expect.stringMatching(
        /^laplacian is worse than standard by 0\.103 nats per token \(best validation loss\), 95 % interval 0\.093 to 0\.114, 3 seeds, paired\.$/,
      ),
    )
    const [header, values] = text.slice(text.findIndex((line) => line.includes('paired t p')))
    expect(header).toBe(
      "variant|paired t p|Holm|signed rank p|Hedges' g|bootstrap (BCa)|better in pairs of runs|" +
        'seeds for such a difference|mean over training|steps to 2.0280',
    )
    expect(values!.split('|').slice(0, 5)).toEqual(['laplacian', '< 0.001', '< 0.001', '0.250', '14.00'])
    expect(values!.split('|').slice(6)).toEqual(['0 %', '2', '2.0183', '567'])
  })

  it('says that one seed gives no interval', () => {
    const [, first, second, ...below] = lines(
      [run('standard', 0, 1.9), run('laplacian', 0, 1.8)],
      ['standard', 'laplacian'],
    )
    expect(first![2]).toBe('1.9000')
    expect(second![4]).toBe('−0.1000')
    expect(below.flat().join('\n')).toMatch(/One seed gives no interval/)
  })

  it('has no column for differences when there is nothing to compare with', () => {
    const [header] = lines([run('standard', 0, 1.9)], ['standard'])
    expect(header).not.toContain('difference from standard')
  })

  it('shows accuracies and images per second where the data are images', () => {
    const image = (attention: string, seed: number, loss: number, accuracy: number): Run => ({
      ...run(attention, seed, loss),
      bestValidation: { step: 600, loss, accuracy },
      tokensPerSecond: null,
      imagesPerSecond: 800,
    })
    const runs = [
      image('standard', 0, 0.2, 0.95),
      image('l2', 0, 0.21, 0.94),
      image('standard', 1, 0.22, 0.97),
    ]
    const [header, first, second, ...below] = lines(runs, ['standard', 'l2'], 'images')
    expect(header!.slice(2)).toEqual([
      ...['best validation loss', 'step', 'accuracy', 'difference from standard', 'parameters'],
      ...['images', 'images/s', 'seconds'],
    ])
    expect(first!.slice(2)).toEqual([
      ...['0.2100 ± 0.0141', '600', '96.00 % ± 1.41 %', 'baseline', '106,880', '6,000', '800', '30.0'],
    ])
    expect(second!.slice(4, 6)).toEqual(['94.00 %', '+0.0100'])
    expect(below.flat().join('\n')).toMatch(/nats per image/)
    expect(below.flat().join('\n')).not.toMatch(/uniform/)
  })

  it('names the baseline even when it failed', () => {
    const [header, first] = lines(
      [run('standard', 0, null), run('laplacian', 0, 1.8)],
      ['standard', 'laplacian'],
    )
    expect(header).toContain('difference from standard')
    expect(first).toEqual(['laplacian', '0', '1.8000', '600', '–', '107,520', '120,000', '9,000', '30.0'])
  })

  it('says so when no run was ever evaluated', () => {
    expect(lines([run('standard', 0, null)], ['standard'])).toEqual([['No run got as far as a validation.']])
  })
})
