/** Mean, spread and Student t interval of a few measurements, such as one per seed. */
import { tQuantile } from './student-t.ts'

export interface Summary {
  mean: number
  /** Sample standard deviation (divisor n - 1); null below two values. */
  sd: number | null
  /** 95 % interval of the mean, mean -+ t(0.975, n - 1) sd / sqrt n; null below two values. */
  ci95: [low: number, high: number] | null
}

/** Of at least one value. */
export function summarise(values: readonly number[]): Summary {
  const count = values.length
  const mean = sum(values) / count
  if (count < 2) return { mean, sd: null, ci95: null }
  const sd = Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (count - 1))
  const half = (tQuantile(0.975, count - 1) * sd) / Math.sqrt(count)
  return { mean, sd, ci95: [mean - half, mean + half] }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
