/** What a person may choose when files become a dataset. Everything has a default: files can simply be dropped. */
import './without-eval.ts'
import { z } from 'zod'
import { seedSchema } from './seed.ts'

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'latin1'] as const
export type Encoding = (typeof encodings)[number]

/** The largest vocabulary that byte pairs are merged to here. */
export const mostMergedTokens = 65_536

/** How text becomes tokens. A tokenizer.json is named by its path, or by an upload that the import consumes. */
export const tokenizerChoiceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('character') }),
  z.object({ kind: z.literal('byte') }),
  z.object({
    kind: z.literal('bpe'),
    vocabulary: z.number().int().min(257).max(mostMergedTokens).describe('tokens: 256 bytes and the merges'),
  }),
  z.object({
    kind: z.literal('file'),
    path: z.string().min(1).max(4096).optional().describe('of a tokenizer.json'),
    upload: z.string().min(1).max(200).optional().describe('of a tokenizer.json, where there are no paths'),
    name: z.string().min(1).max(4096).optional().describe('what messages call it; absent: its path'),
  }),
])
export type TokenizerChoice = z.infer<typeof tokenizerChoiceSchema>

export const splitChoiceSchema = z.object({
  by: z
    .enum(['position', 'document'])
    .optional()
    .describe('text: its end (default), or whole documents drawn by seed; images are always drawn by class'),
  validation: z.number().gt(0).lt(1).optional().describe('share that is for validation; 0.1 when absent'),
  seed: seedSchema.optional(),
})
export type SplitChoice = z.infer<typeof splitChoiceSchema>

/** Pixels along each side that the images of a folder are scaled to, instead of a size chosen after them. */
export const imageSizeSchema = z.number().int().min(4).max(512)

/** A column of a table, as the first rows show it. */
export const columnSchema = z.object({
  name: z.string(),
  type: z
    .enum(['text', 'number', 'images', 'bytes', 'other'])
    .describe('images: encoded image files; bytes: whatever they are; other: what cannot be read here'),
})
export type Column = z.infer<typeof columnSchema>

export const importChoicesSchema = z.object({
  imageSize: imageSizeSchema
    .optional()
    .describe('pixels along each side; from the images themselves when absent'),
  column: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('of a table: what is read as text, or as image bytes'),
  labelColumn: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe("of a table of images: what names an image's class"),
  encoding: z.enum(encodings).optional().describe('of text; guessed, and said, when absent'),
  newlines: z
    .enum(['kept', 'unix'])
    .optional()
    .describe('line ends as they are (default), or CRLF and CR as LF'),
  tokenizer: tokenizerChoiceSchema.optional().describe('of text; characters when absent'),
  split: splitChoiceSchema.optional().describe('where the source brings none of its own'),
})
export type ImportChoices = z.infer<typeof importChoicesSchema>
