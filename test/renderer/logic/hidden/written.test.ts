import { describe, expect, it } from 'vitest'
import { writeCsv } from '../../../../src/renderer/logic/csv.ts'
import { formatTick, formatValue } from '../../../../src/renderer/logic/hidden/format.ts'

describe('formatValue', () => {
  it('has four significant digits', () => {
    expect(formatValue(0.0312345)).toBe('0.03123')
    expect(formatValue(12345.6)).toBe('12,350')
    expect(formatValue(0)).toBe('0')
    expect(formatValue(-1.5)).toBe('−1.5')
  })
  it('has a power of ten where zeros would hide the digits', () => {
    expect(formatValue(3.14159e-7)).toBe('3.142 × 10⁻⁷')
    expect(formatValue(-2e12)).toBe('−2 × 10¹²')
  })
  it('has a dash for what is not defined', () => {
    expect(formatValue(null)).toBe('–')
    expect(formatValue(NaN)).toBe('–')
  })
})

describe('formatTick', () => {
  it('is short', () => {
    expect([0, 0.25, -5, 2e6, 1.5e-7].map(formatTick)).toEqual(['0', '0.25', '−5', '2e6', '1.5e−7'])
  })
})

describe('writeCsv', () => {
  it('quotes what needs it, and leaves empty what is not defined', () => {
    const rows = [['a, "b"', 0.1], ['c', null], ['d', NaN]] // prettier-ignore
    expect(writeCsv({ header: ['name', 'value'], rows })).toBe('name,value\r\n"a, ""b""",0.1\r\nc,\r\nd,\r\n')
  })
})
