/** What an examination of a dataset found before anything is trained on it: measurements, and what they mean. */
import './without-eval.ts'
import { z } from 'zod'

const count = z.number().int().min(0)
const split = z.enum(['train', 'validation'])

export const findingSchema = z.object({
  code: z.string().describe('the same for the same kind of finding in every dataset'),
  severity: z.enum(['info', 'warning']).describe('warning: results on this dataset may mislead'),
  message: z.string().describe('what was found, with its numbers, in one sentence'),
  advice: z.string().describe('what to do about it, in one sentence'),
})
export type Finding = z.infer<typeof findingSchema>

const tokenCountSchema = z.object({ token: count, text: z.string(), count })
export type TokenCount = z.infer<typeof tokenCountSchema>

export const tokenFrequenciesSchema = z.object({
  used: count.describe('distinct tokens that occur'),
  seldom: count.describe('distinct tokens that occur in training, but fewer than ten times'),
  unseen: count.describe('distinct tokens that occur in validation only'),
  unseenPlaces: count.describe('validation tokens that are one of these'),
  frequent: z.array(tokenCountSchema).describe('the most frequent ones, most frequent first'),
  rare: z.array(tokenCountSchema).describe('the rarest ones, rarest first'),
})
export type TokenFrequencies = z.infer<typeof tokenFrequenciesSchema>

export const lineLengthsSchema = z.object({
  lines: count,
  empty: count,
  shortest: count.describe('characters, without the line end'),
  median: count.describe('characters; of lines beyond 65,535 characters this is the least they have'),
  longest: count.describe('characters'),
  bins: z
    .array(z.object({ from: count, to: count, lines: count }))
    .describe('lines by their characters, both ends included: 0, 1, 2 to 3, 4 to 7, ...'),
  ends: z.object({ lf: count, crlf: count, cr: count }).describe('line ends of each kind'),
})
export type LineLengths = z.infer<typeof lineLengthsSchema>

export const oddGroups = [
  'replacement',
  'control',
  'zero-width',
  'direction',
  'line-separator',
  'private-use',
  'noncharacter',
] as const
export type OddGroup = (typeof oddGroups)[number]
export const oddCharacterSchema = z.object({
  codePoint: count,
  group: z.enum(oddGroups),
  count,
})
export type OddCharacter = z.infer<typeof oddCharacterSchema>

export const repetitionSchema = z.object({
  window: count.describe('tokens of a window'),
  windows: count.describe('windows of the validation split, side by side'),
  examined: count.describe('of these, evenly spread where there are many'),
  found: count.describe('of those examined, windows whose tokens stand somewhere in training too'),
  examples: z.array(z.string()).describe('text of the first windows found'),
})
export type Repetition = z.infer<typeof repetitionSchema>

export const textHealthSchema = z.object({
  kind: z.literal('text'),
  findings: z.array(findingSchema),
  samples: z.array(z.object({ split, at: count.describe('token of the split'), text: z.string() })),
  frequencies: tokenFrequenciesSchema,
  lines: lineLengthsSchema,
  odd: z.array(oddCharacterSchema).describe('most frequent first'),
  repetition: repetitionSchema,
})
export type TextHealth = z.infer<typeof textHealthSchema>

export const identicalImagesSchema = z.object({
  examined: count.describe('images of both splits; all but in very large datasets'),
  examinedValidation: count.describe('of these, validation images'),
  acrossSplits: count.describe('validation images that are also training images, pixel by pixel'),
  withinTrain: count.describe('training images that repeat an earlier training image'),
  withinValidation: count.describe('validation images that repeat an earlier validation image'),
  conflicting: count.describe('images that have an identical one of another class'),
  constant: count.describe('images whose pixels are all the same'),
  examples: z
    .array(z.array(z.object({ split, index: count, label: count })).min(2))
    .describe('identical images: of another class first, then in both splits'),
})
export type IdenticalImages = z.infer<typeof identicalImagesSchema>

export const imageHealthSchema = z.object({
  kind: z.literal('images'),
  findings: z.array(findingSchema),
  identical: identicalImagesSchema,
})
export type ImageHealth = z.infer<typeof imageHealthSchema>

export const healthSchema = z.discriminatedUnion('kind', [textHealthSchema, imageHealthSchema])
export type Health = z.infer<typeof healthSchema>
