/** A plain text file, compressed with gzip or not: its text in the encoding that it is in, as one document. */
import path from 'node:path'
import { displayName } from '../../names.ts'
import { workOn } from '../importer.ts'
import type { Candidate, ImportOptions } from '../importer.ts'
import { readContent } from '../source.ts'
import type { GivenFile, Work } from '../source.ts'
import { decode, encodingNames, withNewlines } from './decode.ts'
import { guessEncoding } from './guessEncoding.ts'
import type { Guess } from './guessEncoding.ts'
import { oneDocument } from './source.ts'
import type { TextSource } from './source.ts'

export interface TextReader {
  /** The text of the file from the beginning, in pieces. Throws what readContent and decode throw. */
  texts(options: ImportOptions, work: Work): AsyncGenerator<string>
  /** As in TextSource. */
  notes(): string[]
}

/** Reads a file in the encoding that was chosen, else in the one that its bytes say or suggest. */
export function textReader(file: GivenFile): TextReader {
  let guess: Promise<Guess> | undefined
  let isGuess = false
  let encoding: Guess['encoding'] = 'utf-8'
  return {
    async *texts(options, work) {
      if (options.encoding) ({ encoding, isGuess } = { encoding: options.encoding, isGuess: false })
      else
        ({ encoding, isGuess } = await (guess ??= guessEncoding(readContent(file, { signal: work.signal }))))
      yield* withNewlines(decode(readContent(file, work), encoding, file.name), options.newlines)
    },
    notes: () =>
      isGuess
        ? [
            `${displayName(path.basename(file.name))} does not say its encoding; it was read as ${encodingNames[encoding]}, which is a guess.`,
          ]
        : [],
  }
}

export function textFile(file: Candidate): TextSource {
  const reader = textReader(file)
  return {
    read: (options) => oneDocument(reader.texts(options, workOn([file], options)(file))),
    notes: reader.notes,
  }
}
