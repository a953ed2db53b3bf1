/** The one error type of the workbench: what went wrong, with which thing, and what to do next. */
import type { ErrorRecord } from './experiment.ts'

/** Codes of everything that can be refused or fail; the text says which one and what to do. */
export type ErrorCode =
  | 'invalid-request'
  | 'unknown-dataset'
  | 'unknown-attention'
  | 'future-leak'
  | 'unknown-recipe'
  | 'unknown-run'
  | 'unknown-experiment'
  | 'unknown-statistic'
  | 'unknown-reference'
  | 'no-states'
  | 'probes-differ'
  | 'no-checkpoint'
  | 'not-resumable'
  | 'not-queued'
  | 'experiment-active'
  | 'file-missing'
  | 'file-unreadable'
  | 'file-unwritable'
  | 'not-a-file'
  | 'file-changed'
  | 'file-empty'
  | 'not-text'
  | 'text-too-short'
  | 'file-too-large'
  | 'file-damaged'
  | 'unsupported-format'
  | 'unsafe-archive'
  | 'column-unclear'
  | 'labels-missing'
  | 'labels-mismatch'
  | 'too-few-images'
  | 'dataset-in-use'
  | 'dataset-damaged'
  | 'wrong-kind'
  | 'device-unavailable'
  | 'diverged'
  | 'trainer-failed'
  | 'derivation-failed'
  | 'examination-failed'
  | 'inference-failed'
  | 'export-failed'
  | 'experiment-known'
  | 'database-newer'
  | 'database-damaged'
  | 'home-unwritable'
  | 'disk-full'
  | 'estimate-failed'
  | 'runtime-too-old'
  | 'interrupted'
  | 'internal'

export class WorkbenchError extends Error {
  readonly code: ErrorCode
  /** The next step, as one sentence for the person at the keyboard. */
  readonly hint: string

  constructor(code: ErrorCode, message: string, hint: string) {
    super(message)
    this.name = 'WorkbenchError'
    this.code = code
    this.hint = hint
  }
}

/** What another process or thread threw, from the record that it sent. */
export const thrownFrom = ({ code, message, hint }: ErrorRecord): WorkbenchError =>
  new WorkbenchError(code as ErrorCode, message, hint)

/** What the system and SQLite throw where a disk has no room; SHMSIZE: for the file through which processes share a database. */
const fullDiskCodes = ['ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE']

/** Whether it was thrown for lack of room on a disk. */
export const lacksRoom = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['disk-full', ...fullDiskCodes].includes(String(error.code))

/** Any thrown value as the record that crosses a process or a socket. */
export function errorRecord(error: unknown): ErrorRecord {
  if (error instanceof WorkbenchError) return { code: error.code, message: error.message, hint: error.hint }
  const message = error instanceof Error ? error.message : String(error)
  if (lacksRoom(error))
    return {
      code: 'disk-full',
      message: `The disk is full: ${message}.`,
      hint: 'Make room on it, then try again.',
    }
  return { code: 'internal', message, hint: 'This is a fault of the workbench: please report it.' }
}
