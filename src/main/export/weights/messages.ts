/** What the workbench asks a process to write of a run's weights, and what that says. */
import type { Dataset, ErrorRecord, Run } from '../../../shared/experiment.ts'
import type { ExportedCheckpoint } from '../../../shared/exports.ts'
import type { Provenance } from '../subject.ts'

export interface WeightTask {
  readonly format: 'safetensors' | 'onnx'
  readonly run: Run
  readonly provenance: Provenance
  readonly dataset: Dataset
  /** Its folder in the library. */
  readonly datasetFolder: string
  readonly checkpoint: ExportedCheckpoint
  /** Where the run keeps its checkpoints. */
  readonly checkpoints: string
  /** An existing folder, into which the files are written. */
  readonly folder: string
  /** Version of the program. */
  readonly app: string
}

export type FromWeightWriter = { kind: 'written'; files: string[] } | { kind: 'failed'; error: ErrorRecord }

/** Names of the files. */
export const safetensorsFile = 'model.safetensors'
export const configurationFile = 'config.json'
export const onnxFile = 'model.onnx'
