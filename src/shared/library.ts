/** What a person says of a dataset, and what the library adds to its record. None of it is part of the content. */
import './without-eval.ts'
import { z } from 'zod'
import { datasetSchema } from './experiment.ts'

/** A word or a few, on one line. */
export const tagSchema = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .regex(/^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/u, 'a tag has no control characters')

/** What is absent stays as it is. */
export const labelChangeSchema = z.object({
  name: z.string().min(1).max(200).optional(),
  tags: z.array(tagSchema).max(20).optional().describe('all of them from now on; each counts once'),
})
export type LabelChange = z.infer<typeof labelChangeSchema>

export const libraryEntrySchema = datasetSchema.and(
  z.object({
    tags: z.array(z.string()).describe("the person's"),
    diskBytes: z.number().int().describe('of all files of the dataset in the library'),
  }),
)
export type LibraryEntry = z.infer<typeof libraryEntrySchema>
