/** The home: its settings, what it takes up on the disk, and what runs on it. */
import { z } from 'zod'
import { errorRecordSchema } from '../experiment.ts'
import { settingsSchema } from '../settings.ts'
import { call } from './common.ts'

/** What a home is made of: docs/architecture.md says which folders and tables these are. */
export const homeParts = ['datasets', 'checkpoints', 'statistics', 'records', 'other'] as const
export type HomePart = (typeof homeParts)[number]

export const homeSchema = z.object({
  folder: z.string().describe('path on this machine'),
  parts: z
    .array(
      z.object({
        part: z.enum(homeParts),
        path: z.string().describe('of the folder or the file that holds it'),
        bytes: z.number().int().describe('on the disk'),
      }),
    )
    .describe('in the order of homeParts'),
  freeBytes: z.number().describe('of the disk that the home is on'),
  cores: z.number().int().describe('that runs share'),
  memoryBytes: z.number().describe('of this machine'),
  versions: z.record(z.string(), z.string()).describe('of the workbench and of what it runs on'),
})
export type Home = z.infer<typeof homeSchema>

export const homeCalls = {
  readSettings: call(z.object({}), settingsSchema),
  /** What is absent stays as it is. */
  changeSettings: call(settingsSchema.partial(), settingsSchema),
  /** Measures the disk: a home of many files takes a moment. */
  readHome: call(z.object({}), homeSchema),
  /** What a person should know of this home since the workbench was started: a database that was recovered. */
  readNotices: call(z.object({}), z.array(errorRecordSchema)),
} as const
