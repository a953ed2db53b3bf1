import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatDifference,
  formatDuration,
  formatInstant,
  formatLoss,
  formatPlural,
  formatProbability,
  formatSetting,
  unknown,
} from '../../../src/renderer/logic/format.ts'

describe('numbers for people', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [1115394, '1.1 MB'],
    [999_999, '1.0 MB'],
    [3.2e12, '3.2 TB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [65, '1 min 05 s'],
    [3599, '59 min 59 s'],
    [3600, '1 h 00 min'],
    [7380, '2 h 03 min'],
    [3599.7 + 3600, '2 h 00 min'],
  ])('%d seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text))

  it.each([null, Infinity, NaN])('a duration of %s is unknown', (seconds) =>
    expect(formatDuration(seconds)).toBe(unknown),
  )

  it.each([
    [0.012, '+0.0120'],
    [-0.0031, '−0.0031'],
    [0, '0.0000'],
    [-0.00001, '0.0000'],
  ])('a difference of %d is %s', (value, text) => expect(formatDifference(value)).toBe(text))

  it('groups thousands, keeps four decimals of a loss and says when nothing is known', () => {
    expect(formatCount(804096)).toBe('804,096')
    expect(formatLoss(2.48187)).toBe('2.4819')
    expect([formatCount(null), formatLoss(null)]).toEqual([unknown, unknown])
  })

  it('writes singular and plural', () => {
    expect([formatPlural(1, 'run'), formatPlural(2, 'run')]).toEqual(['1 run', '2 runs'])
  })

  it('never rounds a probability to zero', () => {
    expect([formatProbability(0.0312), formatProbability(0.0001)]).toEqual(['0.031', '< 0.001'])
  })

  it('writes settings as they are typed', () => {
    expect([0.001, 1e-8, true, false, '\n'].map(formatSetting)).toEqual(['0.001', '1e-8', 'on', 'off', '\\n'])
  })

  it('leaves out the day of today and the year of this year', () => {
    const now = new Date(2026, 10, 22, 15, 0)
    const at = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString()
    expect(formatInstant(at(2026, 10, 22, 14, 2), now)).toBe('14:02')
    expect(formatInstant(at(2026, 10, 21, 14, 2), now)).toBe('21 Nov, 14:02')
    expect(formatInstant(at(2025, 10, 21, 14, 2), now)).toBe('21 Nov 2025, 14:02')
  })
})
