/** Numbers as people read them. Every function takes the plain unit that its name or comment states. */

import { writeEscapes } from './escapes.ts'

/** Shown where a value is not known (yet). */
export const unknown = '–'

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** 804096 -> "804,096". */
export function formatCount(value: number | null): string {
  return value === null ? unknown : whole.format(value)
}

/** "1 run", "6 runs". */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`
}

/** "1,003,854 training and 111,540 validation tokens". */
export function describeSplit({
  kind,
  train,
  validation,
}: {
  kind: 'text' | 'images'
  train: number
  validation: number
}): string {
  const items = kind === 'text' ? 'tokens' : 'images'
  return `${formatCount(train)} training and ${formatCount(validation)} validation ${items}`
}

/** A loss in nats, four decimals: 2.4819. */
export function formatLoss(value: number | null): string {
  return value === null ? unknown : value.toFixed(4)
}

/** A signed difference of losses in nats, with a real minus: "+0.0120", "−0.0031". */
export function formatDifference(value: number): string {
  const digits = Math.abs(value).toFixed(4)
  if (Number(digits) === 0) return digits
  return (value < 0 ? '−' : '+') + digits
}

/** Bytes in decimal units, as file managers show them: 1115394 -> "1.1 MB". */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (unit < units.length - 1 && value >= (unit === 0 ? 1000 : 999.95)) {
    value /= 1000
    unit++
  }
  if (unit === 0) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  return `${value.toFixed(1)} ${units[unit]}`
}

/** Seconds as "42 s", "1 min 05 s" or "2 h 03 min". */
export function formatDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return unknown
  const total = Math.max(0, Math.round(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  if (total < 60) return `${total} s`
  if (total < 3600) return `${Math.floor(total / 60)} min ${two(total % 60)} s`
  const minutes = Math.round(total / 60)
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}

/** A probability: "0.031", or "< 0.001" where more digits would say nothing. */
export function formatProbability(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}

/** A setting as it is typed: 0.001 stays "0.001", 1e-8 stays "1e-8", a line break is "\\n". */
export function formatSetting(value: number | boolean | string): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return typeof value === 'string' ? writeEscapes(value) : String(value)
}

/** A share as a percentage with two decimals: 0.9612 -> "96.12 %". */
export function formatShare(value: number | null): string {
  return value === null ? unknown : `${(100 * value).toFixed(2)} %`
}

/** Local time of an ISO 8601 instant: "14:02" on the day of `now`, else "21 Nov, 14:02". */
export function formatInstant(iso: string, now: Date): string {
  const instant = new Date(iso)
  const time = instant.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  if (instant.toDateString() === now.toDateString()) return time
  const sameYear = instant.getFullYear() === now.getFullYear()
  const day = instant.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  })
  return `${day}, ${time}`
}
