/** Values of statistics as they are written: of any magnitude, in few characters. */
import { unknown } from '../format.ts'

const plain = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 })
const scientific = new Intl.NumberFormat('en-US', { notation: 'scientific', maximumSignificantDigits: 4 })

/** Four significant digits: 0.0312, 12,340, "3.1 × 10⁻⁷". */
export function formatValue(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return unknown
  const size = Math.abs(value)
  if (value === 0 || (size >= 1e-3 && size < 1e6)) return plain.format(value).replace('-', '−')
  const [digits, exponent] = scientific.format(value).split('E')
  return `${digits!.replace('-', '−')} × 10${superscript(exponent!)}`
}

/** A spread has two digits that count: more say nothing. */
export const formatSpread = (sd: number): string => formatValue(Number(sd.toPrecision(2)))

const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const superscript = (exponent: string) =>
  [...exponent].map((digit) => (digit === '-' ? '⁻' : digits[Number(digit)]!)).join('')

/** An axis has room for fewer: "1.2e-7". */
export function formatTick(value: number): string {
  const size = Math.abs(value)
  if (value === 0 || (size >= 1e-3 && size < 1e5))
    return String(Number(value.toPrecision(6))).replace('-', '−')
  return value.toExponential(1).replace('.0e', 'e').replace('e+', 'e').replaceAll('-', '−')
}
