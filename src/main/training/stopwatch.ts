/** Throughput and expected end of a run, from the times of its own steps, evaluations and sampled texts. */
import type { RunConfiguration } from '../../shared/experiment.ts'
import type { RunProgress } from './messages.ts'
import type { Throughput } from './objectives/objective.ts'

/** Weight of the newest step in the moving average of step times. */
const newest = 0.05

export interface Stopwatch {
  step<T>(work: () => Promise<T>): Promise<T>
  evaluation<T>(work: () => Promise<T>): Promise<T>
  /** What comes with an evaluation: the pause for it, not what goes on beside the steps. */
  probe<T>(work: () => Promise<T>): Promise<T>
  sample<T>(work: () => Promise<T>): Promise<T>
  /** @param step optimiser steps done */
  progress(
    step: number,
  ): Pick<RunProgress, 'tokensPerSecond' | 'imagesPerSecond' | 'etaSeconds'> & { seconds: number }
}

/** @param secondsBefore of the run, before it was taken up again */
export function createStopwatch(
  { steps, evaluationInterval, sampleInterval }: RunConfiguration,
  { rate, perStep }: Throughput,
  secondsBefore: number,
): Stopwatch {
  const started = performance.now()
  let stepMs: number | undefined
  let timedSteps = 0
  let totalStepMs = 0
  let evaluationMs = 0
  let probeMs = 0
  let sampleMs = 0
  async function timed<T>(work: () => Promise<T>, record: (ms: number) => void): Promise<T> {
    const start = performance.now()
    const result = await work()
    record(performance.now() - start)
    return result
  }
  return {
    step: (work) =>
      timed(work, (ms) => {
        stepMs = stepMs === undefined ? ms : stepMs + newest * (ms - stepMs)
        timedSteps++
        totalStepMs += ms
      }),
    evaluation: (work) => timed(work, (ms) => (evaluationMs = ms)),
    probe: (work) => timed(work, (ms) => (probeMs = ms)),
    sample: (work) => timed(work, (ms) => (sampleMs = ms)),
    progress(step) {
      const seconds = secondsBefore + (performance.now() - started) / 1000
      if (stepMs === undefined) return { seconds, [rate]: null, etaSeconds: null }
      /** What is still to happen every `interval` steps and at the last one. */
      const left = (interval: number) =>
        interval > 0 ? Math.ceil(steps / interval) - Math.floor(step / interval) : Number(step < steps)
      const breaksMs = left(evaluationInterval) * (evaluationMs + probeMs) + left(sampleInterval) * sampleMs
      return {
        seconds,
        // how fast it is while it runs, how fast it was when it has ended
        [rate]: (perStep * 1000) / (step < steps ? stepMs : totalStepMs / timedSteps),
        etaSeconds: ((steps - step) * stepMs + breaksMs) / 1000,
      }
    },
  }
}
