import { describe, expect, it } from 'vitest'
import { compareStatistic, type MeasuredRun } from '../../../src/main/compare/statistics.ts'
import type { Measurement } from '../../../src/shared/statistics.ts'

const at = (value: number | null, place: Partial<Measurement> = {}): Measurement => ({
  ...{ step: 10, layer: 0, tap: 'hook_resid_post', head: null, statistic: 'mean-norm', value },
  ...place,
})
const run = (seed: number, measurements: Measurement[], attention = 'standard'): MeasuredRun => ({
  attention,
  seed,
  measurements,
})

describe('compareStatistic', () => {
  it('gives mean, sample standard deviation and Student interval over seeds, by place', () => {
    const runs = [1, 2, 4.5].map((value, seed) => run(seed, [at(value), at(-value, { layer: 1 })]))
    const [first, second, ...others] = compareStatistic(runs, ['standard'], 'mean')
    expect(others).toEqual([])
    expect(first).toMatchObject({ attention: 'standard', layer: 0, head: null, step: 10, heads: 0, count: 3 })
    // t(0.975, 2) = 4.302652729696142
    const [mean, sd] = [2.5, Math.sqrt((1.5 ** 2 + 0.5 ** 2 + 2 ** 2) / 2)]
    const half = (4.302652729696142 * sd) / Math.sqrt(3)
    expect(first!.mean).toBeCloseTo(mean, 12)
    expect(first!.sd).toBeCloseTo(sd, 12)
    expect(first!.ci95![0]).toBeCloseTo(mean - half, 9)
    expect(first!.ci95![1]).toBeCloseTo(mean + half, 9)
    expect(second).toMatchObject({ layer: 1, mean: -2.5 })
  })

  it('averages heads within a run first, so that a run counts once, and says over how many', () => {
    const heads = (values: (number | null)[]) => values.map((value, head) => at(value, { head }))
    const runs = [run(0, heads([1, 3])), run(1, heads([5, null]))]
    expect(compareStatistic(runs, ['standard'], 'mean')).toMatchObject([
      { head: null, heads: 2, count: 2, mean: 3.5, sd: Math.sqrt(4.5) },
    ])
    expect(compareStatistic(runs, ['standard'], 'each')).toMatchObject([
      { head: 0, heads: 1, count: 2, mean: 3 },
      { head: 1, heads: 1, count: 1, mean: 3, sd: null, ci95: null },
    ])
  })

  it('says where nothing is defined, and lets what is not defined enter nowhere', () => {
    const runs = [run(0, [at(null), at(null, { step: 20 })]), run(1, [at(null), at(7, { step: 20 })])]
    expect(compareStatistic(runs, ['standard'], 'mean')).toMatchObject([
      { step: 10, count: 0, mean: null, sd: null, ci95: null },
      { step: 20, count: 1, mean: 7, sd: null, ci95: null },
    ])
  })

  it('keeps the order of the variants, then tap, layer, head and step, none first', () => {
    const places = [
      { tap: 'b' },
      { tap: 'a', layer: 10 },
      { tap: 'a', layer: 2, step: 200 },
      { tap: 'a', layer: 2, step: 30 },
      { tap: 'a', layer: null, head: 1 },
      { tap: 'a', layer: null, head: null },
    ]
    const measured = places.map((place) => at(1, place))
    const runs = ['laplacian', 'standard'].map((attention) => run(0, measured, attention))
    const rows = compareStatistic(runs, ['standard', 'laplacian', 'not-run'], 'each')
    expect(rows.map(({ attention }) => attention)).toEqual([
      ...Array<string>(6).fill('standard'),
      ...Array<string>(6).fill('laplacian'),
    ])
    expect(rows.slice(6)).toMatchObject(places.toReversed())
  })

  it('counts the last of several runs with one seed', () => {
    expect(compareStatistic([run(0, [at(1)]), run(0, [at(3)])], ['standard'], 'mean')).toMatchObject([
      { count: 1, mean: 3 },
    ])
  })
})
