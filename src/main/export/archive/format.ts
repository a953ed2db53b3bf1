/**
 * What an experiment archive (.awx) holds: a zip of
 *
 *     manifest.json                        what it is, and the SHA-256 and size of every other file
 *     experiment.json, runs.json           the records, as every side speaks of them
 *     records/<run>.jsonl                  a line per page of points, measurements or log, per sample, per confusion matrix
 *     references.jsonl                     curves from elsewhere: a line that names one, then a line per page of its points
 *     probes/<run>/<step>                  attention maps and hidden states, as the database keeps them
 *     checkpoints/<run>/best.safetensors   and the latest regular one, as the run keeps them
 *     dataset/<file>                       with --with-dataset: the files of its folder in the library
 */
import { z } from 'zod'
import {
  confusionMatrixSchema,
  datasetSchema,
  logLineSchema,
  textSampleSchema,
} from '../../../shared/experiment.ts'
import { referenceSchema } from '../../../shared/exports.ts'
import { measurementSchema } from '../../../shared/statistics.ts'
import {
  imagesFile,
  labelsFile,
  mergesFile,
  metaFile,
  tokenizerFile,
  tokensFile,
  vocabularyFile,
} from '../../datasets/format.ts'

/** A program reads archives up to its own version. Version 2 brought references and the logs of runs. */
export const archiveVersion = 2
export const archiveFormat = 'attention-workbench-archive'
export const archiveExtension = '.awx'

export const manifestFile = 'manifest.json'
export const experimentFile = 'experiment.json'
export const runsFile = 'runs.json'
export const referencesFile = 'references.jsonl'
export const recordsOf = (run: string) => `records/${run}.jsonl`
export const probeOf = (run: string, step: number) => `probes/${run}/${step}`
export const checkpointOf = (run: string, file: string) => `checkpoints/${run}/${file}`
export const datasetFile = (file: string) => `dataset/${file}`

/** Files of a dataset that make it what it is; what a person said of it and what was found in it stay behind. */
export const datasetFiles: readonly string[] = [
  ...[metaFile, vocabularyFile, mergesFile, tokenizerFile, tokensFile, imagesFile, labelsFile],
]

/** Of experiments and runs, which name folders: nothing that a path could be made of. */
export const identifierPattern = /^[a-z0-9]{1,64}$/

export const manifestSchema = z.object({
  format: z.literal(archiveFormat),
  version: z.number().int().min(1),
  app: z.string().max(100),
  createdAt: z.string().max(100),
  dataset: datasetSchema.nullable().describe('what the runs trained on, in the archive or not'),
  files: z.record(
    z.string(),
    z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.number().int().min(0) }),
  ),
})
export type Manifest = z.infer<typeof manifestSchema>

const step = z.number().int().min(0)
/** A line of a run's records. A value that was not finite is null. */
export const recordLineSchema = z.union([
  z.object({
    metric: z.string().min(1).max(200),
    points: z.array(z.tuple([step, z.number().nullable()])),
  }),
  z.object({ measurements: z.array(measurementSchema) }),
  z.object({ sample: textSampleSchema }),
  z.object({ confusion: confusionMatrixSchema }),
  z.object({ log: z.array(logLineSchema) }),
])
export type RecordLine = z.infer<typeof recordLineSchema>

/** A line of the references of an experiment. Points belong to the reference before them. */
export const referenceLineSchema = z.union([
  z.object({ reference: referenceSchema.omit({ id: true, experiment: true, points: true }) }),
  z.object({ points: z.array(z.tuple([step, z.number()])) }),
])
export type ReferenceLine = z.infer<typeof referenceLineSchema>
