/** Notices when the training loss jumps. It judges, it does not intervene: divergence is the trainer's business. */

/** Losses that a new one is compared with, and the fewest steps between two alerts. */
export const spikeWindow = 128
/**
 * A spike is this many standard deviations above the mean of the window. Normally distributed losses get there once in
 * a billion steps; while the loss still falls, the fall widens the deviation, which makes alerts rarer.
 */
export const spikeThreshold = 6

/** Everything that a detector remembers, for checkpoints. */
export interface SpikeState {
  /** The latest losses, oldest first. */
  readonly losses: readonly number[]
  /** No alert up to this step. */
  readonly quietUntil: number
}

export interface SpikeDetector {
  /** Takes the finite loss of a step; the text of an alert where it is a spike. */
  observe(step: number, loss: number): string | undefined
  readonly state: SpikeState
}

export function createSpikeDetector({ losses: before, quietUntil: quiet }: SpikeState): SpikeDetector {
  const losses = [...before]
  let quietUntil = quiet
  function judge(step: number, loss: number): string | undefined {
    if (losses.length < spikeWindow || step <= quietUntil) return undefined
    const mean = losses.reduce((sum, value) => sum + value, 0) / losses.length
    const variance = losses.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (losses.length - 1)
    const score = (loss - mean) / Math.sqrt(variance)
    if (!(score > spikeThreshold)) return undefined
    quietUntil = step + spikeWindow
    return (
      `The training loss jumped to ${loss.toFixed(4)} at step ${step}: ` +
      `${score.toFixed(1)} standard deviations above the mean ${mean.toFixed(4)} of the ${spikeWindow} steps before.`
    )
  }
  return {
    observe(step, loss) {
      const alert = judge(step, loss)
      losses.push(loss)
      if (losses.length > spikeWindow) losses.shift()
      return alert
    },
    get state() {
      return { losses: [...losses], quietUntil }
    },
  }
}
