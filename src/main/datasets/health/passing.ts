/** The text of a split as it passes by, in pieces of bounded length. */
import type { TokenizerKind } from '../../../shared/experiment.ts'
import type { Tokenizer } from '../tokenizers/tokenizer.ts'
import type { TokenReader } from '../tokens.ts'
import { blockTokens, tokenBlocks } from './blocks.ts'

/** No piece begins or ends within a character. */
export async function* textOf(
  reader: TokenReader,
  tokenizer: Tokenizer,
  kind: TokenizerKind,
): AsyncGenerator<string> {
  if (kind === 'character') return yield* charactersOf(reader, tokenizer)
  const decoding = tokenizer.decoding()
  for await (const block of tokenBlocks(reader)) {
    let text = ''
    for (const token of block) text += decoding.push(token)
    yield text
  }
  yield decoding.end()
}

/** The same where every token is one character, some ten times as fast: code units are copied and become one flat string. */
async function* charactersOf(reader: TokenReader, { size, label }: Tokenizer): AsyncGenerator<string> {
  const labels = Array.from({ length: size }, (_, token) => label(token))
  const first = Uint16Array.from(labels, (character) => character.charCodeAt(0))
  /** The second half of a surrogate pair; 0 for a character that has none. */
  const second = Uint16Array.from(labels, (character) => (character.length > 1 ? character.charCodeAt(1) : 0))
  const units = new Uint16Array(2 * blockTokens)
  for await (const block of tokenBlocks(reader)) {
    let length = 0
    for (const token of block) {
      units[length++] = first[token]!
      if (second[token] !== 0) units[length++] = second[token]!
    }
    yield Buffer.from(units.buffer, 0, 2 * length).toString('utf16le')
  }
}
