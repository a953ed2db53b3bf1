/**
 * The queue: starts a trainer process for each run as its device allows (queue.ts), writes what it reports into the
 * store, and sees to it that a run always ends in a state that says why (outcomes.ts).
 */
import os from 'node:os'
import path from 'node:path'
import { errorRecord, WorkbenchError } from '../../shared/errors.ts'
import { endedStates, type Run } from '../../shared/experiment.ts'
import type { Library } from '../datasets/library.ts'
import type { RunChanges, Store } from '../store/index.ts'
import { configurationHash, datasetIdentity } from './identity.ts'
import type { Report, TrainingTask } from './messages.ts'
import { failed, interruptedAs, paused, stopped, type Outcome } from './outcomes.ts'
import { automaticConcurrency, nextRun, threadsPerRun } from './queue.ts'
import { timingOf } from './timing.ts'
import { startTrainer, type TrainerProcess } from './trainerProcess.ts'
import { createWriting } from './writing.ts'
import { linesOf } from './logLines.ts'

/** A trainer that was asked to stop and has not after this many milliseconds is killed. */
const stopTimeoutMs = 20_000
/** The same, when the app itself is closing. */
const closeTimeoutMs = 10_000

export interface Scheduler {
  /** Runs in state 'queued' enter the queue; the store has their order. One that has checkpoints continues from the last. */
  enqueue(runIds: readonly string[]): void
  /** Ends a run after its current step, with a checkpoint there. Resolves when it has ended. */
  stop(runId: string): Promise<Run>
  /** The same, to go on later: it becomes 'paused'. One that waits is taken out of the queue. */
  pause(runId: string): Promise<Run>
  /** Looks whether something can start: the order, or how many run at once, may have been changed in the store. */
  wake(): void
  /** Ends every trainer; runs that had not ended become 'interrupted'. */
  close(): Promise<void>
}

export interface SchedulerOptions {
  readonly store: Store
  readonly library: Library
  /** Holds a folder of checkpoints per run, named by its id. */
  readonly runsFolder: string
  readonly onRunChanged: (run: Run) => void
  /** Least time between two regular checkpoints of a run; absent: as checkpoints.ts has it. */
  readonly checkpointIntervalMs?: number
}

