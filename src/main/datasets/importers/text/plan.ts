/**
 * Text to tokens, in streaming passes: the first finds out what is in it (hash, characters, documents), one more learns
 * merges where that is chosen, the last writes the tokens. Memory is bounded by the piece and the vocabulary, never by
 * the text.
 *
 * A dataset's `sha256` is the hash of its text in UTF-8, as it was read: the encoding and the line ends that were chosen
 * are in it. Its id is the beginning of that hash where the text becomes characters and its last tenth is for validation;
 * for every other choice it is the beginning of `identity`, a SHA-256 over the hash of the text, the tokenizer, the
 * split, and, where they matter, the lengths of the documents.
 */
import { createHash } from 'node:crypto'
import { WorkbenchError } from '../../../../shared/errors.ts'
import type { TextBaselines } from '../../../../shared/experiment.ts'
import { textBaselines } from '../../baselines.ts'
import { createTokenizer, writeTokenizer } from '../../tokenizers/index.ts'
import type { TokenizerContent } from '../../tokenizers/index.ts'
import type { Tokenizer } from '../../tokenizers/tokenizer.ts'
import { openSplit } from '../../tokens.ts'
import { createTokenWriter } from '../../tokenWriter.ts'
import type { ImportPlan, ImportOptions } from '../importer.ts'
import { fileChanged, throwIfCancelled } from '../source.ts'
import { usualSplit } from '../split.ts'
import type { TextPiece, TextSource } from './source.ts'
import { countCharacters, segmentsOf, splitRecordOf, type TextSplitRecord } from './split.ts'
import { hashing, surveyText, type TextSurvey } from './survey.ts'
import { describeTokenizer, makeTokenizer, notesOn, passesOf } from './tokenizing.ts'

/** The fewest tokens of a split: one that is seen and one that is predicted. */
const minimumTokens = 2

/** What files become that `source` reads as text. */
export function textPlan({
  source,
  ...plan
}: Pick<ImportPlan, 'format' | 'name' | 'files'> & { source: TextSource }): ImportPlan {
  const name = plan.files.length === 1 ? plan.files[0]!.name : plan.name
  let survey: Promise<TextSurvey> | undefined
  const surveyOnce = (options: ImportOptions) => (survey ??= surveyText(source.read(pass(options, 0)), name))
  return {
    ...plan,
    kind: 'text',
    async identify(options) {
      const found = await surveyOnce(options)
      return (await identityOf(found, options)) ?? found.sha256
    },
    async write(folder, options) {
      const found = await surveyOnce(options)
      const identity = await identityOf(found, options)
      const choice = options.tokenizer ?? usualTokenizer
      const split = splitRecordOf(options.split)
      refuseSingleDocument(split, found, name)
      const check = () => throwIfCancelled(options.signal, name)
      const segmentsAt = (number: number) =>
        segmentsOf(readAgain(source, pass(options, number), name, found), split, found)

      const last = passesOf(choice) - 1
      const made = await makeTokenizer(choice, {
        alphabet: found.alphabet,
        training: () => segmentsAt(1),
        check,
      })
      const tokenizer = createTokenizer(made.content)
      await writeTokenizer(folder, made.content)
      const written = await writeTokens(segmentsAt(last), folder, tokenizer, {
        split,
        encode: encoderOf(made.content, tokenizer, name),
      })
      refuseShortSplit(written, name)
      const notes = [...source.notes(), ...made.notes, ...notesOn(made.content, found.preview)]
      const { sha256, bytes, preview } = found
      const { size: vocabulary } = tokenizer
      const baselines = await measureBaselines(folder, { ...written, vocabulary }, check)
      return {
        kind: 'text',
        sha256,
        ...(identity !== undefined && { identity }),
        bytes,
        ...written,
        split,
        preview,
        vocabulary,
        tokenizer: choice.kind,
        ...(notes.length > 0 && { notes }),
        baselines,
      }
    },
  }
}

const usualTokenizer = { kind: 'character' } as const

/** The options of one pass, whose progress is its share of all of them. */
function pass(options: ImportOptions, number: number): ImportOptions {
  const passes = passesOf(options.tokenizer ?? usualTokenizer)
  const { onProgress } = options
  return {
    ...options,
    onProgress: onProgress && ((bytes, total) => onProgress((number * total + bytes) / passes, total)),
  }
}

