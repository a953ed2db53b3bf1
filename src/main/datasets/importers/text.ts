/**
 * A text file to tokens, in two streaming passes: the first finds out what is in it (hash, characters, length), the
 * second writes the tokens. Memory is bounded by the piece and the vocabulary, never by the file.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import { WorkbenchError } from '../../../shared/errors.ts'
import { tokenArray } from '../format.ts'
import { characterTokenizer } from '../tokenizers/character.ts'
import { fileChanged } from './source.ts'
import type { SourceFile } from './source.ts'
import { decodeUtf8 } from './utf8.ts'

/** The shortest text with a prediction to make in each split: 9 training and 2 validation tokens. */
export const minimumTokens = 11
/** Share of the tokens, from the beginning, that are for training; the rest is for validation. As in nanoGPT. */
const trainShare = 0.9
const previewCharacters = 400
const codePoints = 0x110000

export interface TextSurvey {
  /** Of the source bytes, in hexadecimal. */
  sha256: string
  bytes: number
  train: number
  validation: number
  /** The distinct characters by code point: character k is token k. */
  characters: string[]
  /** The first characters. */
  preview: string
}

interface PassOptions {
  /** Hears the bytes read so far in this pass. */
  onBytes?: ((bytes: number) => void) | undefined
  signal?: AbortSignal | undefined
}

/**
 * First pass. Throws WorkbenchError 'file-empty', 'not-text', 'text-too-short', 'file-unreadable' or 'interrupted'.
 */
export async function surveyText(source: SourceFile, options: PassOptions): Promise<TextSurvey> {
  const hashed = hashing(source.pieces(options.onBytes, options.signal))
  const seen = new Uint8Array(codePoints)
  let tokens = 0
  let preview = ''
  for await (const text of decodeUtf8(hashed.pieces, source.path)) {
    if (tokens < previewCharacters) preview = begin(preview + text.slice(0, 2 * previewCharacters))
    for (let index = 0; index < text.length; index++, tokens++) {
      const codePoint = text.codePointAt(index)!
      if (codePoint > 0xffff) index++
      seen[codePoint] = 1
    }
  }
  if (tokens === 0) throw empty(source.path)
  if (tokens < minimumTokens) throw tooShort(source.path, tokens)
  const characters: string[] = []
  seen.forEach((isSeen, codePoint) => isSeen && characters.push(String.fromCodePoint(codePoint)))
  const train = Math.floor(tokens * trainShare)
  return { ...hashed.result(), train, validation: tokens - train, characters, preview }
}

/**
 * Second pass: writes the tokens of `source`, all splits in one row, to the new file `file`. They are on the disk
 * when it returns. Throws WorkbenchError 'file-changed' when the bytes are not those of the survey.
 */
export async function writeTokens(
  source: SourceFile,
  survey: TextSurvey,
  file: string,
  options: PassOptions,
): Promise<void> {
  const tokenizer = characterTokenizer(survey.characters)
  const hashed = hashing(source.pieces(options.onBytes, options.signal))
  const output = await fs.open(file, 'wx')
  try {
    for await (const text of decodeUtf8(hashed.pieces, source.path)) {
      const tokens = tokenArray(tokenizer.size, tokenizer.encode(text))
      await output.writeFile(new Uint8Array(tokens.buffer))
    }
    if (hashed.result().sha256 !== survey.sha256) throw fileChanged(source.path)
    await output.sync()
  } catch (error) {
    // The first pass found every byte valid and every character known, so different content can only be new.
    const isNewContent =
      error instanceof WorkbenchError && ['not-text', 'invalid-request'].includes(error.code)
    throw isNewContent ? fileChanged(source.path) : error
  } finally {
    await output.close()
  }
}

/** Passes pieces on while hashing and counting them; the result is known when all have passed. */
function hashing(pieces: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256')
  let bytes = 0
  return {
    pieces: (async function* () {
      for await (const piece of pieces) {
        hash.update(piece)
        bytes += piece.length
        yield piece
      }
    })(),
    result: () => ({ sha256: hash.digest('hex'), bytes }),
  }
}

/** The first characters of `text`, none cut in two. */
const begin = (text: string) => [...text].slice(0, previewCharacters).join('')

function empty(path: string): WorkbenchError {
  return new WorkbenchError('file-empty', `The file ${path} is empty.`, 'Import a file that has text in it.')
}

function tooShort(path: string, tokens: number): WorkbenchError {
  return new WorkbenchError(
    'text-too-short',
    `The text ${path} has ${tokens} ${tokens === 1 ? 'character' : 'characters'}; at least ${minimumTokens} are needed to split it into training and validation.`,
    'Import a longer text: models learn from some hundred thousand characters on.',
  )
}
