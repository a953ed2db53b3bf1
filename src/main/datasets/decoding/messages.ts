/** What the threads that decode images are asked, and what they say: threads.ts and worker.ts. */
import type { ErrorRecord } from '../../../shared/experiment.ts'
import type { ImageInformation } from '../imageHeader.ts'
import type { ImageShape } from '../importers/imageWriter.ts'

export interface NamedFile {
  readonly path: string
  /** What errors call it. */
  readonly name: string
}

export type ImageQuestion =
  | { readonly kind: 'look'; readonly files: readonly NamedFile[] }
  | { readonly kind: 'decode'; readonly files: readonly NamedFile[]; readonly shape: ImageShape }

/** By file, in the order of the question. */
export type ImageAnswer =
  | { readonly kind: 'look'; readonly found: readonly (ImageInformation | ErrorRecord)[] }
  | {
      readonly kind: 'decode'
      /** Of the files without an error (n, height, width, channels). */
      readonly pixels: Uint8Array<ArrayBuffer>
      readonly errors: readonly (ErrorRecord | null)[]
    }
