/**
 * Text as a dataset reads it, whatever file it comes from: document by document, in pieces of bounded length. The
 * files of text itself, tables and archives each have a reader that returns a TextSource; plan.ts makes tokens of it.
 */
import type { ImportOptions } from '../importer.ts'

export interface TextPiece {
  /** No piece begins or ends within a character. */
  readonly text: string
  /** Whether a document ends with this piece. What follows is another file, another row or another line. */
  readonly endsDocument: boolean
}

export interface TextSource {
  /**
   * Everything from the beginning, as often as it is asked for: a survey reads it once, the writing of tokens again.
   * Progress and cancelling are those of `options`, and so are column, encoding and line ends.
   */
  read(options: ImportOptions): AsyncGenerator<TextPiece>
  /** What a person should know of how it was read, one sentence each: a guessed encoding, a skipped row. */
  notes(): readonly string[]
}
