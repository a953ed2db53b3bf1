/** Sequences of a text for a person to read, as a model is trained on them. */
import type { CallInput, CallOutput } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import { readTokenizer } from '../datasets/tokenizers/index.ts'
import { openTokens } from '../datasets/tokens.ts'

/** The most tokens that one answer carries. */
const mostTokens = 2 ** 20

/**
 * The text of each sequence of the dataset in `folder`; halves of a character at its ends are U+FFFD.
 * Throws WorkbenchError 'invalid-request' for sequences that leave the split or are too many, 'wrong-kind' or 'dataset-damaged'.
 */
export function readTexts(
  folder: string,
  { split, offsets, tokens }: CallInput<'readTexts'>,
): CallOutput<'readTexts'> {
  if (offsets.length * tokens > mostTokens)
    throw refused(
      `${offsets.length} sequences of ${tokens} tokens are more than the ${mostTokens} of one answer.`,
      'Ask for fewer at a time.',
    )
  const reader = openTokens(folder, split)
  try {
    const outside = offsets.find((offset) => offset + tokens > reader.length)
    if (outside !== undefined)
      throw refused(
        `A sequence of ${tokens} tokens at ${outside} leaves the ${split} split, which has ${reader.length}.`,
        `Ask for places up to ${Math.max(0, reader.length - tokens)}.`,
      )
    const tokenizer = readTokenizer(folder)
    const sequence = new Int32Array(tokens)
    return offsets.map((offset) => {
      reader.read(offset, sequence)
      return tokenizer.decode(sequence)
    })
  } finally {
    reader.close()
  }
}

const refused = (message: string, hint: string) => new WorkbenchError('invalid-request', message, hint)
