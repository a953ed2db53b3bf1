/**
 * The tokenizers of Hugging Face's tokenizer.json, run by @huggingface/tokenizers. The file is somebody else's: its
 * parts must be ones that the library knows (huggingFaceFile.ts), its patterns are given a limited time, and its ids a
 * limited size. No special tokens are added, and none of those in a text are treated otherwise than the file says.
 */
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { WorkbenchError } from '../../../shared/errors.ts'
import { labelOf } from './byte.ts'
import { isByteLevel, parseTokenizerFile } from './huggingFaceFile.ts'
import { requireToken, tokenizer, joined, type Decoding, type Encoding, type Tokenizer } from './tokenizer.ts'
import { withinTime } from './withinTime.ts'

/**
 * UTF-16 units that are encoded at once. A longer text is cut before: behind a line, else between words, else anywhere.
 * Byte-level tokenizers cut there themselves; one that begins every text with a space does so after a cut too.
 */
const pieceUnits = 16_384
/** A piece takes some milliseconds. */
const pieceMilliseconds = 10_000
/** Tokens that may wait for the rest of a character. */
const mostWaiting = 32

/**
 * The tokenizer of a tokenizer.json. `name` is the file that errors name.
 * Throws WorkbenchError 'file-damaged' for what is no such file, 'unsupported-format' for parts that are not known here.
 */
export function huggingFaceTokenizer(
  content: string,
  name: string,
  limits: { milliseconds: number } = { milliseconds: pieceMilliseconds },
): Tokenizer {
  const file = parseTokenizerFile(content, name)
  let library: HuggingFaceTokenizer
  try {
    library = new HuggingFaceTokenizer(file, { clean_up_tokenization_spaces: false })
  } catch (error) {
    throw new WorkbenchError(
      'unsupported-format',
      `The tokenizer ${name} cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
      'Use a tokenizer.json as the "tokenizers" library of Hugging Face saves it, or another tokenizer.',
    )
  }
  const names: string[] = []
  for (const [token, id] of library.get_vocab()) names[id] = token
  const size = names.length

  function encodePiece(text: string): Int32Array {
    const ids = withinTime(
      () => library.encode(text, { add_special_tokens: false }).ids,
      limits.milliseconds,
    ) as (number | undefined)[] | undefined
    if (!ids) throw tooSlow(name, text.length, limits.milliseconds)
    if (ids.some((id) => id === undefined)) throw withoutToken(name)
    return Int32Array.from(ids as number[])
  }

  function decodePiece(ids: readonly number[]): string {
    if (ids.length === 0) return ''
    const text = withinTime(() => library.decode([...ids]), limits.milliseconds)
    if (text === undefined) throw tooSlow(name, ids.length, limits.milliseconds)
    return text
  }

  return tokenizer({
    size,
    encoding: () => inPieces(encodePiece),
    decoding: (before) => inWindows(decodePiece, size, before),
    label(id) {
      requireToken(id, size)
      const token = names[id] ?? ''
      const bytes = isByteLevel(file) ? bytesOf(token) : undefined
      return bytes ? labelOf([bytes], 0) : token
    },
  })
}

/** Encodes a text piece by piece; where the pieces that are pushed end makes no difference. */
function inPieces(encode: (text: string) => Int32Array): Encoding {
  let held = ''
  return {
    push(text) {
      held += text
      const parts: Int32Array[] = []
      while (held.length > pieceUnits + 1) {
        const cut = cutOf(held)
        parts.push(encode(held.slice(0, cut)))
        held = held.slice(cut)
      }
      return joined(parts)
    },
    end() {
      const rest = held
      held = ''
      return rest === '' ? new Int32Array(0) : encode(rest)
    },
  }
}

/** Where the first piece of `text`, which is longer than a piece, ends. */
function cutOf(text: string): number {
  const isSpace = (at: number) => /\s/.test(text[at]!)
  for (let at = pieceUnits; at > pieceUnits / 2; at--)
    if (text[at - 1] === '\n' && !isSpace(at) && !isSpace(at - 2)) return at
  for (let at = pieceUnits; at > pieceUnits / 2; at--)
    if (text[at] === ' ' && !isSpace(at - 1) && !isSpace(at + 1)) return at
  const isPair = text.codePointAt(pieceUnits - 1)! > 0xffff
  return isPair ? pieceUnits + 1 : pieceUnits
}

/**
 * Decodes token by token where a token's text depends on those around it, by decoding the last few tokens with and
 * without the new ones. As Text Generation Inference does it (huggingface/text-generation-inference, decode_token).
 */
function inWindows(
  decode: (ids: readonly number[]) => string,
  size: number,
  before: ArrayLike<number> = [],
): Decoding {
  let said = Array.from(before).slice(-mostWaiting) // of the window, the tokens whose text is out
  let waiting: number[] = []
  const rest = () => decode([...said, ...waiting]).slice(decode(said).length)
  return {
    push(id) {
      requireToken(id, size)
      waiting.push(id)
      const text = rest()
      if (text === '' || (text.endsWith('\ufffd') && waiting.length < mostWaiting)) return ''
      said = waiting
      waiting = []
      return text
    },
    end: () => (waiting.length === 0 ? '' : rest()),
  }
}

/** The characters that GPT-2 writes bytes as, in the order of the bytes (openai/gpt-2, src/encoder.py). */
const byteOf = new Map<string, number>()
for (let byte = 0, others = 0; byte < 256; byte++) {
  const isItself =
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff)
  byteOf.set(String.fromCodePoint(isItself ? byte : 256 + others++), byte)
}

/** The bytes that a token of a byte-level tokenizer is written with; undefined for one that is added as text. */
function bytesOf(token: string): Uint8Array | undefined {
  const bytes = [...token].map((character) => byteOf.get(character))
  return bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes) : undefined
}

const tooSlow = (name: string, units: number, milliseconds: number) =>
  new WorkbenchError(
    'unsupported-format',
    `The tokenizer ${name} takes more than ${milliseconds} ms for ${units} characters: its patterns do not come to an end.`,
    'Use another tokenizer.',
  )

const withoutToken = (name: string) =>
  new WorkbenchError(
    'invalid-request',
    `The tokenizer ${name} has no token for a part of the text, and none for what is unknown.`,
    'Use a byte-level tokenizer, or "byte" or "bpe".',
  )
