/** What planned runs are expected to take: from earlier runs of the same size, or from a few steps that are tried. */
import os from 'node:os'
import type { DeviceSpeed, Estimate, VariantEstimate } from '../../shared/queue.ts'
import type { Dataset, DeviceChoice, Run } from '../../shared/experiment.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { Library } from '../datasets/library.ts'
import type { Store, Timing } from '../store/index.ts'
import { workloadHash } from '../training/identity.ts'
import { automaticConcurrency, threadsPerRun } from '../training/queue.ts'
import { secondsAlone, together } from '../training/timing.ts'
import { askForTrial } from '../training/trial/ask.ts'

export interface Estimates {
  /**
   * @param runs planned ones, of one dataset
   * @param measure whether to try what is not known; variants are tried one after the other
   * @throws WorkbenchError estimate-failed, or what makes such a run impossible
   */
  of(runs: readonly Run[], dataset: Dataset, measure: boolean): Promise<Estimate>
  /** Ends what is being tried. */
  close(): void
}

export function createEstimates(parts: {
  readonly store: Store
  readonly library: Library
  readonly ask?: typeof askForTrial
  readonly cores?: number
}): Estimates {
  const { store, library, ask = askForTrial, cores = os.availableParallelism() } = parts
  const closing = new AbortController()

  async function timingOf(run: Run, dataset: Dataset, threads: number, measure: boolean) {
    const workload = workloadHash({ ...run, dataset })
    const known = best(store.timings(workload), run, threads)
    if (known || !measure) return known
    const trial = await ask(
      {
        ...{ configuration: run.configuration, attention: run.attention, axes: run.axes },
        ...{ device: run.requestedDevice ?? 'auto', threads, dataset },
        datasetFolder: library.folder(dataset.id),
      },
      closing.signal,
    )
    const timing: Timing = { workload, ...trial, source: 'trial', measuredAt: new Date().toISOString() }
    store.writeTiming(timing)
    return timing
  }

  return {
    async of(runs, dataset, measure) {
      const most = store.setting('concurrency') ?? automaticConcurrency(cores)
      const threads = threadsPerRun(cores, runs.length, most)
      const variants = new Map<string, VariantEstimate>()
      const missing = new Set<string>()
      for (const run of runs) {
        const { attention, configuration } = run
        if (variants.has(attention) || missing.has(attention)) continue
        const timing = await timingOf(run, dataset, threads, measure)
        if (!timing) missing.add(attention)
        else
          variants.set(attention, {
            ...{ attention, device: timing.device, threads: timing.threads },
            ...{ stepMs: timing.stepMs, evaluationMs: timing.evaluationMs },
            seconds: secondsAlone(configuration, timing),
            ...{ peakBytes: timing.peakBytes, source: timing.source },
          })
      }
      const all = runs.flatMap(({ attention }) => variants.get(attention) ?? [])
      const [first] = runs
      const known = missing.size === 0 ? together(all, most, cores) : { seconds: null, peakBytes: null }
      return {
        variants: [...variants.values()],
        missing: [...missing],
        devices: first ? speedsOf(store.timings(workloadHash({ ...first, dataset })), threads) : [],
        ...known,
        memoryBytes: os.totalmem(),
      }
    },
    close() {
      closing.abort(new WorkbenchError('interrupted', 'A few steps were being tried.', 'Ask again.'))
    },
  }
}

/** Each device once: with as many threads as a run would have where that was measured. */
function speedsOf(timings: readonly Timing[], threads: number): DeviceSpeed[] {
  const names = [...new Set(timings.map(({ device }) => device))]
  const speeds = names.map((name) => best(timings, { requestedDevice: name as DeviceChoice }, threads)!)
  return speeds
    .map(({ device, threads, stepMs, source }) => ({ device, threads, stepMs, source }))
    .sort((a, b) => a.stepMs - b.stepMs)
}

/** Of the devices that a run may get, the fastest; on it, what was measured with as many threads where there is some. */
function best(
  timings: readonly Timing[],
  { requestedDevice }: Pick<Run, 'requestedDevice'>,
  threads: number,
): Timing | undefined {
  const possible = timings.filter(
    ({ device }) =>
      requestedDevice === device || ((requestedDevice ?? 'auto') === 'auto' && device !== 'reference'),
  )
  const fitting = possible.filter((timing) => timing.device !== 'cpu' || timing.threads === threads)
  return [...(fitting.length > 0 ? fitting : possible)].sort((a, b) => a.stepMs - b.stepMs)[0]
}
