/** What runs take: what a run that is over tells of those to come, and what several take beside each other. */
import type { Dataset, Run, RunConfiguration } from '../../shared/experiment.ts'
import type { VariantEstimate } from '../../shared/queue.ts'
import type { Timing } from '../store/index.ts'
import { workloadHash } from './identity.ts'
import { laneOf, type Lane } from './queue.ts'

/** Evaluations of a run: before its first step, every so often, and at its last step. */
export const evaluationsOf = ({ steps, evaluationInterval }: RunConfiguration): number =>
  1 + Math.ceil(steps / evaluationInterval)

/** Tokens or images of a step. */
export const samplesPerStep = ({ batchSize, context }: RunConfiguration, { kind }: Pick<Dataset, 'kind'>) =>
  batchSize * (kind === 'text' ? context : 1)

/** What a finished run took; undefined where it does not say. What it did beside its steps counts as evaluation. */
export function timingOf(run: Run, dataset: Dataset): Timing | undefined {
  const rate = run.tokensPerSecond ?? run.imagesPerSecond
  const { device, threads, peakBytes, endedAt, configuration } = run
  if (run.state !== 'finished' || !rate || !device || !threads || !peakBytes || !endedAt) return undefined
  const stepMs = (1000 * samplesPerStep(configuration, dataset)) / rate
  const rest = Math.max(0, 1000 * run.seconds - run.steps * stepMs)
  return {
    workload: workloadHash({ configuration, axes: run.axes, dataset }),
    ...{ device, threads, stepMs, peakBytes },
    evaluationMs: rest / evaluationsOf(configuration),
    source: 'run',
    measuredAt: endedAt,
  }
}

/** Seconds of a run that is alone on its device. */
export const secondsAlone = (
  configuration: RunConfiguration,
  { stepMs, evaluationMs }: Pick<Timing, 'stepMs' | 'evaluationMs'>,
): number => (configuration.steps * stepMs + evaluationsOf(configuration) * evaluationMs) / 1000

/**
 * What runs take together: those on the graphics processor one after the other, the others so many at once as share the
 * cores, where they are slower if they have more threads than there are cores.
 * @param runs one entry per run
 * @param most runs that share the cores
 */
export function together(
  runs: readonly Pick<VariantEstimate, 'device' | 'threads' | 'seconds' | 'peakBytes' | 'source'>[],
  most: number,
  cores: number,
): { seconds: number; peakBytes: number } {
  const inLane = (lane: Lane) => runs.filter(({ device }) => laneOf(device) === lane)
  const largest = (its: typeof runs, count: number) =>
    sum(
      its
        .map(({ peakBytes }) => peakBytes)
        .sort((a, b) => b - a)
        .slice(0, count),
    )
  const [shared, alone] = [inLane('cores'), inLane('graphics')]
  const atOnce = Math.min(most, shared.length)
  const crowded = shared.map(({ threads, seconds, source }) =>
    // an earlier run was measured beside others already
    source === 'run' ? seconds : seconds * Math.max(1, (atOnce * threads) / cores),
  )
  return {
    // no run is shorter for being beside others
    seconds: Math.max(
      sum(crowded) / Math.max(1, atOnce),
      ...crowded,
      sum(alone.map(({ seconds }) => seconds)),
    ),
    peakBytes: largest(shared, most) + largest(alone, 1),
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
