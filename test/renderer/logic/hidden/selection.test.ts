import { describe, expect, it } from 'vitest'
import { byFamily, searchStatistics } from '../../../../src/renderer/logic/hidden/search.ts'
import {
  headsOf,
  mayBeLogarithmic,
  measuredStatistics,
  neutralOf,
  questionOf,
  settle,
  tapsOf,
} from '../../../../src/renderer/logic/hidden/selection.ts'
import { sortTaps, tapMeaning } from '../../../../src/renderer/logic/hidden/taps.ts'
import { statistics as catalogue } from '../../../../src/shared/catalogue/statistics.ts'
import type { Measured } from '../../../../src/shared/statistics.ts'

const row = (statistic: string, tap: string, heads: (number | null)[] = [null]) => ({
  statistic,
  tap,
  layers: [0, 1],
  heads,
})
const measured: Measured = {
  steps: [0, 50],
  statistics: [
    row('mean-norm', 'hook_resid_post'),
    row('mean-norm', 'hook_resid_pre'),
    row('dirichlet-energy', 'attn.hook_pattern', [0, 1, 2]),
    row('of-another-version', 'a_tap'),
  ],
}
const named = (id: string) => catalogue.find((statistic) => statistic.id === id)!

describe('what was measured', () => {
  it('is listed as the catalogue has it, or by its id', () => {
    const [first, second, third] = measuredStatistics(measured, catalogue)
    expect(first).toEqual(named('mean-norm'))
    expect(second).toEqual(named('dirichlet-energy'))
    expect(third).toMatchObject({ id: 'of-another-version', name: 'of-another-version' })
  })
  it('is found by every word of a search, by family', () => {
    const found = searchStatistics(catalogue, 'MOMENTS norm')
    expect(found.map(({ id }) => id)).toContain('mean-norm')
    expect(byFamily(found).map(({ name }) => name)).toEqual(['Moments'])
    expect(searchStatistics(catalogue, 'norm nowhere-at-all')).toEqual([])
    expect(byFamily(catalogue).flatMap((family) => family.statistics)).toHaveLength(catalogue.length)
  })
  it('has taps in the order of the forward pass, and heads where it is measured by head', () => {
    expect(tapsOf(measured, 'mean-norm')).toEqual(['hook_resid_pre', 'hook_resid_post'])
    expect(headsOf(measured, 'dirichlet-energy', 'attn.hook_pattern')).toEqual([0, 1, 2])
    expect(headsOf(measured, 'mean-norm', 'hook_resid_post')).toEqual([])
  })
})

describe('settle', () => {
  it('begins with the preferred statistic where it was measured, else with the first', () => {
    expect(settle(measured, {}, { statistic: 'dirichlet-energy' })).toEqual({
      statistic: 'dirichlet-energy',
      tap: 'attn.hook_pattern',
      head: 'mean',
    })
    expect(settle(measured, {}, { statistic: 'not measured' })).toMatchObject({
      statistic: 'mean-norm',
      tap: 'hook_resid_post',
    })
    expect(settle({ steps: [], statistics: [] }, {})).toBeNull()
  })
  it('begins where it is preferred to', () =>
    expect(settle(measured, {}, { statistic: 'mean-norm', tap: 'hook_resid_pre' })).toMatchObject({
      tap: 'hook_resid_pre',
    }))
  it('keeps what was wanted as far as the new statistic has it', () => {
    const wanted = { statistic: 'mean-norm', tap: 'hook_resid_pre', head: 1 }
    expect(settle(measured, wanted)).toEqual({ ...wanted, head: 'mean' })
    expect(settle(measured, { ...wanted, statistic: 'dirichlet-energy' })).toEqual({
      statistic: 'dirichlet-energy',
      tap: 'attn.hook_pattern',
      head: 1,
    })
  })
  it('asks once for all heads', () => {
    const selection = { statistic: 'a', tap: 'b', head: 1 }
    expect(questionOf(selection)).toBe(questionOf({ ...selection, head: 2 }))
    expect(questionOf(selection)).not.toBe(questionOf({ ...selection, head: 'mean' }))
  })
})

describe('how colours run', () => {
  it('diverges from what the catalogue calls neutral, and from zero where both signs occur', () => {
    expect(neutralOf(named('global-expansion'))).toBe(1)
    expect(neutralOf(named('branch-cosine'))).toBe(0)
    expect(neutralOf({ ...named('mean-norm'), range: 'any' })).toBe(0)
    expect(neutralOf(named('mean-norm'))).toBeNull()
  })
  it('offers ratios for what is never negative and has no upper end', () => {
    expect(mayBeLogarithmic(named('mean-norm'))).toBe(true)
    expect(mayBeLogarithmic(named('norm-contraction'))).toBe(true)
    expect(mayBeLogarithmic(named('mean-direction-share'))).toBe(false)
    expect(mayBeLogarithmic(named('mean-channel-kurtosis'))).toBe(false)
  })
})

describe('taps', () => {
  it('stand in the order of the forward pass, unknown ones last', () => {
    expect(sortTaps(['z_tap', 'hook_resid_post', 'attn.hook_q', 'hook_resid_pre', 'attn.hook_q'])).toEqual([
      'hook_resid_pre',
      'attn.hook_q',
      'hook_resid_post',
      'z_tap',
    ])
    expect(tapMeaning('z_tap')).toBe('z_tap')
    expect(tapMeaning('attn.hook_q')).toBe('queries')
  })
})
