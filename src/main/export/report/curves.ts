/** The curves of a report: of every variant the mean over its seeds, at no more steps than a picture can show. */
import type { Subject } from '../subject.ts'
import type { ChartLine, ChartPoint } from './chart.ts'

/** Steps of a curve. */
const mostSteps = 300

/**
 * Steps are cut into equal ranges; of a run the mean over a range counts, and where there are few points every one of
 * them. A range is shown where every seed that has the metric at all has got so far.
 */
export function curvesOf(
  subject: Subject,
  metric: string,
  nameOf: (attention: string) => string,
): ChartLine[] {
  const { experiment, runs, records } = subject
  const lastStep = Math.max(1, ...runs.map(({ steps }) => steps))
  return experiment.attentions.flatMap((attention, place) => {
    const bySeed = runs
      .filter((run) => run.attention === attention)
      .map((run) => meansByRange(records.points(run.id, metric), lastStep))
      .filter((means) => means.size > 0)
    if (bySeed.length === 0) return []
    const steps = [...bySeed[0]!.keys()].filter((step) => bySeed.every((means) => means.has(step)))
    const points = steps.map((step): ChartPoint => {
      const values = bySeed.map((means) => means.get(step)!)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return { step, low: Math.min(...values), mean, high: Math.max(...values) }
    })
    return [{ name: nameOf(attention), place, points }]
  })
}

/** The mean of the finite values in every range of steps, by the last step of the range. */
function meansByRange(
  points: Iterable<readonly [step: number, value: number]>,
  lastStep: number,
): Map<number, number> {
  const size = Math.max(1, Math.ceil(lastStep / mostSteps))
  const ranges = new Map<number, { sum: number; count: number }>()
  for (const [step, value] of points) {
    if (!Number.isFinite(value)) continue
    const end = Math.min(lastStep, Math.ceil(step / size) * size)
    const range = ranges.get(end) ?? { sum: 0, count: 0 }
    ranges.set(end, { sum: range.sum + value, count: range.count + 1 })
  }
  return new Map([...ranges].map(([end, { sum, count }]) => [end, sum / count]))
}
