/**
 * What every tokenizer is. A long text is encoded piece by piece, and what a model says is decoded token by token, so
 * both are conversations with an end; `encode` and `decode` are the same for what is there as a whole. One file per
 * tokenizer; index.ts reads the one that a dataset was made with.
 */
export interface Tokenizer {
  /** Distinct tokens: ids are 0..size-1. */
  readonly size: number
  /** Ids of the tokens of `text`. Throws WorkbenchError 'invalid-request' where there are none for a part of it. */
  encode(text: string): Int32Array
  /** Encodes a text that comes in pieces. */
  encoding(): Encoding
  /** Text of `ids`. Throws RangeError for an id outside 0..size-1. */
  decode(ids: Iterable<number>): string
  /** Decodes tokens that come one by one and follow those of `before`, whose text is not said again. */
  decoding(before?: ArrayLike<number>): Decoding
  /** What a token stands for, for people: bytes that are no whole characters as <0xE2>. */
  label(id: number): string
}

export interface Encoding {
  /**
   * The ids that are certain now that `text` has followed what was pushed before. The next push may overwrite them: copy
   * what must last. Throws as encode.
   */
  push(text: string): Int32Array
  /** The rest. What is pushed next begins a new text. */
  end(): Int32Array
}

export interface Decoding {
  /** The whole characters that are certain now. Throws as decode. */
  push(id: number): string
  /** What is left: bytes that never became a character, as U+FFFD. */
  end(): string
}

/** `encode` and `decode` as what the conversations say from beginning to end. */
export function tokenizer(parts: Omit<Tokenizer, 'encode' | 'decode'>): Tokenizer {
  return {
    ...parts,
    encode(text) {
      const encoding = parts.encoding()
      return joined([encoding.push(text), encoding.end()])
    },
    decode(ids) {
      const decoding = parts.decoding()
      let text = ''
      for (const id of ids) text += decoding.push(id)
      return text + decoding.end()
    },
  }
}

export function joined(parts: readonly Int32Array[]): Int32Array {
  const [first] = parts
  if (parts.length === 1) return first!
  const all = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let length = 0
  for (const part of parts) {
    all.set(part, length)
    length += part.length
  }
  return all
}

/** Throws RangeError for an id that is none of `size` tokens. */
export function requireToken(id: number, size: number): void {
  if (!Number.isInteger(id) || id < 0 || id >= size)
    throw new RangeError(`Token ${id} is not one of 0 to ${size - 1}.`)
}
