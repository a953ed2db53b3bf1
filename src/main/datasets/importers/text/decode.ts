/** Bytes in pieces to text in pieces, in every encoding that is known here; UTF-8 has its own file, utf8.ts. */
import { WorkbenchError } from '../../../../shared/errors.ts'
import type { Encoding, ImportChoices } from '../../../../shared/imports.ts'
import { decodeUtf8 } from './utf8.ts'

/** As people call it. */
export const encodingNames: Record<Encoding, string> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 (little-endian)',
  'utf-16be': 'UTF-16 (big-endian)',
  latin1: 'Latin-1 (Windows-1252)',
}

/**
 * No piece of the text begins or ends within a character, and a byte order mark is dropped. As in browsers, Latin-1
 * is read as Windows-1252. Throws WorkbenchError 'not-text' at a zero character or where the bytes are not of the
 * encoding; `name` is the file that it names.
 */
export function decode(
  pieces: AsyncIterable<Uint8Array>,
  encoding: Encoding,
  name: string,
): AsyncGenerator<string> {
  return encoding === 'utf-8' ? decodeUtf8(pieces, name) : decodeOther(pieces, encoding, name)
}

async function* decodeOther(
  pieces: AsyncIterable<Uint8Array>,
  encoding: Exclude<Encoding, 'utf-8'>,
  name: string,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding === 'latin1' ? 'windows-1252' : encoding, { fatal: true })
  let bytes = 0
  const checked = (work: () => string) => {
    const refuse = (reason: string) =>
      new WorkbenchError(
        'not-text',
        `${name} is not a text file in ${encodingNames[encoding]}: ${reason}.`,
        'Say in which encoding it is, or save it as plain text in UTF-8 and import it again.',
      )
    let text: string
    try {
      text = work()
    } catch {
      throw refuse(`near byte ${bytes} it is not valid`)
    }
    if (text.includes('\0')) throw refuse(`near byte ${bytes} a character is zero, as only in binary files`)
    return text
  }
  for await (const piece of pieces) {
    yield checked(() => decoder.decode(piece, { stream: true }))
    bytes += piece.length
  }
  yield checked(() => decoder.decode())
}

/** Line ends as the person chose them. A pair that a cut between two pieces divides is one line end, too. */
export async function* withNewlines(
  texts: AsyncIterable<string>,
  newlines: ImportChoices['newlines'],
): AsyncGenerator<string> {
  if (newlines !== 'unix') return yield* texts
  let held = ''
  for await (const text of texts) {
    const all = held + text
    held = all.endsWith('\r') ? '\r' : ''
    yield unixNewlines(all.slice(0, all.length - held.length))
  }
  yield unixNewlines(held)
}

export const unixNewlines = (text: string): string => text.replace(/\r\n?/g, '\n')
