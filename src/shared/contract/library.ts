/** Datasets: what files would become, importing them, and looking into them. */
import { z } from 'zod'
import { datasetKinds, datasetSchema, errorRecordSchema } from '../experiment.ts'
import { healthSchema } from '../health.ts'
import { columnSchema, importChoicesSchema } from '../imports.ts'
import { labelChangeSchema, libraryEntrySchema } from '../library.ts'
import { call, id, mostUploads, pathSourceSchema } from './common.ts'

/** Where the bytes of datasets come from. A browser has no paths: it uploads first and names the uploads. */
export const sourceSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('paths'),
    paths: z.array(pathSourceSchema.shape.path).min(1).max(10_000).describe('files and folders'),
  }),
  z.object({ kind: z.literal('uploads'), uploads: z.array(id).min(1).max(mostUploads) }),
  z.object({ kind: z.literal('sample'), sample: id }),
])
export type Source = z.infer<typeof sourceSchema>

/** A dataset that files would become. */
export const importPlanSchema = z.object({
  name: z.string(),
  kind: z.enum(datasetKinds),
  format: z.string().describe('as people call it: text, IDX'),
  files: z.number().int(),
  bytes: z.number().int().describe('of these files'),
  given: z.number().int().describe('files and folders, as they were given, that are this dataset'),
  source: sourceSchema.describe('these files alone'),
  columns: z.array(columnSchema).optional().describe('of a table, as its first rows show them'),
  textColumn: z
    .string()
    .nullable()
    .optional()
    .describe(
      'read as text unless another is chosen; null: one must be chosen; absent: there is no such choice',
    ),
  refusal: errorRecordSchema.nullable().describe('why it cannot be imported, where that is known before'),
  preview: z.string().describe('the beginning of a text, or the names of the first image files'),
})
export type ImportPlanRecord = z.infer<typeof importPlanSchema>

const splitSchema = z.enum(['train', 'validation'])

/** The most images, and the most bytes of their pixels, that one readImages answers. */
const [mostImages, mostImageBytes] = [1000, 8 * 2 ** 20]
/** How many images of a size can be asked for at once. */
export const imagesPerAnswer = (size: { height: number; width: number; channels: number }): number =>
  Math.max(1, Math.min(mostImages, Math.floor(mostImageBytes / (size.height * size.width * size.channels))))

export const libraryCalls = {
  listDatasets: call(z.object({}), z.array(libraryEntrySchema)),
  /** What files would become: those that belong together are one dataset, others one each. */
  planImport: call(z.object({ source: sourceSchema }), z.array(importPlanSchema)),
  /** Imports the files of one dataset. Uploads are consumed, whatever comes of them. */
  importDataset: call(
    z.object({
      source: sourceSchema,
      name: z.string().min(1).max(200).optional(),
      request: id
        .optional()
        .describe('chosen by who asks: names the import in importProgress and cancelImport'),
      ...importChoicesSchema.shape,
    }),
    datasetSchema,
  ),
  /** Ends an import, which then fails with `interrupted` and leaves nothing behind; of no effect where it has ended. */
  cancelImport: call(z.object({ request: id }), z.object({})),
  /** Deletes uploads that will not be imported; those that are imported already are not there any more. */
  discardUploads: call(z.object({ uploads: z.array(id).max(mostUploads) }), z.object({})),
  /** Gives a dataset another name or other tags; what is absent stays as it is. Its content and its id do not change. */
  labelDataset: call(z.object({ id, ...labelChangeSchema.shape }), libraryEntrySchema),
  /** What was found in a dataset: kept after the first time, which reads all of it. */
  readHealth: call(z.object({ id }), healthSchema),
  removeDataset: call(z.object({ id }), z.object({})),
  /** Where in a split the first images of every class are. */
  findImages: call(
    z.object({ id, split: splitSchema, perClass: z.number().int().min(1).max(100) }),
    z.array(z.array(z.number().int())).describe('indices by label, ascending'),
  ),
  /** Images of a split as they are trained on. */
  readImages: call(
    z.object({ id, split: splitSchema, indices: z.array(z.number().int().min(0)).min(1).max(mostImages) }),
    z.object({
      height: z.number().int(),
      width: z.number().int(),
      channels: z.number().int(),
      pixels: z.string().describe('base64 of the bytes (indices, height, width, channels)'),
      labels: z.array(z.number().int()),
    }),
  ),
  /** Sequences of a split of a text, as its tokenizer writes them. */
  readTexts: call(
    z.object({
      id,
      split: splitSchema,
      offsets: z.array(z.number().int().min(0)).min(1).max(1000).describe('first token of each'),
      tokens: z.number().int().min(1).max(4096).describe('of each'),
    }),
    z.array(z.string()),
  ),
  /** What the tokens of a text stand for, token k at index k. */
  readVocabulary: call(z.object({ id }), z.array(z.string())),
} as const
