/**
 * Several text files as one text: each is a document, in the order of their names, and ends with a newline. A file
 * that turns out not to be text is left out and named.
 */
import path from 'node:path'
import { WorkbenchError } from '../../../../shared/errors.ts'
import { displayName } from '../../names.ts'
import { workOn } from '../importer.ts'
import type { Candidate } from '../importer.ts'
import { textReader } from './plainText.ts'
import { endingWithNewline, oneDocument } from './source.ts'
import type { TextSource } from './source.ts'

/** Files that are named where many are meant. */
const namedFiles = 5

export function textFolder(files: readonly Candidate[]): TextSource {
  const readers = byName(files).map((file) => ({ file, ...textReader(file) }))
  const noText = new Set<Candidate>()
  return {
    async *read(options) {
      const workFor = workOn(
        readers.map(({ file }) => file),
        options,
      )
      for (const { file, texts } of readers) {
        if (noText.has(file)) continue
        let hasBegun = false
        try {
          for await (const piece of endingWithNewline(oneDocument(texts(options, workFor(file))))) {
            hasBegun = true
            yield piece
          }
        } catch (error) {
          // Where a part of it was read already, the text would lack the rest.
          if (hasBegun || !(error instanceof WorkbenchError) || error.code !== 'not-text') throw error
          noText.add(file)
        }
      }
    },
    notes: () => {
      const guessed = readers.flatMap((reader) => reader.notes())
      const more = guessed.length - namedFiles
      return [
        ...guessed.slice(0, namedFiles),
        ...(more > 0 ? [`So it is with ${more} more ${more === 1 ? 'file' : 'files'}.`] : []),
        ...leftOutNote(
          [...noText].map(({ name }) => path.basename(name)),
          'not text',
        ),
      ]
    },
  }
}

/** In the order of their names, whatever order they were given in: it is part of what the text is. */
export function byName<File extends { readonly name: string }>(files: readonly File[]): File[] {
  const keyed = files.map((file) => ({ file, key: file.name.split(/[/\\]/).join('/') }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ file }) => file)
}

/** "2 files were left out (not text): a.bin, b.bin." */
export function leftOutNote(names: readonly string[], why: string): string[] {
  if (names.length === 0) return []
  const shown = names.slice(0, namedFiles).map((name) => displayName(name))
  const more = names.length - shown.length
  const list = more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
  return [`${names.length === 1 ? '1 file was' : `${names.length} files were`} left out (${why}): ${list}.`]
}
