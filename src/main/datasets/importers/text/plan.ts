/**
 * A text file to tokens, in two streaming passes: the first finds out what is in it (hash, characters, length), the
 * second writes the tokens. Memory is bounded by the piece and the vocabulary, never by the file.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { WorkbenchError } from '../../../../shared/errors.ts'
import type { TextBaselines } from '../../../../shared/experiment.ts'
import { textBaselines } from '../../baselines.ts'
import { tokenArray, tokensFile, vocabularyFile } from '../../format.ts'
import { characterTokenizer } from '../../tokenizers/character.ts'
import { openSplit } from '../../tokens.ts'
import type { Candidate, ImportPlan, ImportOptions } from '../importer.ts'
import { fileChanged, readContent, throwIfCancelled } from '../source.ts'
import type { Work } from '../source.ts'
import { decodeUtf8 } from './utf8.ts'

/** The shortest text with a prediction to make in each split: 9 training and 2 validation tokens. */
export const minimumTokens = 11
/** Share of the tokens, from the beginning, that are for training; the rest is for validation. As in nanoGPT. */
const trainShare = 0.9
const previewCharacters = 400
const codePoints = 0x110000

/** What `file` becomes when it is read as text. */
export function textPlan(file: Candidate): ImportPlan {
  let survey: Promise<TextSurvey> | undefined
  // Two passes over the bytes: each is half of the work.
  const half = ({ onProgress, signal }: ImportOptions, earlier: number): Work => ({
    onBytes: (bytes) => onProgress?.((earlier + bytes) / 2, file.size),
    signal,
  })
  const surveyOnce = (options: ImportOptions) => (survey ??= surveyText(file, half(options, 0)))
  return {
    format: 'text',
    kind: 'text',
    name: path.parse(file.name).name,
    files: [file],
    identify: async (options) => (await surveyOnce(options)).sha256,
    async write(folder, options) {
      const { characters, ...found } = await surveyOnce(options)
      await writeTokens(
        file,
        { characters, ...found },
        path.join(folder, tokensFile),
        half(options, file.size),
      )
      await fs.writeFile(path.join(folder, vocabularyFile), `${JSON.stringify(characters, null, 2)}\n`, {
        flush: true,
      })
      const check = () => throwIfCancelled(options.signal, file.name)
      const baselines = await measureBaselines(folder, { characters, ...found }, check)
      return { kind: 'text', ...found, vocabulary: characters.length, tokenizer: 'character', baselines }
    },
  }
}

interface TextSurvey {
  /** Of the text's bytes, in hexadecimal. */
  sha256: string
  bytes: number
  train: number
  validation: number
  /** The distinct characters by code point: character k is token k. */
  characters: string[]
  /** The first characters. */
  preview: string
}

/**
 * First pass. Throws WorkbenchError 'file-empty', 'not-text', 'text-too-short', or what readContent throws.
 */
async function surveyText(file: Candidate, work: Work): Promise<TextSurvey> {
  const hashed = hashing(readContent(file, work))
  const seen = new Uint8Array(codePoints)
  let tokens = 0
  let preview = ''
  for await (const text of decodeUtf8(hashed.pieces, file.name)) {
    if (tokens < previewCharacters) preview = begin(preview + text.slice(0, 2 * previewCharacters))
    for (let index = 0; index < text.length; index++, tokens++) {
      const codePoint = text.codePointAt(index)!
      if (codePoint > 0xffff) index++
      seen[codePoint] = 1
    }
  }
  if (tokens === 0) throw empty(file.name)
  if (tokens < minimumTokens) throw tooShort(file.name, tokens)
  const characters: string[] = []
  seen.forEach((isSeen, codePoint) => isSeen && characters.push(String.fromCodePoint(codePoint)))
  const train = Math.floor(tokens * trainShare)
  return { ...hashed.result(), train, validation: tokens - train, characters, preview }
}

/**
 * Second pass: writes the tokens of `file`, all splits in one row, to the new file `target`. They are on the disk
 * when it returns. Throws WorkbenchError 'file-changed' when the bytes are not those of the survey.
 */
async function writeTokens(file: Candidate, survey: TextSurvey, target: string, work: Work): Promise<void> {
  const tokenizer = characterTokenizer(survey.characters)
  const hashed = hashing(readContent(file, work))
  const output = await fs.open(target, 'wx')
  try {
    for await (const text of decodeUtf8(hashed.pieces, file.name)) {
      const tokens = tokenArray(tokenizer.size, tokenizer.encode(text))
      await output.writeFile(new Uint8Array(tokens.buffer))
    }
    if (hashed.result().sha256 !== survey.sha256) throw fileChanged(file.name)
    await output.sync()
  } catch (error) {
    // The first pass found every byte valid and every character known, so different content can only be new.
    const isNewContent =
      error instanceof WorkbenchError && ['not-text', 'invalid-request', 'file-damaged'].includes(error.code)
    throw isNewContent ? fileChanged(file.name) : error
  } finally {
    await output.close()
  }
}

async function measureBaselines(
  folder: string,
  { characters, train, validation }: TextSurvey,
  check: () => void,
): Promise<TextBaselines> {
  const vocabulary = characters.length
  const trainTokens = openSplit(folder, { vocabulary, first: 0, length: train })
  const validationTokens = openSplit(folder, { vocabulary, first: train, length: validation })
  try {
    return await textBaselines(trainTokens, validationTokens, vocabulary, check)
  } finally {
    trainTokens.close()
    validationTokens.close()
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

function empty(name: string): WorkbenchError {
  return new WorkbenchError('file-empty', `The file ${name} is empty.`, 'Import a file that has text in it.')
}

function tooShort(name: string, tokens: number): WorkbenchError {
  return new WorkbenchError(
    'text-too-short',
    `The text ${name} has ${tokens} ${tokens === 1 ? 'character' : 'characters'}; at least ${minimumTokens} are needed to split it into training and validation.`,
    'Import a longer text: models learn from some hundred thousand characters on.',
  )
}
