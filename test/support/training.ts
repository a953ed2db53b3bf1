/** Training as tests do it: a task over a small dataset, run here or in a process of its own, and what it left. */
import { fork } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { vi } from 'vitest'
import { readCheckpoint, type Checkpoint } from '../../src/main/training/checkpoint.ts'
import type { FromTrainer, Report, RunProgress, TrainingTask } from '../../src/main/training/messages.ts'
import { train } from '../../src/main/training/trainer.ts'
import { trainerFile } from '../../src/main/paths.ts'
import { presetAxes } from '../../src/shared/catalogue/variants.ts'
import { timeMetric, type Alert, type ConfusionMatrix, type TextSample } from '../../src/shared/experiment.ts'
import type { PackedProbe } from '../../src/main/training/packedProbe.ts'
import type { Measurement } from '../../src/shared/statistics.ts'
import { tinyConfiguration, type SmallDataset } from './dataset.ts'
import type { SmallImages } from './images.ts'

/** A checkpoint at every step that can be written, unless `changes` says otherwise. */
export const taskOf = (
  data: SmallDataset | SmallImages,
  name: string,
  changes: Partial<TrainingTask> = {},
): TrainingTask => ({
  configuration: tinyConfiguration,
  attention: 'standard',
  axes: presetAxes(changes.attention ?? 'standard'),
  seed: 0,
  device: 'cpu',
  threads: 2,
  dataset: data.dataset,
  datasetFolder: data.datasetFolder,
  recordedStep: 0,
  checkpoints: { folder: path.join(data.folder, 'runs', name), configuration: 'the hash', intervalMs: 0 },
  ...changes,
})

/** Those that are known and those that are new; of a step that is told again, the new ones. */
function renewed<Item extends { step: number }>(known: Item[], added: readonly Item[]): Item[] {
  const steps = new Set(added.map(({ step }) => step))
  return [...known.filter(({ step }) => !steps.has(step)), ...added]
}

/** What the store would hold after some reports: points by metric and step, what goes with a step, the run's values. */
export class Record {
  readonly points = new Map<string, number>()
  alerts: Alert[] = []
  confusions: ConfusionMatrix[] = []
  samples: TextSample[] = []
  measurements: Measurement[] = []
  probes: PackedProbe[] = []
  progress: RunProgress

  constructor(recordedStep = 0) {
    this.progress = { step: recordedStep }
  }

  take({ rewindTo, points, alerts, confusions, samples, measurements, probes, progress }: Report): void {
    if (rewindTo !== undefined) {
      for (const key of this.points.keys()) if (Number(key.split('@')[1]) > rewindTo) this.points.delete(key)
      const isBefore = ({ step }: { step: number }) => step <= rewindTo
      this.alerts = this.alerts.filter(isBefore)
      this.confusions = this.confusions.filter(isBefore)
      this.samples = this.samples.filter(isBefore)
      this.measurements = this.measurements.filter(isBefore)
      this.probes = this.probes.filter(isBefore)
      this.progress.step = Math.min(this.recordedStep, rewindTo)
    }
    for (const { metric, step, value } of points) this.points.set(`${metric}@${step}`, value)
    this.alerts.push(...alerts)
    this.confusions.push(...confusions)
    this.samples = renewed(this.samples, samples)
    this.measurements = renewed(this.measurements, measurements)
    this.probes = renewed(this.probes, probes)
    this.progress = { ...this.progress, ...progress }
  }

  get recordedStep(): number {
    return this.progress.step!
  }

  /** Every point but those of the clock, in an order that does not depend on when it was recorded. */
  get series(): [string, number][] {
    return [...this.points]
      .filter(([key]) => !key.startsWith(`${timeMetric}@`))
      .sort(([a], [b]) => (a < b ? -1 : 1))
  }
}

/**
 * Trains in this process, to the end or until exactly `stopAt` steps are done. A clock that leaps makes every step due
 * for a report; the stop is asked for when the step before it is reported.
 */
export async function trainHere(
  task: TrainingTask,
  { record = new Record(), stopAt = Infinity } = {},
): Promise<{ outcome: unknown; record: Record }> {
  const stopping = new AbortController()
  const clock = vi.spyOn(performance, 'now')
  let now = 0
  clock.mockImplementation(() => (now += 1000))
  const take = (report: Report) => {
    record.take(report)
    if ((report.progress.step ?? -1) >= stopAt - 1) stopping.abort()
  }
  const outcome = await train({ ...task, recordedStep: record.recordedStep }, take, stopping.signal).catch(
    (error: unknown) => error,
  )
  clock.mockRestore()
  return { outcome, record }
}

/** Trains in a trainer process, which is killed `killAfterMs` after it began to train. */
export function trainInProcess(
  task: TrainingTask,
  record: Record,
  killAfterMs?: number,
): Promise<FromTrainer | 'killed'> {
  return new Promise((resolve) => {
    const child = fork(trainerFile, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    let end: FromTrainer | 'killed' = 'killed'
    child.on('message', (message: FromTrainer) => {
      if (message.kind === 'ended') return void (end = message)
      record.take(message)
      if (message.progress.state === 'running' && killAfterMs !== undefined)
        setTimeout(() => child.kill('SIGKILL'), killAfterMs)
    })
    child.on('close', () => resolve(end))
    child.send({ kind: 'start', task: { ...task, recordedStep: record.recordedStep } })
  })
}

export const checkpointFiles = (task: TrainingTask): string[] =>
  fs.existsSync(task.checkpoints.folder) ? fs.readdirSync(task.checkpoints.folder).sort() : []

/** The regular checkpoint with the most steps. */
export function newest(task: TrainingTask): string {
  const name = checkpointFiles(task).findLast((file) => file.startsWith('step-'))
  return path.join(task.checkpoints.folder, name!)
}

/** Everything in the newest checkpoint that has to be the same for the same run: all but the wall time. */
export async function finalState(task: TrainingTask): Promise<Omit<Checkpoint, 'seconds'>> {
  const { seconds: _, ...content } = await readCheckpoint(newest(task))
  return content
}
