/** Everything of a run that depends on the kind of its data. The trainer knows neither texts nor images. */
import type { Device, DeviceState, Program } from '../../engine/program.ts'
import type { Kept } from '../../model/parameters.ts'
import type { FeedPlan } from '../feed/feed.ts'
import type { Probed } from '../probing/program.ts'
import type { Samples } from '../samples.ts'

export interface Objective {
  readonly model: Kept
  /** Inputs: what the feed gives and the optimiser's schedule. Results: loss and gradientNorm. */
  readonly trainingStep: Program
  readonly feed: FeedPlan
  readonly throughput: Throughput
  createValidator(device: Device): Promise<Validator>
  /** What statistics of hidden states are measured of. */
  readonly probed: Probed
  /** The texts that are sampled on the way; absent where the data are images. */
  readonly samples?: Samples
  close(): void
}

/** What a step sees, and under which name its rate is reported. */
export interface Throughput {
  readonly rate: 'tokensPerSecond' | 'imagesPerSecond'
  readonly perStep: number
}

export interface Measurement {
  /** Mean cross entropy in nats, per token or image. */
  readonly loss: number
  /** Share of images whose class was predicted. */
  readonly accuracy?: number
  /** `counts[label][prediction]`. */
  readonly confusion?: number[][]
}

export interface Validator {
  /** Always of the same items; undefined if `signal` was aborted on the way. */
  measure(state: DeviceState, signal: AbortSignal): Promise<Measurement | undefined>
}

/** Tokens per call of an evaluation program: large enough to fill the cores, small enough for any memory. */
export const tokensPerCall = 4096
