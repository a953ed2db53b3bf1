/** What a trainer process and the scheduler tell each other. */
import type { DeviceChoice, ErrorRecord, Run, RunConfiguration } from '../../shared/experiment.ts'

/** Everything that a trainer needs to know; it has no access to the store or the library. */
export interface TrainingTask {
  readonly configuration: RunConfiguration
  readonly attention: string
  readonly seed: number
  readonly device: DeviceChoice
  readonly threads: number
  /** The dataset's folder in the library. */
  readonly datasetFolder: string
  readonly vocabulary: number
}

export interface MetricPoint {
  readonly metric: string
  readonly step: number
  readonly value: number
}

/** Parts of the run's record that the trainer knows. */
export type RunProgress = Partial<
  Pick<
    Run,
    | 'device'
    | 'threads'
    | 'parameters'
    | 'state'
    | 'step'
    | 'trainLoss'
    | 'bestValidation'
    | 'lastValidation'
    | 'tokensPerSecond'
    | 'seconds'
    | 'etaSeconds'
  >
>

export type ToTrainer = { kind: 'start'; task: TrainingTask } | { kind: 'stop' }
export type FromTrainer =
  | { kind: 'report'; points: MetricPoint[]; progress: RunProgress }
  | { kind: 'ended'; state: 'finished' | 'stopped' }
  | { kind: 'ended'; state: 'failed' | 'diverged'; error: ErrorRecord }
