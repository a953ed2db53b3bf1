/**
 * Bytes in pieces to text in pieces. Node's decoder judges the bytes; this module keeps a character that is cut by
 * the end of a piece for the next one, drops the byte order mark, and says where bytes stop being text.
 */
import { WorkbenchError } from '../../../../shared/errors.ts'

/**
 * Decodes UTF-8. No piece of the text begins or ends within a character; a byte order mark at the very beginning
 * is dropped, line ends are kept as they are. `name` is the file that errors name.
 * Throws WorkbenchError 'not-text' at a zero byte or an invalid one, with its offset in the file.
 */
export async function* decodeUtf8(pieces: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  let carried: Uint8Array = new Uint8Array(0)
  let offset = 0 // of the first carried byte in the file
  for await (const piece of pieces) {
    const bytes = carried.length > 0 ? Buffer.concat([carried, piece]) : piece
    const whole = bytes.subarray(0, bytes.length - unfinishedBytes(bytes))
    yield decode(whole, offset, name)
    carried = new Uint8Array(bytes.subarray(whole.length)) // a copy: the piece will be overwritten
    offset += whole.length
  }
  if (carried.length > 0) throw notText(name, `it ends within a character, at byte ${offset}`)
}

function decode(bytes: Uint8Array, offset: number, name: string): string {
  const zero = bytes.indexOf(0)
  if (zero >= 0) throw notText(name, `byte ${offset + zero} is zero, which only binary files contain`)
  try {
    // Only the file's first bytes can be a mark; later the same character is text.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: offset > 0 }).decode(bytes)
  } catch {
    throw notText(name, `it is not valid UTF-8 at byte ${offset + firstInvalidByte(bytes)}`)
  }
}

/** How many bytes at the end begin a character that the next piece must finish: 0 to 3. */
export function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80 || byte > 0xf4) return 0 // ASCII, or never valid
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0 // a first byte
  }
  return 0
}

/** Index of the byte at which `bytes` cannot be UTF-8 any more, by bisection of the longest prefix that still can. */
function firstInvalidByte(bytes: Uint8Array): number {
  let valid = 0
  let invalid = bytes.length
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true })
      valid = middle
    } catch {
      invalid = middle
    }
  }
  return invalid - 1
}

function notText(name: string, reason: string): WorkbenchError {
  return new WorkbenchError(
    'not-text',
    `${name} is not a text file in UTF-8: ${reason}.`,
    'Say in which encoding it is, or save it as plain text in UTF-8 and import it again.',
  )
}
