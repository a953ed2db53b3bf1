/** Files as the "tokenizers" library of Hugging Face saves them, in small. */
import type { Merges } from '../../../../src/main/datasets/tokenizers/merges.ts'

/** The characters that byte-level tokenizers are written with, by byte: printable ones themselves, others from U+0100 on. */
const characters = (() => {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255)
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++))
})()

const parts = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null }

/** GPT-2's kind of tokenizer with these merges: token k is byte k, token 256 + k is merge k. */
export function byteLevelFile(merges: Merges, changes: object = {}): string {
  const tokens = [...characters]
  for (const [left, right] of merges) tokens.push(tokens[left]! + tokens[right]!)
  return JSON.stringify({
    version: '1.0',
    ...parts,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      ...{ dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null },
      ...{ fuse_unk: false, byte_fallback: false },
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: merges.map(([left, right]) => `${tokens[left]} ${tokens[right]}`),
    },
    ...changes,
  })
}

/** BERT's kind of tokenizer, in lower case, with these words. */
export const wordPieceFile = (words: readonly string[]): string =>
  JSON.stringify({
    ...parts,
    normalizer: { type: 'BertNormalizer', lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(['[UNK]', ...words].map((word, id) => [word, id])),
    },
  })
