/**
 * Tokens that are bytes of UTF-8: the byte tokenizer, whose token k is the byte k, and how tokens of one byte or
 * several become text again.
 */
import { requireToken, tokenizer, type Decoding, type Tokenizer } from './tokenizer.ts'

export const byteValues = 256

/** Lone surrogates, which are no characters, become U+FFFD. */
export function byteTokenizer(): Tokenizer {
  const bytes = Array.from({ length: byteValues }, (_, byte) => Uint8Array.of(byte))
  return tokenizer({
    size: byteValues,
    encoding: () => ({ push: (text) => Int32Array.from(Buffer.from(text)), end: () => new Int32Array(0) }),
    decoding: (before) => decodingOf(bytes, before),
    label: (id) => labelOf(bytes, id),
  })
}

/** @param bytes of every token, by id */
export function decodingOf(bytes: readonly Uint8Array[], before: ArrayLike<number> = []): Decoding {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true }) // which keeps the mark: it is text
  const push = (id: number) => {
    requireToken(id, bytes.length)
    return decoder.decode(bytes[id], { stream: true })
  }
  Array.from(before).forEach(push)
  return { push, end: () => decoder.decode() }
}

/** The characters of a token; those of its bytes that belong to none as <0xE2>. */
export function labelOf(bytes: readonly Uint8Array[], id: number): string {
  requireToken(id, bytes.length)
  let label = ''
  for (let rest = bytes[id]!; rest.length > 0;) {
    const length = characterLength(rest)
    label += length > 0 ? Buffer.from(rest.subarray(0, length)).toString() : shownByte(rest[0]!)
    rest = rest.subarray(Math.max(1, length))
  }
  return label
}

/** Bytes of the character that `bytes` begin with; 0 where they begin with none. */
function characterLength(bytes: Uint8Array): number {
  const first = bytes[0]!
  const length = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  if (length === 0 || length > bytes.length) return 0
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length))
    return length
  } catch {
    return 0
  }
}

const shownByte = (byte: number) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`
