/** What the workbench asks of a checkpoint, and what the process that answers says. */
import type { AttentionAxes } from '../../../shared/attention.ts'
import type { Prediction, SampledText } from '../../../shared/contract.ts'
import type { Dataset, DeviceChoice, ErrorRecord, RunConfiguration } from '../../../shared/experiment.ts'
import type { GivenFile } from '../../datasets/importers/source.ts'
import type { Choice } from '../sampling.ts'

export interface Question {
  readonly run: string
  readonly configuration: RunConfiguration
  readonly axes: AttentionAxes
  readonly dataset: Dataset
  /** Its folder in the library. */
  readonly datasetFolder: string
  readonly checkpoint: 'best' | 'last'
  /** Where the run keeps its checkpoints. */
  readonly checkpoints: string
  readonly device: DeviceChoice
  readonly threads: number
  readonly wanted: WantedText | WantedClasses
}

export interface WantedText extends Choice {
  readonly kind: 'text'
  readonly prompt: string
  readonly tokens: number
  readonly seed: number
}

export interface WantedClasses {
  readonly kind: 'classes'
  /** Files and folders of images; none: the validation split. */
  readonly images: readonly GivenFile[]
}

export type Answer<Wanted extends Question['wanted']['kind']> = {
  text: SampledText
  classes: Prediction
}[Wanted]

export type FromInference =
  | { kind: 'text'; text: string }
  | { kind: 'answer'; answer: SampledText | Prediction }
  | { kind: 'failed'; error: ErrorRecord }
