/** A few passages of a text, from its beginning, its middle and its end, and from the validation split. */
import type { TextHealth } from '../../../shared/health.ts'
import type { TokenReader } from '../tokens.ts'

/** Passages of the training split; the validation split has half as many. */
const passages = 4
/** Tokens of a passage, and how many of them may be given up to begin where a line begins. */
const passageTokens = 400
const skippedTokens = 200

type Sample = TextHealth['samples'][number]

/** `textOf` is the text of tokens. Passages are evenly spread; a short split has fewer. */
export function samplePassages(
  splits: { train: TokenReader; validation: TokenReader },
  textOf: (tokens: Int32Array) => string,
): Sample[] {
  return [
    ...passagesOf('train', splits.train, passages, textOf),
    ...passagesOf('validation', splits.validation, passages / 2, textOf),
  ]
}

function passagesOf(
  split: Sample['split'],
  reader: TokenReader,
  wanted: number,
  textOf: (tokens: Int32Array) => string,
): Sample[] {
  const count = Math.max(1, Math.min(wanted, Math.floor(reader.length / passageTokens)))
  const last = Math.max(0, reader.length - passageTokens)
  return Array.from({ length: count }, (_, passage) => {
    const from = count === 1 ? 0 : Math.floor((last * passage) / (count - 1))
    const tokens = new Int32Array(Math.min(passageTokens, reader.length - from))
    reader.read(from, tokens)
    const skipped = from === 0 ? 0 : lineStart(tokens, textOf)
    return { split, at: from + skipped, text: textOf(tokens.subarray(skipped)) }
  })
}

/** Tokens before the first line that begins among the first ones; 0 where none does. */
function lineStart(tokens: Int32Array, textOf: (tokens: Int32Array) => string): number {
  for (let index = 0; index < Math.min(skippedTokens, tokens.length - 1); index++)
    if (textOf(tokens.subarray(index, index + 1)).endsWith('\n')) return index + 1
  return 0
}
