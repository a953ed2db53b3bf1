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

const special = (id: number, content: string) => ({
  ...{ id, content },
  ...{ single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
})

/**
 * What version 0.21 of the library saves of a small byte-level tokenizer that it trained with special tokens: made by hand
 * after the format of its files (github.com/huggingface/tokenizers), every field as it is there. Special tokens come first,
 * then the bytes that the text had, in the order of their characters, then the merges, which are pairs.
 */
export function trainedFile(): string {
  const alphabet = ['d', 'e', 'h', 'l', 'o', 'r', 'w', 'Ã', 'Ġ', '¶'] // of "hello wörld" and a space
  const merges = [
    ['h', 'e'],
    ['l', 'l'],
    ['he', 'll'],
    ['hell', 'o'],
    ['Ġ', 'w'],
    ['Ã', '¶'],
  ] as const
  const tokens = ['<|endoftext|>', '[PAD]', ...alphabet, ...merges.map(([left, right]) => left + right)]
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }
  return JSON.stringify(
    {
      version: '1.0',
      ...{ truncation: null, padding: null },
      added_tokens: [special(0, '<|endoftext|>'), special(1, '[PAD]')],
      normalizer: null,
      pre_tokenizer: byteLevel,
      post_processor: { ...byteLevel, add_prefix_space: true, trim_offsets: false },
      decoder: { ...byteLevel, add_prefix_space: true },
      model: {
        type: 'BPE',
        ...{ dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null },
        ...{ fuse_unk: false, byte_fallback: false, ignore_merges: false },
        vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
        merges,
      },
    },
    null,
    2,
  )
}
