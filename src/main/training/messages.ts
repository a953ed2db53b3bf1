/** What a trainer process and the scheduler tell each other. */
import type { AttentionAxes } from '../../shared/attention.ts'
import type {
  Alert,
  ConfusionMatrix,
  Dataset,
  DeviceChoice,
  ErrorRecord,
  Run,
  RunConfiguration,
  TextSample,
} from '../../shared/experiment.ts'
import type { Measurement } from '../../shared/statistics.ts'
import type { CheckpointOptions } from './checkpoints.ts'
import type { PackedProbe } from './packedProbe.ts'

/** Everything that a trainer needs to know; it has no access to the store or the library. */
export interface TrainingTask {
  readonly configuration: RunConfiguration
  /** Id of the variant, and what it is. */
  readonly attention: string
  readonly axes: AttentionAxes
  readonly seed: number
  readonly device: DeviceChoice
  readonly threads: number
  readonly dataset: Dataset
  /** Its folder in the library. */
  readonly datasetFolder: string
  /**
   * Everything up to this step is recorded. Checkpoints of later steps are not used: what a killed trainer had not yet
   * said of the steps before them would be missing for good.
   */
  readonly recordedStep: number
  /** Where the run continues, if it has been there before, and keeps its state. */
  readonly checkpoints: CheckpointOptions
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
    | 'deviceDescription'
    | 'threads'
    | 'parameters'
    | 'operations'
    | 'state'
    | 'step'
    | 'trainLoss'
    | 'bestValidation'
    | 'lastValidation'
    | 'tokensPerSecond'
    | 'imagesPerSecond'
    | 'seconds'
    | 'etaSeconds'
    | 'error'
  >
>

export interface Report {
  /** Set where the run continues from this step: forget what was recorded after it, then take in the rest. */
  readonly rewindTo?: number
  readonly points: MetricPoint[]
  readonly alerts: Alert[]
  /** Of the evaluations since the last report, steps ascending; none where the data are text. */
  readonly confusions: ConfusionMatrix[]
  /** The same for texts sampled since then; none where the data are images. */
  readonly samples: TextSample[]
  /** Of the probes whose measuring has ended since then, steps ascending. */
  readonly measurements: Measurement[]
  /** What is kept of those probes. */
  readonly probes: PackedProbe[]
  readonly progress: RunProgress
}

/** `hold` and `go` make it wait before its next step, and go on: there is no room for what it would report. */
export type ToTrainer = { kind: 'start'; task: TrainingTask } | { kind: 'stop' | 'hold' | 'go' }
export type FromTrainer =
  | ({ kind: 'report' } & Report)
  /** `peakBytes`: the most memory that its process held. */
  | { kind: 'ended'; state: 'finished' | 'stopped'; peakBytes: number }
  | { kind: 'ended'; state: 'failed' | 'diverged'; error: ErrorRecord; peakBytes: number }
