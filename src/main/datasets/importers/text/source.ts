/**
 * Text as a dataset reads it, whatever file it comes from: document by document, in pieces of bounded length. The
 * files of text itself, tables and folders each have a reader that returns a TextSource; plan.ts makes tokens of it.
 */
import type { ImportOptions } from '../importer.ts'

export interface TextPiece {
  /** At least one character. No piece begins or ends within a character. */
  readonly text: string
  /** Whether a document ends with this piece. What follows is another file, another row or another line. */
  readonly endsDocument: boolean
}

export interface TextSource {
  /**
   * Everything from the beginning, as often as it is asked for: a survey reads it once, the writing of tokens again.
   * `options` say how progress is told and cancelled, and what the person chose: column, encoding, line ends. The last
   * piece ends a document; without text there are no pieces. Of several documents each ends with a newline.
   * Throws WorkbenchError about the files: what readContent throws, 'not-text', and what the format refuses.
   */
  read(options: ImportOptions): AsyncGenerator<TextPiece>
  /**
   * What a person should know of how it was read, one sentence each: a guessed encoding, a file that was left out.
   * Complete after one reading.
   */
  notes(): readonly string[]
}

/** The pieces of one document's text; nothing where there is no text. */
export async function* oneDocument(texts: AsyncIterable<string>): AsyncGenerator<TextPiece> {
  let held = ''
  for await (const text of texts) {
    if (text === '') continue
    if (held !== '') yield { text: held, endsDocument: false }
    held = text
  }
  if (held !== '') yield { text: held, endsDocument: true }
}

/** The same documents, each with a newline at its end where it has none. */
export async function* endingWithNewline(pieces: AsyncIterable<TextPiece>): AsyncGenerator<TextPiece> {
  for await (const { text, endsDocument } of pieces)
    yield { text: endsDocument ? withNewline(text) : text, endsDocument }
}

export const withNewline = (text: string): string => (/[\r\n]$/.test(text) ? text : `${text}\n`)
