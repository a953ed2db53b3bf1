/**
 * The queue: starts a trainer process for each run as cores allow, writes what it reports into the store, and sees to
 * it that a run always ends in a state that says why.
 */
import { fork, type ChildProcess } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { errorRecord, WorkbenchError } from '../../shared/errors.ts'
import { endedStates, type Run } from '../../shared/experiment.ts'
import type { Library } from '../datasets/library.ts'
import { trainerFile } from '../paths.ts'
import type { Store } from '../store/index.ts'
import { configurationHash } from './identity.ts'
import type { FromTrainer, ToTrainer, TrainingTask } from './messages.ts'

/** This many runs train at once at least: a comparison is watched side by side, and small models share cores well. */
const leastConcurrency = 4
/** A trainer that was asked to stop and has not after this many milliseconds is killed. */
const stopTimeoutMs = 20_000
/** The same, when the app itself is closing. */
const closeTimeoutMs = 10_000

export interface Scheduler {
  /** Runs in state 'queued' enter the queue in this order. One that has checkpoints continues from the last. */
  enqueue(runIds: readonly string[]): void
  /** Ends a run after its current step, with a checkpoint there. Resolves when it has ended. */
  stop(runId: string): Promise<Run>
  /** Ends every trainer; runs that had not ended become 'interrupted'. */
  close(): Promise<void>
}

export interface SchedulerOptions {
  readonly store: Store
  readonly library: Library
  /** Holds a folder of checkpoints per run, named by its id. */
  readonly runsFolder: string
  readonly onRunChanged: (run: Run) => void
}

interface ActiveRun {
  readonly child: ChildProcess
  readonly ended: Promise<Run>
}

/** Cores are divided between the runs that can train at once; each gets at least one thread. */
export function threadsPerRun(cores: number, runs: number): number {
  return Math.max(1, Math.floor(cores / Math.max(1, Math.min(runs, concurrencyOf(cores)))))
}
const concurrencyOf = (cores: number): number => Math.max(cores, leastConcurrency)

export function createScheduler({ store, library, runsFolder, onRunChanged }: SchedulerOptions): Scheduler {
  const cores = os.availableParallelism()
  const queue: string[] = []
  const active = new Map<string, ActiveRun>()
  let closed = false

  const update = (id: string, changes: Parameters<Store['updateRun']>[1]): Run => {
    const run = store.updateRun(id, changes)
    onRunChanged(run)
    return run
  }
  const end = (id: string, outcome: Outcome): Run =>
    update(id, { ...outcome, etaSeconds: null, endedAt: new Date().toISOString() })

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
      // the threads of its first start: another number would sum in another order
      threads: run.threads ?? threadsPerRun(cores, active.size + queue.length + 1),
      dataset,
      datasetFolder: library.folder(run.dataset),
      recordedStep: run.step,
      checkpoints: {
        folder: path.join(runsFolder, run.id),
        configuration: configurationHash({ ...run, dataset: dataset.sha256 }),
      },
    }
  }

  function start(run: Run): void {
    const task = taskOf(run)
    const child = fork(trainerFile, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let lastWords = ''
    child
      .stderr!.setEncoding('utf8')
      .on('data', (text: string) => (lastWords = (lastWords + text).slice(-2000)))

    const ended = new Promise<Run>((resolve) => {
      let outcome: Outcome | undefined
      child.on('message', (message: FromTrainer) => {
        if (message.kind === 'ended') {
          outcome = { state: message.state, error: 'error' in message ? message.error : null }
          return
        }
        if (message.rewindTo !== undefined) store.rewindRun(run.id, message.rewindTo)
        store.appendPoints(message.points.map((point) => ({ run: run.id, ...point })))
        store.appendAlerts(run.id, message.alerts)
        store.appendConfusions(run.id, message.confusions)
        store.appendSamples(run.id, message.samples)
        store.appendMeasurements(run.id, message.measurements)
        for (const probe of message.probes) store.appendProbe(run.id, probe, keptBytes(run))
        if (Object.keys(message.progress).length > 0 || message.alerts.length > 0)
          update(run.id, message.progress)
      })
      child.on('error', (error) => (outcome ??= { state: 'failed', error: errorRecord(error) }))
      child.on('close', (code, signal) => {
        active.delete(run.id)
        if (closed && (!outcome || outcome.state === 'stopped')) outcome = interrupted
        resolve(end(run.id, outcome ?? unexpectedEnd(code, signal, lastWords)))
        startNext()
      })
    })
    active.set(run.id, { child, ended })
    update(run.id, { state: 'preparing', startedAt: run.startedAt ?? new Date().toISOString() })
    child.send({ kind: 'start', task } satisfies ToTrainer)
  }

  function startNext(): void {
    while (!closed && active.size < concurrencyOf(cores) && queue.length > 0) {
      const run = store.run(queue.shift()!)
      if (run?.state !== 'queued') continue
      try {
        start(run)
      } catch (error) {
        end(run.id, { state: 'failed', error: errorRecord(error) })
      }
    }
  }

  /** Asks a trainer to stop after its step, and kills it when it does not. */
  async function stopTrainer({ child, ended }: ActiveRun, timeoutMs: number): Promise<Run> {
    if (child.connected) child.send({ kind: 'stop' } satisfies ToTrainer)
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    return ended.finally(() => clearTimeout(timer))
  }

  return {
    enqueue(runIds) {
      queue.push(...runIds)
      startNext()
    },

    async stop(runId) {
      const running = active.get(runId)
      if (running) return stopTrainer(running, stopTimeoutMs)
      const index = queue.indexOf(runId)
      if (index >= 0) queue.splice(index, 1)
      const run = store.run(runId)
      if (!run) throw new WorkbenchError('unknown-run', `There is no run ${runId}.`, 'List them with: runs')
      return endedStates.has(run.state) ? run : end(runId, { state: 'stopped', error: null })
    },

    async close() {
      closed = true
      const waiting = queue.splice(0)
      await Promise.all([...active.values()].map((running) => stopTrainer(running, closeTimeoutMs)))
      for (const id of waiting) end(id, interrupted)
    },
  }
}

/** The most that a run keeps of its probes. */
const keptBytes = ({ configuration }: Run): number => configuration.probeMegabytes * 1e6

type Outcome = Pick<Run, 'state' | 'error'>

const interrupted: Outcome = {
  state: 'interrupted',
  error: {
    code: 'interrupted',
    message: 'The workbench was closed while this run was training.',
    hint: 'Resume it: it continues from its last checkpoint.',
  },
}

function unexpectedEnd(
  code: number | null,
  signal: string | null,
  lastWords: string,
): Pick<Run, 'state' | 'error'> {
  const how = signal ? `by ${signal}` : `with code ${code}`
  const said = lastWords.trim().split('\n').at(-1)
  return {
    state: 'failed',
    error: {
      code: 'trainer-failed',
      message: `The trainer process ended unexpectedly ${how}${said ? `: ${said}` : ''}.`,
      hint:
        signal === 'SIGKILL'
          ? 'The system may have run out of memory: try a smaller batchSize or width.'
          : 'Resume the run; if it happens twice, please report it.',
    },
  }
}
