/** Weights as they were before the last step of the optimiser, from what it left behind (../../engine/optimizer.ts). */

export interface LastStep {
  /** The numbers of `scheduleAt` of that step. */
  readonly stepSize: number
  readonly epsilon: number
  readonly keep: number
  /** Names of the parameters that decay. */
  readonly decayed: ReadonlySet<string>
}

/**
 * w ← keep·w − stepSize·m/(√v + epsilon), solved for the w on the right. To float32's rounding of w, which is a
 * thousandth of a usual step or less.
 */
export function weightsBefore(
  after: Float32Array,
  first: Float32Array,
  second: Float32Array,
  { stepSize, epsilon }: LastStep,
  keep: number,
): Float32Array {
  return after.map(
    (weight, index) => (weight + (stepSize * first[index]!) / (Math.sqrt(second[index]!) + epsilon)) / keep,
  )
}
