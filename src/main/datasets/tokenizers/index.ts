/**
 * The tokenizer that a dataset was made with, kept in its folder: the characters, nothing for bytes, the merges, or a
 * tokenizer.json as it was given. To add one, write a Tokenizer in a file of its own and name it here.
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { TextDataset, TokenizerKind } from '../../../shared/experiment.ts'
import { damaged, mergesFile, readDatasetOf, readJson, tokenizerFile, vocabularyFile } from '../format.ts'
import { byteTokenizer, byteValues } from './byte.ts'
import { bytePairTokenizer } from './bytePairs.ts'
import { characterTokenizer } from './character.ts'
import { huggingFaceTokenizer } from './huggingFace.ts'
import type { Merges } from './merges.ts'
import type { Tokenizer } from './tokenizer.ts'

/** What tells a tokenizer from the others of its kind. */
export type TokenizerContent =
  | { readonly kind: 'character'; readonly characters: readonly string[] }
  | { readonly kind: 'byte' }
  | { readonly kind: 'bpe'; readonly merges: Merges }
  | { readonly kind: 'file'; readonly content: string; readonly name: string }

/** Throws what huggingFaceTokenizer throws. */
export function createTokenizer(wanted: TokenizerContent): Tokenizer {
  switch (wanted.kind) {
    case 'character':
      return characterTokenizer(wanted.characters)
    case 'byte':
      return byteTokenizer()
    case 'bpe':
      return bytePairTokenizer(wanted.merges)
    case 'file':
      return huggingFaceTokenizer(wanted.content, wanted.name)
  }
}

/** On the disk when it returns. */
export async function writeTokenizer(folder: string, wanted: TokenizerContent): Promise<void> {
  const write = (file: string, content: string) =>
    fs.writeFile(path.join(folder, file), content, { flush: true })
  if (wanted.kind === 'character')
    await write(vocabularyFile, `${JSON.stringify(wanted.characters, null, 2)}\n`)
  if (wanted.kind === 'bpe') await write(mergesFile, `${JSON.stringify(wanted.merges)}\n`)
  if (wanted.kind === 'file') await write(tokenizerFile, wanted.content)
}

/**
 * The tokenizer of the text in `folder`, whose record may be known already.
 * Throws WorkbenchError 'dataset-damaged', or 'wrong-kind' for images.
 */
export function readTokenizer(
  folder: string,
  { tokenizer: kind, vocabulary }: TokenizedText = readDatasetOf('text', folder),
): Tokenizer {
  const found = createTokenizer(readContent(folder, kind))
  if (found.size === vocabulary) return found
  throw damaged(folder, `its tokenizer has ${found.size} tokens, not ${vocabulary}`)
}

/** What the tokens of the text in `folder` stand for, token k at index k. Throws as readTokenizer. */
export function readVocabulary(folder: string): string[] {
  const { size, label } = readTokenizer(folder)
  return Array.from({ length: size }, (_, id) => label(id))
}

type TokenizedText = Pick<TextDataset, 'tokenizer' | 'vocabulary'>

const charactersSchema = z.array(
  z.string().refine((text) => [...text].length === 1, 'expected one character'),
)
const token = z.number().int().min(0)
const mergesSchema = z
  .array(z.tuple([token, token]))
  .refine(
    (merges) => merges.every((pair, rank) => pair.every((one) => one < byteValues + rank)),
    'expected merges of bytes and earlier merges',
  )
  .refine(
    (merges) => new Set(merges.map((pair) => pair.join(' '))).size === merges.length,
    'expected distinct merges',
  )

function readContent(folder: string, kind: TokenizerKind): TokenizerContent {
  switch (kind) {
    case 'character':
      return { kind, characters: readJson(folder, vocabularyFile, charactersSchema) }
    case 'byte':
      return { kind }
    case 'bpe':
      return { kind, merges: readJson(folder, mergesFile, mergesSchema) }
    case 'file':
      return { kind, content: readText(folder, tokenizerFile), name: tokenizerFile }
  }
}

function readText(folder: string, file: string): string {
  try {
    return readFileSync(path.join(folder, file), 'utf8')
  } catch (error) {
    throw damaged(folder, `${file} cannot be read (${(error as Error).message})`)
  }
}
