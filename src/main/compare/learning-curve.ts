/** What a whole validation curve says beside its best point: how low it is on average, and when it gets somewhere. */

export interface CurvePoint {
  readonly step: number
  readonly value: number
}

/**
 * The area under a curve from step `from` to step `to`, by the trapezoid rule, over the steps between: the mean value
 * over these steps, in the units of the curve. Null where the curve was not measured at both ends.
 */
export function areaUnder(curve: readonly CurvePoint[], from: number, to: number): number | null {
  const isWhole = curve[0]?.step === from && curve.at(-1)?.step === to
  const part = isWhole ? curve : curve.filter(({ step }) => step >= from && step <= to)
  if (from >= to || part[0]?.step !== from || part.at(-1)?.step !== to) return null
  let area = 0
  for (let i = 1; i < part.length; i++) {
    const [before, now] = [part[i - 1]!, part[i]!]
    area += ((now.step - before.step) * (before.value + now.value)) / 2
  }
  return area / (to - from)
}

/**
 * The first measured step whose value is at most `target`, or with a direction of −1 at least; null where it was never
 * reached. Nothing is interpolated.
 */
export function stepReaching(
  curve: readonly CurvePoint[],
  target: number,
  direction: 1 | -1 = 1,
): number | null {
  return curve.find(({ value }) => direction * value <= direction * target)?.step ?? null
}
