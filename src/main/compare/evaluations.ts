/** Which value of a run is compared: of its validation curve the best, the last, or the one after some step. */
import type { ComparisonMetric, ComparisonPlace } from '../../shared/comparison.ts'
import type { Run, Validation } from '../../shared/experiment.ts'
import type { CurvePoint } from './learning-curve.ts'

export interface EvaluatedRun {
  readonly run: Run
  /** Steps ascending, at least one; no loss that is not a number. */
  readonly evaluations: readonly Validation[]
}
export interface Chosen {
  readonly metric: ComparisonMetric
  readonly at: ComparisonPlace
}

/** 1 where smaller is better, −1 where larger is. */
export const directionOf = (metric: ComparisonMetric): 1 | -1 => (metric === 'loss' ? 1 : -1)

/** The curves that were asked for: a comparison asks for the same ones many times, and they may be long. */
const curves = new WeakMap<EvaluatedRun, Partial<Record<ComparisonMetric, readonly CurvePoint[]>>>()

export function curveOf(evaluated: EvaluatedRun, metric: ComparisonMetric): readonly CurvePoint[] {
  const known = curves.get(evaluated) ?? {}
  curves.set(evaluated, known)
  return (known[metric] ??= evaluated.evaluations.flatMap(({ step, [metric]: value }) =>
    value === undefined ? [] : { step, value },
  ))
}

/** The first of the best ones; null of an empty curve, and where nothing was measured after that step. */
export function valueAt(curve: readonly CurvePoint[], { metric, at }: Chosen): CurvePoint | null {
  if (at === 'last') return curve.at(-1) ?? null
  if (at !== 'best') return curve.find(({ step }) => step === at) ?? null
  const direction = directionOf(metric)
  return curve.reduce<CurvePoint | null>(
    (best, point) => (best && direction * point.value >= direction * best.value ? best : point),
    null,
  )
}

/** What counts of a run. One that diverged has no last value: it ended on a loss that is not a number. */
export const measure = (evaluated: EvaluatedRun, chosen: Chosen): CurvePoint | null =>
  hasPlace(evaluated, chosen) ? valueAt(curveOf(evaluated, chosen.metric), chosen) : null

const hasPlace = ({ run }: EvaluatedRun, { at }: Chosen) => at !== 'last' || run.state !== 'diverged'

export interface Pair {
  readonly seed: number
  /** Of the first run minus the second. */
  readonly difference: number
  /** The step up to which they are compared, where one of them got further; else null. */
  readonly shortenedTo: number | null
}

/**
 * Two runs of one seed over the evaluations that both have, so that neither is compared with less training than the other:
 * a run that was stopped at step 200 is held against what the other was by step 200. Null where there is nothing to compare.
 */
export function pairOf(first: EvaluatedRun, second: EvaluatedRun, chosen: Chosen): Pair | null {
  if (!hasPlace(first, chosen) || !hasPlace(second, chosen)) return null
  const [a, b] = [curveOf(first, chosen.metric), curveOf(second, chosen.metric)]
  const [sharedOfA, sharedOfB] = sharedSteps(a, b)
  const [own, others] = [valueAt(sharedOfA, chosen), valueAt(sharedOfB, chosen)]
  if (!own || !others) return null
  const last = sharedOfA.at(-1)!.step
  const isShortened = typeof chosen.at === 'string' && last < Math.max(a.at(-1)!.step, b.at(-1)!.step)
  return {
    seed: first.run.seed,
    difference: own.value - others.value,
    shortenedTo: isShortened ? last : null,
  }
}

type Curve = readonly CurvePoint[]
/** Two curves at the steps that both have. */
function sharedSteps(a: Curve, b: Curve): [Curve, Curve] {
  if (a.length === b.length && a.every(({ step }, index) => step === b[index]!.step)) return [a, b]
  const having = (curve: Curve, other: Curve) => {
    const steps = new Set(other.map(({ step }) => step))
    return curve.filter(({ step }) => steps.has(step))
  }
  return [having(a, b), having(b, a)]
}
