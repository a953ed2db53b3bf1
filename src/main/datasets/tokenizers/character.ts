/**
 * The character tokenizer: one token per Unicode code point, numbered by code point, as in nanoGPT's
 * data/shakespeare_char. A surrogate pair is one character.
 */
import { WorkbenchError } from '../../../shared/errors.ts'
import { requireToken, tokenizer, type Tokenizer } from './tokenizer.ts'

/** A tokenizer whose token `k` is `characters[k]`, each a single code point. */
export function characterTokenizer(characters: readonly string[]): Tokenizer {
  const codePoints = characters.map((character) => character.codePointAt(0)!)
  const idOf = new Int32Array(codePoints.reduce((a, b) => Math.max(a, b), 0) + 1).fill(-1)
  codePoints.forEach((codePoint, id) => (idOf[codePoint] = id))
  const size = characters.length

  /** Into `ids` where they fit. */
  function encode(text: string, ids: Int32Array): Int32Array {
    if (ids.length < text.length) ids = new Int32Array(text.length)
    let length = 0
    for (let index = 0; index < text.length; index++) {
      const codePoint = text.codePointAt(index)!
      if (codePoint > 0xffff) index++
      const id = idOf[codePoint] ?? -1
      if (id < 0) throw unknownCharacter(codePoint)
      ids[length++] = id
    }
    return ids.subarray(0, length)
  }

  const label = (id: number) => {
    requireToken(id, size)
    return characters[id]!
  }
  return tokenizer({
    size,
    encoding() {
      let ids = new Int32Array(0) // one for all pieces: what is let go is collected late
      return {
        push(text) {
          const pushed = encode(text, ids)
          ids = new Int32Array(pushed.buffer as ArrayBuffer)
          return pushed
        },
        end: () => new Int32Array(0),
      }
    },
    decoding: () => ({ push: label, end: () => '' }),
    label,
  })
}

function unknownCharacter(codePoint: number): WorkbenchError {
  const number = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
  return new WorkbenchError(
    'invalid-request',
    `The character ${JSON.stringify(String.fromCodePoint(codePoint))} (${number}) does not occur in the dataset.`,
    'Use only characters that the model was trained on.',
  )
}
