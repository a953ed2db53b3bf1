/** What the trainer and its measuring thread tell each other: prober.ts and worker.ts. */
import type { Measurement } from '../../../shared/statistics.ts'
import type { Failure } from '../../statistics/measuring/measure.ts'
import type { ProbedModel, Recorded } from '../../statistics/measuring/recording.ts'
import type { PackedProbe } from '../packedProbe.ts'
import type { HostTensors } from '../safetensors.ts'
import type { LastStep } from './lastStep.ts'

/** What the thread is started with: everything that is the same at every step. */
export interface MeasuringPlan {
  readonly model: ProbedModel
  /** T, tokens of a sequence. */
  readonly length: number
  /** The class and the sequence of every sampled token (n). */
  readonly labels: Int32Array
  readonly sequences: Int32Array
  /** Ids of the statistics. */
  readonly statistics: readonly string[]
  /** What is kept of the numbers themselves; absent where nothing is. */
  readonly kept?: KeptPlan
}

export interface KeptPlan {
  /** Of the sampled tokens, those whose hidden states are kept, by their place among them. */
  readonly tokens: Int32Array
  /** What is kept beside hidden states and maps, the same at every step: what was seen there. */
  readonly contents: HostTensors
}

export interface MeasuringWork {
  readonly step: number
  /** By `keyOf`; those named `first/…` and `second/…` are moments of the optimiser. */
  readonly arrays: Readonly<Record<string, Recorded>>
  /** The step that led here; absent at the beginning. */
  readonly lastStep?: LastStep
}

export interface Measured {
  readonly step: number
  readonly measurements: Measurement[]
  readonly probe?: PackedProbe
  /** Statistics that threw, each said once in a run. */
  readonly failures: Failure[]
}
