/**
 * Which encoding the bytes of a text are in, where nobody says it. What is certain (a byte order mark, valid UTF-8)
 * is told from what is likely; bytes that no text has are no text. Decoding itself is in decode.ts.
 */
import { isUtf8 } from 'node:buffer'
import type { Encoding } from '../../../../shared/imports.ts'
import { unfinishedBytes } from './utf8.ts'

export interface Guess {
  readonly encoding: Encoding
  /** Whether nothing in the bytes says so. */
  readonly isGuess: boolean
}

/** Control characters that texts have: tab, line feed, vertical tab, form feed, carriage return, escape. */
const textControls: ReadonlySet<number> = new Set([9, 10, 11, 12, 13, 27])
const isControl = (byte: number) => byte < 32 && !textControls.has(byte)
/** Bytes to which Windows-1252 gives no character. */
const unassigned: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d])
/** Letters beyond ASCII are at most this share of a text in a western language; Cyrillic or Greek has more. */
const mostWestern = 1 / 3
/** Share of the characters of a text without a byte order mark that must be of ASCII for it to be taken for UTF-16. */
const leastZeros = 1 / 2

/**
 * In the order of certainty: a byte order mark; valid UTF-8 without zero bytes; zeros at every other place only, as
 * the ASCII characters of UTF-16 have them; Windows-1252, where at most a third of the bytes is beyond ASCII, none is
 * a control character, and most of those beyond ASCII do not form UTF-8. Else 'utf-8', whose decoder says where it
 * fails. Reads all of the pieces, unless the first ones decide.
 */
export async function guessEncoding(pieces: AsyncIterable<Uint8Array>): Promise<Guess> {
  const certain = (encoding: Encoding): Guess => ({ encoding, isGuess: false })
  const counts = { bytes: 0, high: 0, formUtf8: 0, zeros: [0, 0] as [number, number], isUtf8: true }
  let hasControls = false
  let carried: Uint8Array = new Uint8Array(0)
  for await (const piece of pieces) {
    const bytes = carried.length > 0 ? Buffer.concat([carried, piece]) : piece
    const isFirst = counts.bytes === 0
    if (isFirst) {
      const marked = markOf(bytes)
      if (marked) return certain(marked)
    }
    const whole = bytes.subarray(0, bytes.length - unfinishedBytes(bytes))
    carried = new Uint8Array(bytes.subarray(whole.length))
    if (isFirst || !counts.isUtf8 || !isUtf8(whole) || whole.includes(0))
      hasControls = count(whole, counts) || hasControls
    else counts.bytes += whole.length
    counts.isUtf8 &&= isUtf8(whole)
    const [even, odd] = counts.zeros
    if (even > 0 && odd > 0) return certain('utf-8') // no text
  }
  counts.isUtf8 &&= carried.length === 0
  counts.high += carried.length
  counts.bytes += carried.length
  const [even, odd] = counts.zeros
  if (even + odd > 0) {
    const isWide = counts.bytes % 2 === 0 && (even + odd) * 2 >= counts.bytes * leastZeros
    return isWide ? { encoding: odd > 0 ? 'utf-16le' : 'utf-16be', isGuess: true } : certain('utf-8')
  }
  if (counts.isUtf8) return certain('utf-8')
  const isWestern = counts.high <= counts.bytes * mostWestern && 2 * counts.formUtf8 <= counts.high
  return isWestern && !hasControls ? { encoding: 'latin1', isGuess: true } : certain('utf-8')
}

/** Whether a file that begins with `head` seems to be text. Its end may cut a character. */
export async function looksLikeText(head: Uint8Array): Promise<boolean> {
  const whole = head.subarray(0, head.length - unfinishedBytes(head))
  const even = whole.subarray(0, whole.length - (whole.length % 2))
  const { encoding } = await guessEncoding(
    (async function* () {
      yield even
    })(),
  )
  return encoding !== 'utf-8' || (isUtf8(whole) && !whole.includes(0))
}

function markOf(bytes: Uint8Array): Encoding | undefined {
  const [first, second, third] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined
}

interface Counts {
  bytes: number
  /** Bytes beyond ASCII, and how many of them are part of characters in UTF-8. */
  high: number
  formUtf8: number
  /** Zero bytes at even and at odd places of the text. */
  zeros: [number, number]
}

/** Adds up `bytes` and says whether there are control characters, or bytes that are no characters, among them. */
function count(bytes: Uint8Array, counts: Counts): boolean {
  let hasControls = false
  let expected = 0 // bytes that still belong to the character in UTF-8
  let length = 0
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]!
    if (byte === 0) counts.zeros[(counts.bytes + index) % 2]!++
    else if (isControl(byte) || unassigned.has(byte)) hasControls = true
    if (byte < 0x80) {
      expected = 0
      continue
    }
    counts.high++
    const continues = byte < 0xc0
    if (continues && expected > 0) {
      if (--expected === 0) counts.formUtf8 += length
    } else {
      length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      expected = continues ? 0 : length - 1
    }
  }
  counts.bytes += bytes.length
  return hasControls
}
