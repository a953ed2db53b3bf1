/** What can be exported of runs and experiments, as every side speaks of it. docs/exports.md describes the formats. */
import './without-eval.ts'
import { z } from 'zod'
import { experimentSchema, runSchema } from './experiment.ts'

export const exportFormats = [
  'csv',
  'json',
  'safetensors',
  'onnx',
  'tensorboard',
  'report',
  'charts',
  'archive',
] as const
export const exportFormatSchema = z.enum(exportFormats)
export type ExportFormat = z.infer<typeof exportFormatSchema>

/** Formats that hold one experiment whole. */
export const experimentFormats: ReadonlySet<ExportFormat> = new Set(['report', 'charts', 'archive'])
/** Formats that hold trained weights. */
export const weightFormats: ReadonlySet<ExportFormat> = new Set(['safetensors', 'onnx'])

export const exportedCheckpoints = ['initial', 'best', 'last'] as const
export const exportedCheckpointSchema = z.enum(exportedCheckpoints)
export type ExportedCheckpoint = z.infer<typeof exportedCheckpointSchema>

export const exportRequestSchema = z.object({
  id: z.string().min(1).max(200).describe('of a run, or of an experiment, which is all of its runs'),
  format: exportFormatSchema,
  checkpoint: exportedCheckpointSchema
    .optional()
    .describe('weights before training, with the lowest validation loss (absent: these), or the latest kept'),
  withDataset: z.boolean().optional().describe('of an archive: whether the dataset is in it; absent: no'),
})
export type ExportRequest = z.infer<typeof exportRequestSchema>

/** A file that waits to be fetched once, at `downloadPath` of wire.ts. */
export const downloadSchema = z.object({
  download: z.string().describe('names it in the address that it is fetched from'),
  name: z.string().describe('what the file is best called'),
  bytes: z.number().int(),
})
export type Download = z.infer<typeof downloadSchema>

/** What an archive brought. */
export const importedArchiveSchema = z.object({
  experiment: experimentSchema,
  runs: z.array(runSchema),
  dataset: z
    .enum(['present', 'added', 'missing'])
    .describe('whether the library had the dataset, got it from the archive, or is without it'),
})
export type ImportedArchive = z.infer<typeof importedArchiveSchema>

/** Metrics that charts draw and references belong to. */
export const curveMetrics = ['validation/loss', 'train/loss', 'validation/accuracy'] as const

/** A curve from elsewhere, drawn beside those of an experiment. */
export const referenceSchema = z.object({
  id: z.string(),
  experiment: z.string(),
  name: z.string(),
  metric: z.string().describe('of the experiment that it is drawn with: validation/loss'),
  points: z.number().int(),
  source: z.string().describe('name of the file, and the series in it'),
  addedAt: z.string().describe('ISO 8601, UTC'),
})
export type Reference = z.infer<typeof referenceSchema>
