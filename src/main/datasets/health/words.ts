/** Numbers within the sentences of findings. */
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** 12345 -> "12,345". */
export const countOf = (value: number): string => whole.format(value)

/** "1 token", "12 tokens". */
export const plural = (count: number, singular: string, several = `${singular}s`): string =>
  `${countOf(count)} ${count === 1 ? singular : several}`

/** Of a whole that is not 0: "12.5 %", and never "0 %" or "100 %" where it is not exactly that. */
export function shareOf(part: number, total: number): string {
  const percent = (100 * part) / total
  if (part === 0 || part === total) return `${percent} %`
  if (percent < 0.01) return 'less than 0.01 %'
  if (percent > 99.99) return 'more than 99.99 %'
  return `${percent < 1 ? percent.toFixed(2) : percent.toFixed(1)} %`
}
