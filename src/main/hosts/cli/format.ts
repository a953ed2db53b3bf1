/** Numbers as a terminal shows them. Losses are in nats per token or image, durations in seconds. */
import { waitsForRoom, type Run } from '../../../shared/experiment.ts'

/** Shown where a value is not known (yet). */
export const unknown = '–'

/** 804096 -> "804,096". */
export function formatCount(value: number | null, decimals = 0): string {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  return value === null ? unknown : value.toLocaleString('en-US', digits)
}

export function formatLoss(value: number | null): string {
  return value === null || Number.isNaN(value) ? unknown : value.toFixed(4)
}

/** A share as a percentage: 0.9612 -> "96.12 %". */
export function formatAccuracy(share: number): string {
  return `${(100 * share).toFixed(2)} %`
}

/** With three digits that count: "20 epochs", "0.0229 epochs". */
export const formatEpochs = (epochs: number): string =>
  `${epochs.toLocaleString('en-US', { maximumSignificantDigits: 3 })} epochs`

/** "9,812 tokens/s", "812 images/s", or nothing where it is not known. */
export function formatRate({ tokensPerSecond, imagesPerSecond }: Run): string {
  if (imagesPerSecond !== null) return `${formatCount(imagesPerSecond)} images/s`
  return tokensPerSecond === null ? '' : `${formatCount(tokensPerSecond)} tokens/s`
}

/** Bytes in decimal units: 1115394 -> "1.1 MB". */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  const unit = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3))
  return unit === 0 ? `${Math.round(bytes)} bytes` : `${(bytes / 1000 ** unit).toFixed(1)} ${units[unit]}`
}

/** With a sign, and a real minus: "+0.0120", "−0.0031". */
export function formatDifference(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`
}

/** "0:42", "12:05", "2:03:09". */
export function formatDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return unknown
  const whole = Math.max(0, Math.round(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`
}

/** An ISO 8601 instant as local date and time: "2026-11-22 06:15". */
export function formatInstant(iso: string): string {
  const instant = new Date(iso)
  const two = (value: number) => String(value).padStart(2, '0')
  const date = [instant.getFullYear(), two(instant.getMonth() + 1), two(instant.getDate())].join('-')
  return `${date} ${two(instant.getHours())}:${two(instant.getMinutes())}`
}

/** "1 run", "6 runs". */
export function formatPlural(count: number, singular: string): string {
  return `${formatCount(count)} ${singular}${count === 1 ? '' : 's'}`
}

/** "running", or that it waits for room on the disk. */
export const describeRunState = (run: Run): string => (waitsForRoom(run) ? 'waits for room' : run.state)