interface ActiveRun {
  /** As the store has it, unless it lacks room. */
  run: Run
  readonly trainer: TrainerProcess
  readonly ended: Promise<Run>
  /** What a person asked to become of it. */
  wanted: Outcome
}

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { store, library, runsFolder, onRunChanged, checkpointIntervalMs } = options
  const cores = os.availableParallelism()
  /** Queued runs of this process. */
  const waiting = new Set<string>()
  const active = new Map<string, ActiveRun>()
  let closed = false

  const writing = createWriting(
    (error) => {
      for (const running of active.values()) {
        running.trainer.tell(error ? 'hold' : 'go')
        // it cannot be written down, but it can be told
        const { run } = running
        onRunChanged(error ? { ...run, error: errorRecord(error), etaSeconds: null } : run)
        if (!error)
          tryWriting(() =>
            store.appendLog(run.id, [{ step: run.step, kind: 'note', message: waitedForRoom }]),
          )
      }
      if (!error) startNext()
    },
    (error) => console.error('What a trainer reported could not be written:', error),
  )

  /** For what nobody waits for: what goes wrong is said, and takes nothing else down. */
  function tryWriting(work: () => void): void {
    try {
      writing.write(work)
    } catch (error) {
      console.error('The end of a run could not be written:', error)
    }
  }

  function update(id: string, changes: RunChanges): Run {
    const run = store.updateRun(id, changes)
    const running = active.get(id)
    if (running) running.run = run
    onRunChanged(run)
    return run
  }
  const end = (id: string, outcome: Outcome, more: RunChanges = {}): Run =>
    update(id, { ...outcome, ...more, etaSeconds: null, endedAt: new Date().toISOString() })

  const concurrency = (): number => store.setting('concurrency') ?? automaticConcurrency(cores)

  function taskOf(run: Run): TrainingTask {
    const dataset = library.dataset(run.dataset)
    if (!dataset)
      throw new WorkbenchError(
        'unknown-dataset',
        `The dataset ${run.dataset} of run ${run.id} is no longer in the library.`,
        'Import it again and start the run anew.',
      )
    return {
      configuration: run.configuration,
      attention: run.attention,
      axes: run.axes,
      seed: run.seed,
      device: (run.device ?? 'auto') as TrainingTask['device'],
      threads: run.threads ?? threadsPerRun(cores, 1, concurrency()),
      dataset,
      datasetFolder: library.folder(run.dataset),
      recordedStep: run.step,
      checkpoints: {
        folder: path.join(runsFolder, run.id),
        configuration: configurationHash({ ...run, dataset: datasetIdentity(dataset) }),
        ...(checkpointIntervalMs !== undefined && { intervalMs: checkpointIntervalMs }),
      },
    }
  }

  function record(run: Run, report: Report): void {
    if (report.rewindTo !== undefined) store.rewindRun(run.id, report.rewindTo)
    store.appendPoints(report.points.map((point) => ({ run: run.id, ...point })))
    store.appendAlerts(run.id, report.alerts)
    store.appendLog(run.id, linesOf(report, run))
    store.appendConfusions(run.id, report.confusions)
    store.appendSamples(run.id, report.samples)
    store.appendMeasurements(run.id, report.measurements)
    for (const probe of report.probes) store.appendProbe(run.id, probe, keptBytes(run))
    if (Object.keys(report.progress).length === 0 && report.alerts.length === 0) return
    const found = run.device === null && typeof report.progress.device === 'string'
    update(run.id, report.progress)
    if (found) startNext() // others waited for where it would train
  }

  function start(run: Run): void {
    const writeOutput = (message: string) => {
      const { step } = active.get(run.id)?.run ?? run
      tryWriting(() => store.appendLog(run.id, [{ step, kind: 'output', message }]))
    }
    const trainer = startTrainer(
      taskOf(run),
      (report) => {
        try {
          writing.write(() => record(active.get(run.id)?.run ?? run, report))
        } catch (error) {
          running.wanted = failed(errorRecord(error))
          trainer.kill()
        }
      },
      writeOutput,
    )
    const ended = trainer.ended.then(({ outcome, peakBytes }) => {
      active.delete(run.id)
      const { wanted } = running
      const died = peakBytes === null
      const isInterrupted = closed && wanted === stopped && (died || outcome.state === 'stopped')
      const asked = outcome.state === 'stopped' || wanted.state === 'failed' ? wanted : outcome
      let final = running.run
      tryWriting(() => {
        final = end(run.id, isInterrupted ? interruptedAs(running.run) : asked, died ? {} : { peakBytes })
        const dataset = library.dataset(run.dataset)
        const timing = dataset && timingOf(final, dataset)
        if (timing) store.writeTiming(timing)
        startNext()
      })
      return final
    })
    const running: ActiveRun = { run, trainer, ended, wanted: stopped }
    active.set(run.id, running)
    update(run.id, { state: 'preparing', startedAt: run.startedAt ?? new Date().toISOString() })
  }

  /** The device that another run of an experiment found for itself. */
  const decided = (experiment: string): string | undefined =>
    store.runs({ experiment }).findLast((run) => run.requestedDevice === 'auto' && run.device !== null)
      ?.device ?? undefined

  function startNext(): void {
    while (!closed && !writing.full && waiting.size > 0) {
      const queued = store.queuedRuns().filter(({ id }) => waiting.has(id))
      const run = nextRun(
        queued,
        [...active.values()].map((running) => running.run),
        concurrency(),
        decided,
      )
      if (!run) return
      waiting.delete(run.id)
      try {
        start(run)
      } catch (error) {
        end(run.id, failed(errorRecord(error)))
      }
    }
  }

  /** Asks a trainer to stop after its step, and kills it when it does not. */
  async function endTrainer({ trainer, ended }: ActiveRun, timeoutMs: number): Promise<Run> {
    trainer.tell('stop')
    const timer = setTimeout(() => trainer.kill(), timeoutMs)
    return ended.finally(() => clearTimeout(timer))
  }

  async function endAs(runId: string, outcome: Outcome): Promise<Run> {
    const running = active.get(runId)
    if (running) {
      running.wanted = outcome
      return endTrainer(running, stopTimeoutMs)
    }
    waiting.delete(runId)
    const run = store.run(runId)
    if (!run) throw new WorkbenchError('unknown-run', `There is no run ${runId}.`, 'List them with: runs')
    const isOver = run.state === outcome.state || (endedStates.has(run.state) && run.state !== 'paused')
    return isOver ? run : end(runId, outcome)
  }

  return {
    enqueue(runIds) {
      for (const id of runIds) waiting.add(id)
      // Decided for all of them now, not when one happens to start: another number would sum in another order.
      const threads = threadsPerRun(cores, active.size + waiting.size, concurrency())
      for (const id of runIds) if (store.run(id)?.threads === null) update(id, { threads })
      startNext()
    },
    stop: (runId) => endAs(runId, stopped),
    pause: (runId) => endAs(runId, paused),
    wake: startNext,
    async close() {
      closed = true
      const left = [...waiting]
      waiting.clear()
      await Promise.all([...active.values()].map((running) => endTrainer(running, closeTimeoutMs)))
      for (const id of left) tryWriting(() => void end(id, interruptedAs(store.run(id)!)))
      writing.close()
    },
  }
}

const waitedForRoom = 'It waited for room on the disk, without losing anything, and goes on.'

/** The most that a run keeps of its probes. */
const keptBytes = ({ configuration }: Run): number => configuration.probeMegabytes * 1e6
