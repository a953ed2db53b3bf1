/**
 * The character tokenizer: one token per Unicode code point, numbered by code point, as in nanoGPT's
 * data/shakespeare_char. A surrogate pair is one character.
 */
import { WorkbenchError } from '../../../shared/errors.ts'

export interface Tokenizer {
  /** Distinct tokens. */
  readonly size: number
  /** Ids of the tokens of `text`. Throws WorkbenchError 'invalid-request' where it has none for a character. */
  encode(text: string): Int32Array
  /** Text of `ids`. Throws RangeError for an id outside 0..size-1. */
  decode(ids: Iterable<number>): string
}

/** A tokenizer whose token `k` is `characters[k]`, each a single code point. */
export function characterTokenizer(characters: readonly string[]): Tokenizer {
  const codePoints = characters.map((character) => character.codePointAt(0)!)
  const idOf = new Int32Array(codePoints.reduce((a, b) => Math.max(a, b), 0) + 1).fill(-1)
  codePoints.forEach((codePoint, id) => (idOf[codePoint] = id))
  return {
    size: characters.length,
    encode(text) {
      const ids = new Int32Array(text.length)
      let length = 0
      for (let index = 0; index < text.length; index++) {
        const codePoint = text.codePointAt(index)!
        if (codePoint > 0xffff) index++
        const id = idOf[codePoint] ?? -1
        if (id < 0) throw unknownCharacter(codePoint)
        ids[length++] = id
      }
      return ids.subarray(0, length)
    },
    decode(ids) {
      let text = ''
      for (const id of ids) {
        const character = characters[id]
        if (character === undefined)
          throw new RangeError(`Token ${id} is not one of 0 to ${characters.length - 1}.`)
        text += character
      }
      return text
    },
  }
}

function unknownCharacter(codePoint: number): WorkbenchError {
  const number = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
  return new WorkbenchError(
    'invalid-request',
    `The character ${JSON.stringify(String.fromCodePoint(codePoint))} (${number}) does not occur in the dataset.`,
    'Use only characters that the model was trained on.',
  )
}
