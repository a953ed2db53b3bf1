/** The first pass over a text: what is in it, before anything is decided. */
import { createHash } from 'node:crypto'
import { WorkbenchError } from '../../../../shared/errors.ts'
import { countCharacters } from './split.ts'
import type { TextPiece } from './source.ts'

/** The shortest text with a prediction to make in each split: 9 training and 2 validation tokens. */
export const minimumCharacters = 11
const previewCharacters = 400
const codePoints = 0x110000

export interface TextSurvey {
  /** Of the text in UTF-8, in hexadecimal. */
  readonly sha256: string
  /** Of the lengths of its documents. */
  readonly documentsSha256: string
  /** In UTF-8. */
  readonly bytes: number
  readonly characters: number
  readonly documents: number
  /** The distinct characters by code point. */
  readonly alphabet: readonly string[]
  /** The first characters. */
  readonly preview: string
}

/** @throws WorkbenchError 'file-empty', 'text-too-short', or what the pieces throw */
export async function surveyText(pieces: AsyncIterable<TextPiece>, name: string): Promise<TextSurvey> {
  const hashed = hashing(pieces)
  const seen = new Uint8Array(codePoints)
  const lengths = createHash('sha256')
  let characters = 0
  let documents = 0
  let preview = ''
  for await (const { text, endsDocument } of hashed.pieces) {
    if (characters < previewCharacters) preview = begin(preview + text.slice(0, 2 * previewCharacters))
    for (let index = 0; index < text.length; index++) {
      const codePoint = text.codePointAt(index)!
      if (codePoint > 0xffff) index++
      seen[codePoint] = 1
    }
    characters += countCharacters(text)
    if (!endsDocument) continue
    documents++
    lengths.update(`${characters} `)
  }
  if (characters === 0) throw empty(name)
  if (characters < minimumCharacters) throw tooShort(name, characters)
  const alphabet: string[] = []
  seen.forEach((isSeen, codePoint) => isSeen && alphabet.push(String.fromCodePoint(codePoint)))
  const documentsSha256 = lengths.digest('hex')
  return { ...hashed.result(), documentsSha256, characters, documents, alphabet, preview }
}

/** Passes pieces on while hashing and counting their bytes; the result is known when all have passed. */
export function hashing(pieces: AsyncIterable<TextPiece>) {
  const hash = createHash('sha256')
  let bytes = 0
  return {
    pieces: (async function* () {
      for await (const piece of pieces) {
        hash.update(piece.text, 'utf8')
        bytes += Buffer.byteLength(piece.text)
        yield piece
      }
    })(),
    result: () => ({ sha256: hash.digest('hex'), bytes }),
  }
}

/** The first characters of `text`, none cut in two. */
const begin = (text: string) => [...text].slice(0, previewCharacters).join('')

function empty(name: string): WorkbenchError {
  return new WorkbenchError('file-empty', `The file ${name} is empty.`, 'Import a file that has text in it.')
}

function tooShort(name: string, characters: number): WorkbenchError {
  return new WorkbenchError(
    'text-too-short',
    `The text ${name} has ${characters} ${characters === 1 ? 'character' : 'characters'}; at least ${minimumCharacters} are needed to split it into training and validation.`,
    'Import a longer text: models learn from some hundred thousand characters on.',
  )
}
