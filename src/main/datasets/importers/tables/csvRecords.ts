/**
 * The records of separated values, in any pieces of text. csv-parse reads them, one character after the other; but as long
 * as there is no quotation mark a record is a line and a value what lies between separators, which is split here several
 * times as fast. From the first piece with a quotation mark, or a very long line, on everything is csv-parse's.
 */
import { Readable, pipeline } from 'node:stream'
import { CsvError, parse } from 'csv-parse'

export interface CsvShape {
  readonly separator: string
  /** The most characters that the values of a record may have. */
  readonly rowCharacters: number
}

/** A line that is longer is no table of numbers, and would be copied with every piece that does not end it. */
const longestLine = 2 ** 20

/** What csv-parse found wrong with the record of that number, the first is 1. */
export class BrokenRecord extends Error {
  readonly code: string
  readonly record: number
  constructor({ code, message }: CsvError, record: number) {
    super(message)
    this.code = code
    this.record = record
  }
}

/**
 * All records, some at a time; lines without anything are left out. What ends the first line ends all of them: CRLF, LF or CR.
 * @throws BrokenRecord, and what `pieces` throws
 */
export async function* csvRecords(
  pieces: AsyncIterable<string>,
  { separator, rowCharacters }: CsvShape,
): AsyncGenerator<string[][]> {
  const longest = Math.min(longestLine, rowCharacters)
  let end: string | undefined
  let left = '' // what is not split yet: the beginning of a record
  let count = 0
  const iterator = pieces[Symbol.asyncIterator]()
  try {
    for (;;) {
      const piece = await iterator.next()
      const text = left + (piece.done ? '' : piece.value)
      const isPlain = !text.includes('"')
      if (isPlain) end ??= lineEnd(text, piece.done === true)
      if (!isPlain || (end === undefined && text.length > longest)) {
        left = text
        break
      }
      const lines = end === undefined ? [text] : text.split(end)
      left = piece.done ? '' : lines.pop()!
      const long = [...lines, left].findIndex((line) => line.length > longest)
      const records: string[][] = []
      for (const line of long < 0 ? lines : lines.slice(0, long))
        if (line !== '') records.push(line.split(separator))
      count += records.length
      if (records.length > 0) yield records
      if (long >= 0) {
        left = [...lines.slice(long), left].join(end)
        break
      }
      if (piece.done) return
    }
    const rest = async function* () {
      yield left
      for (let piece = await iterator.next(); !piece.done; piece = await iterator.next()) yield piece.value
    }
    yield* quotedRecords(rest(), { separator, rowCharacters }, { end, before: count })
  } finally {
    await iterator.return?.()
  }
}

/** What ends the first line of `text`; undefined where it does not end there, or may end with more than is there. */
function lineEnd(text: string, isAll: boolean): string | undefined {
  const at = text.search(/[\r\n]/)
  if (at < 0) return undefined
  if (text[at] === '\n') return '\n'
  if (at + 1 === text.length && !isAll) return undefined
  return text[at + 1] === '\n' ? '\r\n' : '\r'
}

/** The same by csv-parse. `before` records came before, whose lines ended with `end`. */
async function* quotedRecords(
  pieces: AsyncIterable<string>,
  { separator, rowCharacters }: CsvShape,
  { end, before }: { end: string | undefined; before: number },
): AsyncGenerator<string[][]> {
  const source = Readable.from(pieces)
  const parser = parse({
    delimiter: separator,
    ...(end !== undefined && { record_delimiter: end }),
    relax_quotes: true,
    relax_column_count: true, // counted by who reads, to say which row
    skip_empty_lines: true,
    max_record_size: rowCharacters,
  })
  pipeline(source, parser, () => {}) // a failure of the source becomes one of the parser
  try {
    for await (const record of parser as AsyncIterable<string[]>) yield [record]
  } catch (error) {
    throw error instanceof CsvError ? new BrokenRecord(error, before + parser.info.records + 1) : error
  } finally {
    source.destroy()
    parser.destroy()
  }
}