/** Undefined for the usual choices: see the top of this file. */
async function identityOf(
  { sha256, documentsSha256 }: TextSurvey,
  { tokenizer: choice = usualTokenizer, split: chosen }: ImportOptions,
): Promise<string | undefined> {
  const split = splitRecordOf(chosen)
  const isUsualSplit = split.by === 'position' && split.validation === usualSplit.validation
  if (choice.kind === 'character' && isUsualSplit) return undefined
  const dependsOnDocuments = split.by === 'document' || choice.kind === 'bpe' || choice.kind === 'file'
  const chosenAll = {
    text: sha256,
    ...(dependsOnDocuments && { documents: documentsSha256 }),
    tokenizer: await describeTokenizer(choice),
    split,
  }
  return createHash('sha256').update(JSON.stringify(chosenAll)).digest('hex')
}

/** Reads once more what was surveyed. Throws WorkbenchError 'file-changed' where the text is another. */
async function* readAgain(
  source: TextSource,
  options: ImportOptions,
  name: string,
  survey: TextSurvey,
): AsyncGenerator<TextPiece> {
  const hashed = hashing(source.read(options))
  try {
    yield* hashed.pieces
  } catch (error) {
    // The first pass found nothing to refuse, so what is refused now can only be new.
    const isNewContent =
      error instanceof WorkbenchError && ['not-text', 'invalid-request', 'file-damaged'].includes(error.code)
    throw isNewContent ? fileChanged(name) : error
  }
  if (hashed.result().sha256 !== survey.sha256) throw fileChanged(name)
}

/** Where the vocabulary is the characters of the text, one that it has no token for was not there before. */
function encoderOf(content: TokenizerContent, tokenizer: Tokenizer, name: string) {
  const encoding = tokenizer.encoding()
  const known = <Input extends unknown[]>(encode: (...input: Input) => Int32Array) => {
    if (content.kind !== 'character') return encode
    return (...input: Input) => {
      try {
        return encode(...input)
      } catch (error) {
        throw error instanceof WorkbenchError ? fileChanged(name) : error
      }
    }
  }
  return { push: known(encoding.push), end: known(encoding.end) }
}

interface Written {
  readonly train: number
  readonly validation: number
  readonly validationBytes: number
  readonly validationCharacters: number
}

/** Writes the tokens of `segments`, which are on the disk when it returns. */
async function writeTokens(
  segments: AsyncIterable<{ text: string; isValidation: boolean; ends: boolean }>,
  folder: string,
  { size }: Tokenizer,
  { split, encode }: { split: TextSplitRecord; encode: ReturnType<typeof encoderOf> },
): Promise<Written> {
  const writer = await createTokenWriter(folder, size, { isLast: split.by === 'position' })
  let validationBytes = 0
  let validationCharacters = 0
  try {
    for await (const { text, isValidation, ends } of segments) {
      await writer.add(encode.push(text), isValidation)
      if (ends) await writer.add(encode.end(), isValidation)
      if (!isValidation) continue
      validationBytes += Buffer.byteLength(text)
      validationCharacters += countCharacters(text)
    }
    return { ...(await writer.finish()), validationBytes, validationCharacters }
  } finally {
    await writer.close()
  }
}

async function measureBaselines(
  folder: string,
  { vocabulary, train, validation }: { vocabulary: number; train: number; validation: number },
  check: () => void,
): Promise<TextBaselines> {
  const trainTokens = openSplit(folder, { vocabulary, first: 0, length: train })
  const validationTokens = openSplit(folder, { vocabulary, first: train, length: validation })
  try {
    return await textBaselines(trainTokens, validationTokens, vocabulary, check)
  } finally {
    trainTokens.close()
    validationTokens.close()
  }
}

function refuseSingleDocument({ by }: TextSplitRecord, { documents }: TextSurvey, name: string): void {
  if (by === 'position' || documents > 1) return
  throw new WorkbenchError(
    'invalid-request',
    `The text ${name} is one document; a split by document needs two or more.`,
    'Split it by position, or import a folder of files or a table of texts.',
  )
}

function refuseShortSplit({ train, validation }: Written, name: string): void {
  if (Math.min(train, validation) >= minimumTokens) return
  throw new WorkbenchError(
    'text-too-short',
    `The text ${name} becomes ${train} training and ${validation} validation tokens; both need at least ${minimumTokens}.`,
    'Import a longer text, or choose another share for validation or another tokenizer.',
  )
}
