import { describe, expect, it } from 'vitest'
import { compareRuns } from '../../../../src/main/compare/comparison.ts'
import { comparisonText } from '../../../../src/main/hosts/cli/comparison.ts'
import type { Run } from '../../../../src/shared/experiment.ts'
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
  })
const wittenBell = { losses: [3.3473, 2.4858, 2.0492, 2.1], countedTokens: 9000, measuredTokens: 1000 }
const baselines = { uniform: 4.1744, unigram: 3.3473, bigram: 2.4819, wittenBell }

/** The lines of the text, as cells. */
function lines(runs: Run[], attentions: string[]): string[][] {
  const comparison = compareRuns(runs, attentions)
  return comparisonText({ experiment: 'e', runs, comparison, baselines })
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
      ...['tokens/s', 'seconds'],
    ])
    expect(first).toEqual([
      'standard',
      '0,1',
      '1.9100 ± 0.0141',
      '550–600',
      'baseline',
      '106,880',
      '9,500',
      '30.0',
    ])
    expect(second![4]).toMatch(/^\+0\.1100 \[−0\.\d{4}, \+0\.\d{4}\]$/)
    expect(below.flat().join('\n')).toMatch(
      /uniform 4\.1744, unigram 3\.3473, bigram 2\.4819, 3-gram 2\.0492 /,
    )
    expect(below.flat().join('\n')).toMatch(/standard deviation over seeds/)
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
    const comparison = compareRuns(runs, ['standard', 'l2'])
    const [header, first, second, ...below] = comparisonText({
      experiment: 'e',
      runs,
      comparison,
      baselines: null,
    })
      .split('\n')
      .map((line) => line.split(/ {2,}/))
    expect(header!.slice(2)).toEqual([
      ...['best validation loss', 'step', 'accuracy', 'difference from standard', 'parameters'],
      ...['images/s', 'seconds'],
    ])
    expect(first!.slice(2)).toEqual([
      ...['0.2100 ± 0.0141', '600', '96.00 % ± 1.41 %', 'baseline', '106,880', '800', '30.0'],
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
    expect(first).toEqual(['laplacian', '0', '1.8000', '600', '–', '107,520', '9,000', '30.0'])
  })

  it('says so when no run was ever evaluated', () => {
    expect(lines([run('standard', 0, null)], ['standard'])).toEqual([['No run got as far as a validation.']])
  })
})
