/**
 * What every importer is: a look at the files that were given, and for each group that belongs together a plan that
 * can write it as a dataset. One file per format; plan.ts asks them in turn.
 */
import type { WorkbenchError } from '../../../shared/errors.ts'
import type { DatasetKind, ImageDataset, TextDataset } from '../../../shared/experiment.ts'
import type { Column, ImportChoices } from '../../../shared/imports.ts'
import type { GivenFile, Work } from './source.ts'

/** A file that was given, or that lies in a folder that was given. */
export interface Candidate extends GivenFile {
  /** Bytes; 0 where it cannot be looked at. */
  readonly size: number
  /** What was given: the file itself or a folder above it. */
  readonly given: GivenFile
  /** Its first bytes, decompressed where it is gzip; at most some thousand, none where it cannot be read. */
  head(): Promise<Uint8Array>
}

/** A dataset's record but for what the library adds: id, name and date. */
export type Content = Omit<TextDataset, Added> | Omit<ImageDataset, Added>
type Added = 'id' | 'name' | 'importedAt'

export interface ImportOptions extends ImportChoices {
  onProgress?: ((bytes: number, total: number) => void) | undefined
  signal?: AbortSignal | undefined
}

export interface ImportPlan {
  /** As people call the format: "text", "IDX". */
  readonly format: string
  readonly kind: DatasetKind
  /** What the dataset would be called. */
  readonly name: string
  readonly files: readonly Candidate[]
  /** Of a table: its columns, as its first rows show them. */
  readonly columns?: readonly Column[]
  /** The column that is read as text unless another is chosen; null where one must be chosen. */
  readonly textColumn?: string | null
  /** Why it cannot be imported, where that is known before. */
  readonly refusal?: WorkbenchError
  /** What the id begins with, where it can be had for less than the import: the same content is not imported twice. */
  identify?(options: ImportOptions): Promise<string>
  /** Writes all files of the dataset but meta.json into `folder`. They are on the disk when it returns. */
  write(folder: string, options: ImportOptions): Promise<Content>
}

export interface Importer {
  /**
   * Plans for the groups among `files` that are of this format; what is in no plan is left to the next importer.
   * A file that is surely of this format and cannot be imported is in a plan too, which says why when it is written.
   */
  plans(files: readonly Candidate[]): Promise<ImportPlan[]>
}

/** A plan for files that are surely of a format and cannot be imported: why, is told when it is tried. */
export function refusedPlan(plan: Omit<ImportPlan, 'write'>, refusal: WorkbenchError): ImportPlan {
  return { ...plan, refusal, write: () => Promise.reject(refusal) }
}

/** `work` for each of several files that are read one after the other, whose progress is that of all of them. */
export function workOn(
  files: readonly Candidate[],
  { onProgress, signal }: ImportOptions,
): (file: Candidate) => Work {
  const total = files.reduce((sum, file) => sum + file.size, 0)
  return (file) => {
    const before = files.slice(0, files.indexOf(file)).reduce((sum, { size }) => sum + size, 0)
    return { signal, onBytes: (bytes) => onProgress?.(before + bytes, total) }
  }
}
