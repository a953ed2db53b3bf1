/**
 * Threads that read and decode image files: one for each core, because half of what a small image takes is spent in
 * JavaScript, and a window should not wait for it.
 */
import os from 'node:os'
import { thrownFrom } from '../../../shared/errors.ts'
import type { WorkbenchError } from '../../../shared/errors.ts'
import { imageWorkerFile } from '../../paths.ts'
import { createThread } from '../../threads.ts'
import type { ImageInformation } from '../imageHeader.ts'
import type { ImageShape } from '../importers/imageWriter.ts'
import type { ImageAnswer, ImageQuestion, NamedFile } from './messages.ts'

const mostThreads = 8

export interface DecodedImages {
  /** Those that could be decoded, one after the other (n, height, width, channels). */
  readonly pixels: Uint8Array
  /** By file: why it could not be decoded, or null. */
  readonly errors: readonly (WorkbenchError | null)[]
}

export interface ImageThreads extends AsyncDisposable {
  /** How many questions keep all of them busy. */
  readonly atOnce: number
  /** What the headers say, by file, or why they cannot be read. */
  look(files: readonly NamedFile[]): Promise<(ImageInformation | WorkbenchError)[]>
  decode(files: readonly NamedFile[], shape: ImageShape): Promise<DecodedImages>
  /** Waits for what is under way. */
  [Symbol.asyncDispose](): Promise<void>
}

export function openImageThreads(): ImageThreads {
  const count = Math.min(mostThreads, os.availableParallelism())
  const threads = Array.from({ length: count }, () =>
    createThread<ImageQuestion, ImageAnswer>(imageWorkerFile),
  )
  let next = 0
  const ask = (question: ImageQuestion) => threads[next++ % count]!.ask(question)
  return {
    atOnce: 2 * count,
    async look(files) {
      const { found } = (await ask({ kind: 'look', files })) as Extract<ImageAnswer, { kind: 'look' }>
      return found.map((one) => ('code' in one ? thrownFrom(one) : one))
    },
    async decode(files, shape) {
      const answer = await ask({ kind: 'decode', files, shape })
      const { pixels, errors } = answer as Extract<ImageAnswer, { kind: 'decode' }>
      return { pixels, errors: errors.map((error) => error && thrownFrom(error)) }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(threads.map((thread) => thread.close()))
    },
  }
}
