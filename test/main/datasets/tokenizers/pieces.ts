/** Texts in pieces, as readers give them: no piece is cut within a character. */
import fc from 'fast-check'
import type { Tokenizer } from '../../../../src/main/datasets/tokenizers/tokenizer.ts'

/** Any text, also one with much of what tokenizers look at. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('a', 'b', "'", 's', 'l', ' ', '\n', '1', '.', 'é', '東', '🙂'),
    maxLength: 400,
  }),
)

/** The tokens of `text` where it comes in pieces of about so many characters. */
export function encodeInPieces({ encoding }: Tokenizer, text: string, size: number): number[] {
  const conversation = encoding()
  const characters = [...text]
  const tokens: number[] = []
  for (let start = 0; start < characters.length; start += size)
    tokens.push(...conversation.push(characters.slice(start, start + size).join('')))
  return [...tokens, ...conversation.end()]
}

/** What is heard of `ids` that come one by one, without anything that came to nothing. */
export function decodeInPieces(
  { decoding }: Tokenizer,
  ids: Iterable<number>,
  before: number[] = [],
): string[] {
  const conversation = decoding(before)
  return [...Array.from(ids, conversation.push), conversation.end()].filter((text) => text !== '')
}
