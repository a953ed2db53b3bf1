/** Brings a file into the library from wherever its bytes are: a path, an upload, or resources/samples. */
import path from 'node:path'
import { samples } from '../../shared/catalogue/samples.ts'
import type { Source } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { Dataset } from '../../shared/experiment.ts'
import type { Library } from '../datasets/library.ts'
import { samplesFolder } from '../paths.ts'
import type { Events } from './events.ts'
import { knownNames } from './identifiers.ts'
import type { Uploads } from './uploads.ts'

const progressIntervalMs = 250

export interface Imports {
  /** @throws WorkbenchError when the source is missing or is not what the library accepts */
  importDataset(source: Source, name?: string): Promise<Dataset>
  /** Aborts imports that are under way. */
  close(): void
}

export function createImports(parts: { library: Library; uploads: Uploads; events: Events }): Imports {
  const { library, uploads, events } = parts
  const abort = new AbortController()

  /** `shownAs` is what messages call the file where its path would mean nothing to the person. */
  function locate(source: Source): {
    file: string
    title: string
    shownAs?: string
    discard?: () => Promise<void>
  } {
    if (source.kind === 'path') return { file: source.path, title: path.parse(source.path).name }
    if (source.kind === 'upload') {
      const { file, name, discard } = uploads.take(source.upload)
      return { file, title: path.parse(name).name, shownAs: name, discard }
    }
    const sample = samples.find((candidate) => candidate.id === source.sample)
    if (sample) return { file: path.join(samplesFolder, sample.files[0]!), title: sample.name }
    const known = samples.map((candidate) => candidate.id)
    throw new WorkbenchError(
      'unknown-dataset',
      `There is no built-in sample "${source.sample}".`,
      knownNames(source.sample, known),
    )
  }

  function announceProgress(name: string): (bytes: number, total: number) => void {
    let last = -Infinity
    return (bytes, total) => {
      const now = performance.now()
      if (now - last < progressIntervalMs && bytes < total) return
      last = now
      events.emit('importProgress', { name, bytes, total })
    }
  }

  return {
    async importDataset(source, chosenName) {
      const { file, title, shownAs, discard } = locate(source)
      const name = chosenName ?? title
      try {
        const dataset = await library.importText({
          path: file,
          name,
          onProgress: announceProgress(name),
          signal: abort.signal,
        })
        events.emit('datasetsChanged', {})
        return dataset
      } catch (error) {
        if (shownAs === undefined || !(error instanceof WorkbenchError)) throw error
        throw new WorkbenchError(error.code, error.message.replaceAll(file, shownAs), error.hint)
      } finally {
        await discard?.()
      }
    },
    close() {
      abort.abort(new WorkbenchError('interrupted', 'The import was interrupted.', 'Import the file again.'))
    },
  }
}
