/** What the crosshair reads at a step: one value per line, where the line has one. */
import { nearestIndex } from './aggregate.ts'
import type { MetricLine } from './metricChart.ts'

export interface Reading {
  id: string
  /** In the unit of the chart; null where no seed has reached the step. */
  mean: number | null
  lower: number
  upper: number
  seeds: number
}

/** The step nearest to `step` at which any line within the range has a point; null when none has. */
export function snapToStep(
  lines: readonly MetricLine[],
  step: number,
  [first, last]: [number, number],
): number | null {
  let nearest: number | null = null
  for (const { curve } of lines) {
    const steps = curve.steps.filter((candidate) => candidate >= first && candidate <= last)
    const candidate = steps[nearestIndex(steps, step)]
    if (candidate === undefined) continue
    if (nearest === null || Math.abs(candidate - step) < Math.abs(nearest - step)) nearest = candidate
  }
  return nearest
}

/** The nearest point of each line, as long as it is no further than half the way to its neighbours. */
export function readLines(lines: readonly MetricLine[], step: number): Reading[] {
  return lines.map(({ id, curve }) => {
    const index = nearestIndex(curve.steps, step)
    const at = curve.steps[index]
    const spacing = Math.abs((curve.steps[index + 1] ?? curve.steps[index - 1] ?? step) - (at ?? step))
    if (at === undefined || !(curve.count[index]! > 0) || Math.abs(at - step) > spacing / 2)
      return { id, mean: null, lower: NaN, upper: NaN, seeds: 0 }
    return {
      id,
      mean: curve.mean[index]!,
      lower: curve.lower[index]!,
      upper: curve.upper[index]!,
      seeds: curve.count[index]!,
    }
  })
}

/** The next step with a point, to the right (+1) or to the left (-1) of `step`; `step` itself at the end. */
export function neighbourStep(
  lines: readonly MetricLine[],
  step: number | null,
  direction: 1 | -1,
  [first, last]: [number, number],
): number | null {
  const steps = [...new Set(lines.flatMap(({ curve }) => curve.steps))]
    .filter((candidate) => candidate >= first && candidate <= last)
    .sort((a, b) => a - b)
  if (step === null) return (direction === 1 ? steps[0] : steps.at(-1)) ?? null
  return (
    (direction === 1
      ? steps.find((candidate) => candidate > step)
      : steps.findLast((candidate) => candidate < step)) ?? step
  )
}
