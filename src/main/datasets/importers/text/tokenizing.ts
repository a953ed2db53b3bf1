/** The tokenizer of a text that is being imported: made of its characters, learned from it, or read from a file. */
import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import { WorkbenchError } from '../../../../shared/errors.ts'
import type { TokenizerChoice } from '../../../../shared/imports.ts'
import { byteValues } from '../../tokenizers/byte.ts'
import { createTokenizer, type TokenizerContent } from '../../tokenizers/index.ts'
import { learnMerges } from '../../tokenizers/merges.ts'
import { createWordCounter } from '../../tokenizers/wordCounts.ts'
import { readingError } from '../source.ts'
import type { Segment } from './split.ts'

/** A tokenizer.json of a vocabulary of 250,000 has some 30 MB. */
const mostFileBytes = 2 ** 27

/** Passes over the text: the survey, the learning of merges, the writing of tokens. */
export const passesOf = ({ kind }: TokenizerChoice): number => (kind === 'bpe' ? 3 : 2)

/**
 * What tells this choice of a tokenizer from every other, for the id of a dataset. Reads a tokenizer.json.
 * @throws WorkbenchError as tokenizerFileOf
 */
export async function describeTokenizer(choice: TokenizerChoice): Promise<object> {
  if (choice.kind !== 'file') return choice
  const { content } = await tokenizerFileOf(choice)
  return { kind: choice.kind, sha256: createHash('sha256').update(content).digest('hex') }
}

/**
 * @param alphabet the distinct characters of the text
 * @param training the training split, for a tokenizer that learns from it
 * @param check is called now and then and may throw to end the work
 * @throws WorkbenchError about a tokenizer.json, or what `training` throws
 */
export async function makeTokenizer(
  choice: TokenizerChoice,
  { alphabet, training, check }: MakingOf,
): Promise<{ content: TokenizerContent; notes: string[] }> {
  switch (choice.kind) {
    case 'character':
      return { content: { kind: choice.kind, characters: alphabet }, notes: [] }
    case 'byte':
      return { content: { kind: choice.kind }, notes: [] }
    case 'bpe':
      return learn(choice.vocabulary, { training, check })
    case 'file':
      return { content: { kind: choice.kind, ...(await tokenizerFileOf(choice)) }, notes: [] }
  }
}

interface MakingOf {
  readonly alphabet: readonly string[]
  training(): AsyncIterable<Segment>
  check(): void
}

async function learn(vocabulary: number, { training, check }: Pick<MakingOf, 'training' | 'check'>) {
  const counter = createWordCounter()
  for await (const { text, isValidation, ends } of training()) {
    if (isValidation) continue
    counter.push(text)
    if (ends) counter.end()
  }
  const { counts, leftOut } = counter.result()
  const merges = await learnMerges(counts, vocabulary, check)
  const size = byteValues + merges.length
  const notes = [
    ...(size < vocabulary
      ? [
          `The vocabulary has ${size} tokens, not ${vocabulary}: no two tokens of the training split follow each other twice any more.`,
        ]
      : []),
    ...(leftOut > 0
      ? [
          `The merges were learned from the first ${counts.size} distinct words; ${leftOut} occurrences of others were left out.`,
        ]
      : []),
  ]
  return { content: { kind: 'bpe' as const, merges }, notes }
}

type TokenizerFileChoice = Extract<TokenizerChoice, { kind: 'file' }>

/** @throws WorkbenchError 'invalid-request', 'file-missing', 'file-unreadable' or 'file-too-large' */
async function tokenizerFileOf({ path, name = path }: TokenizerFileChoice) {
  if (path === undefined || name === undefined)
    throw new WorkbenchError(
      'invalid-request',
      'The tokenizer is to be read from a file, and none is named.',
      'Name a tokenizer.json by its path, or upload one.',
    )
  try {
    const { size } = await fs.stat(path)
    if (size > mostFileBytes)
      throw new WorkbenchError(
        'file-too-large',
        `The tokenizer ${name} has ${size} bytes; at most ${mostFileBytes} are read.`,
        'Check that it is a tokenizer.json.',
      )
    return { content: await fs.readFile(path, 'utf8'), name }
  } catch (error) {
    throw readingError(error, name)
  }
}

/** What a person should know of a tokenizer that somebody else made, by how it takes the beginning of the text. */
export function notesOn(content: TokenizerContent, preview: string): string[] {
  if (content.kind !== 'file') return []
  const { encode, decode } = createTokenizer(content)
  const returned = decode(encode(preview))
  if (returned === preview) return []
  const at = [...preview].findIndex((character, index) => character !== [...returned][index])
  const around = (text: string) => JSON.stringify([...text].slice(Math.max(0, at - 10), at + 20).join(''))
  return [
    `The tokenizer does not keep the text as it is: ${around(preview)} comes back as ${around(returned)}.`,
  ]
}
