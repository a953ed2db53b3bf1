/** What the workbench and the process of an examination say to each other. */
import type { DatasetKind, ErrorRecord } from '../../../shared/experiment.ts'
import type { Health } from '../../../shared/health.ts'

export interface ExaminationTask {
  /** Of the dataset. */
  readonly folder: string
  readonly kind: DatasetKind
}

export type FromExamination = { kind: 'examined'; health: Health } | { kind: 'failed'; error: ErrorRecord }
