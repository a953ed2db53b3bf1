/** What the crosshair reads at a step: one value per line, where the line has one. */
import { nearestIndex } from './aggregate.ts'
import type { MetricLine, ReferenceLine } from './metricChart.ts'
import type { AxisSpan } from './zoom.ts'

export interface Reading {
  id: string
  /** The step of the point that is read: other than the one asked for where the line has its points elsewhere. */
  at: number
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
  [first, last]: AxisSpan,
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
export function readLines(lines: readonly Pick<MetricLine, 'id' | 'curve'>[], step: number): Reading[] {
  return lines.map(({ id, curve }) => {
    const index = nearestIndex(curve.steps, step)
    const at = curve.steps[index]
    const spacing = Math.abs((curve.steps[index + 1] ?? curve.steps[index - 1] ?? step) - (at ?? step))
    if (at === undefined || !(curve.count[index]! > 0) || Math.abs(at - step) > spacing / 2)
      return { id, at: step, mean: null, lower: NaN, upper: NaN, seeds: 0 }
    return {
      id,
      at,
      mean: curve.mean[index]!,
      lower: curve.lower[index]!,
      upper: curve.upper[index]!,
      seeds: curve.count[index]!,
    }
  })
}

/** What single seeds have there, by the line that they belong to; those that have not come so far are left out. */
export const readSeeds = (lines: readonly MetricLine[], step: number): ReadonlyMap<string, SeedReading[]> =>
  new Map(
    lines.map(({ id, seeds = [] }) => [
      id,
      seeds.flatMap(({ run, seed, curve }) => {
        const { mean } = readLines([{ id: run, curve }], step)[0]!
        return mean === null ? [] : [{ seed, value: mean }]
      }),
    ]),
  )
export interface SeedReading {
  seed: number
  value: number
}

/** What curves from elsewhere have there: between two of their points on the line between them; null beyond their ends. */
export const readReferences = (
  references: readonly ReferenceLine[],
  step: number,
): { id: string; name: string; value: number | null }[] =>
  references.map(({ id, name, points }) => {
    const after = points.findIndex(([place]) => place >= step)
    const [before, next] = [points[after - 1], points[after]]
    if (!next || (!before && next[0] > step)) return { id, name, value: null }
    if (!before || next[0] === step) return { id, name, value: next[1] }
    const share = (step - before[0]) / (next[0] - before[0])
    return { id, name, value: before[1] + share * (next[1] - before[1]) }
  })

/** The next step with a point, to the right (+1) or to the left (-1) of `step`; `step` itself at the end. */
export function neighbourStep(
  lines: readonly MetricLine[],
  step: number | null,
  direction: 1 | -1,
  [first, last]: AxisSpan,
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
