/** What the workbench tells every window without being asked. */
import { z } from 'zod'
import { runSchema } from '../experiment.ts'
import { settingsSchema } from '../settings.ts'

export const events = {
  /** A run changed its state or made progress: at most four times a second per run. */
  runChanged: runSchema,
  /** A dataset was added or removed, or has another name or other tags. */
  datasetsChanged: z.object({}),
  /** An experiment was labelled, deleted or restored. */
  experimentsChanged: z.object({}),
  /** A variant of the person's own was saved or removed. */
  catalogueChanged: z.object({}),
  /** A setting was changed, by a window of this process. */
  settingsChanged: settingsSchema,
  /** How far an import is; `total` is 0 while it is not known. */
  importProgress: z.object({
    request: z.string().nullable().describe('as importDataset was given it'),
    name: z.string(),
    bytes: z.number(),
    total: z.number(),
  }),
  /** What a sampleRun that has a `request` added to its text since the last one. */
  sampleProgress: z.object({ request: z.string(), text: z.string() }),
} as const
