/**
 * An experiment archive unpacked and checked: whoever made it may have meant harm. Nothing is written but below the
 * folder that is given, under numbers; every file has the hash and the size that the manifest promises; every record
 * has its schema. What is then done with it is in src/main/workbench/archives.ts.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import fs from 'node:fs/promises'
import readline from 'node:readline'
import { z } from 'zod'
import { WorkbenchError } from '../../../shared/errors.ts'
import {
  experimentSchema,
  runSchema,
  type Dataset,
  type Experiment,
  type Run,
} from '../../../shared/experiment.ts'
import { unpack } from '../../datasets/importers/archive/unpack.ts'
import { readZip } from '../../datasets/importers/archive/zip.ts'
import type { GivenFile } from '../../datasets/importers/source.ts'
import { bestFile, isRegular } from '../../training/checkpoints.ts'
import { appVersion } from '../../version.ts'
import {
  archiveFormat,
  archiveVersion,
  datasetFile,
  datasetFiles,
  experimentFile,
  identifierPattern,
  manifestFile,
  manifestSchema,
  recordLineSchema,
  recordsOf,
  referenceLineSchema,
  referencesFile,
  runsFile,
  type RecordLine,
  type ReferenceLine,
} from './format.ts'

export interface OpenedArchive {
  readonly experiment: Experiment
  readonly runs: readonly Run[]
  readonly dataset: Dataset | null
  /** In the order in which they were written. @throws WorkbenchError file-damaged for a line without its schema */
  records(run: string): AsyncIterable<RecordLine>
  /** Curves from elsewhere, each with its points; none in archives of version 1. */
  references(): AsyncIterable<ReferenceLine>
  /** Attention maps and hidden states, where they are. */
  probes(run: string): { step: number; file: string }[]
  /** Checkpoints of a run by the names that it has for them, where they are. */
  checkpoints(run: string): { name: string; file: string }[]
  /** Files of the dataset by the names that the library has for them; none where the archive is without it. */
  readonly datasetFiles: readonly { name: string; file: string }[]
}

/**
 * @param folder to unpack into: it does not exist yet
 * @throws WorkbenchError file-damaged, unsafe-archive, file-too-large, unsupported-format, interrupted
 */
export async function openArchive(
  file: GivenFile,
  folder: string,
  signal?: AbortSignal,
): Promise<OpenedArchive> {
  const work = signal ? { signal } : {}
  const unpacked = await unpack(readZip(file, work), folder, {
    archive: file.name,
    title: 'archive',
    ...work,
  })
  const files = new Map<string, string>()
  for (const { name, path: place } of unpacked) {
    const own = name.slice('archive/'.length)
    if (files.has(own)) throw damaged(file, `it has two files named ${JSON.stringify(own)}`)
    files.set(own, place)
  }

  const manifest = await readJson(file, files, manifestFile, manifestHeadSchema)
  if (manifest.version > archiveVersion)
    throw new WorkbenchError(
      'unsupported-format',
      `The archive ${file.name} has version ${manifest.version}, made by ${manifest.app ?? 'a newer program'}; this program reads up to ${archiveVersion}.`,
      'Import it with a newer version of the workbench.',
    )
  const { files: promised, dataset } = await readJson(file, files, manifestFile, manifestSchema)
  await checkHashes(file, files, promised)

  const archive: Archive = { name: file.name, app: manifest.app }
  const experiment = await readJson(archive, files, experimentFile, known(experimentSchema))
  const runs = await readJson(archive, files, runsFile, z.array(known(runSchema)).max(100_000))
  const ids = runs.map(({ id }) => id)
  const badId = [experiment.id, ...ids].find((id) => !identifierPattern.test(id))
  if (badId !== undefined) throw damaged(file, `${JSON.stringify(badId)} is no id`)
  if (new Set(ids).size < ids.length) throw damaged(file, 'it has a run twice')
  const stranger = runs.find((run) => run.experiment !== experiment.id || run.dataset !== experiment.dataset)
  if (stranger) throw damaged(file, `run ${stranger.id} is of another experiment`)
  if (dataset && dataset.id !== experiment.dataset) throw damaged(file, 'its dataset is not that of its runs')

  /** Files below a folder of the archive. */
  const below = (prefix: string) =>
    [...files].flatMap(([name, place]) =>
      name.startsWith(prefix) ? [{ name: name.slice(prefix.length), file: place }] : [],
    )
  return {
    experiment,
    runs,
    dataset,
    records(run) {
      const place = files.get(recordsOf(run))
      if (place === undefined) throw damaged(file, `the records of run ${run} are missing`)
      return readLines(archive, place, `${run}.jsonl`, recordLineSchema)
    },
    references() {
      const place = files.get(referencesFile)
      return place === undefined ? nothing() : readLines(archive, place, referencesFile, referenceLineSchema)
    },
    probes: (run) =>
      below(`probes/${run}/`).flatMap(({ name, file: place }) =>
        /^\d{1,15}$/.test(name) ? [{ step: Number(name), file: place }] : [],
      ),
    checkpoints: (run) =>
      below(`checkpoints/${run}/`).filter(
        ({ name }) => name === bestFile || (isRegular(name) && /^step-\d{1,15}\.safetensors$/.test(name)),
      ),
    datasetFiles: datasetFiles.flatMap((name) => {
      const place = files.get(datasetFile(name))
      return place === undefined ? [] : [{ name, file: place }]
    }),
  }
}

/** What an archive of any version says of itself. */
const manifestHeadSchema = z.object({
  format: z.literal(archiveFormat),
  version: z.number().int().min(1),
  app: z.string().max(100).optional(),
})

/** An archive in the words of messages, with the version of the app that made it, as far as it says. */
interface Archive {
  readonly name: string
  readonly app?: string | undefined
}

/**
 * A record as this version knows it: what a program that made it before could not record is not known, which is null
 * where the schema has that.
 */
function known<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>) {
  const unknown = Object.entries(schema.shape).flatMap(([key, value]) =>
    (value as z.ZodType).safeParse(null).success ? [[key, null] as const] : [],
  )
  return z.preprocess((record) => {
    const isRecord = typeof record === 'object' && record !== null && !Array.isArray(record)
    return isRecord ? { ...Object.fromEntries(unknown), ...record } : record
  }, schema)
}

async function checkHashes(
  archive: GivenFile,
  files: ReadonlyMap<string, string>,
  promised: Readonly<Record<string, { sha256: string; bytes: number }>>,
): Promise<void> {
  for (const name of Object.keys(promised))
    if (!files.has(name)) throw damaged(archive, `${JSON.stringify(name)} is missing`)
  for (const [name, place] of files) {
    if (name === manifestFile) continue
    const expected = Object.hasOwn(promised, name) ? promised[name] : undefined
    if (!expected) throw damaged(archive, `its manifest does not know ${JSON.stringify(name)}`)
    const hash = createHash('sha256')
    let bytes = 0
    for await (const piece of createReadStream(place) as AsyncIterable<Buffer>) {
      hash.update(piece)
      bytes += piece.length
    }
    if (bytes !== expected.bytes || hash.digest('hex') !== expected.sha256)
      throw damaged(archive, `${JSON.stringify(name)} is not what the manifest says`)
  }
}

/** Of the small files: the records of runs are read line by line. */
const largestJson = 256 * 2 ** 20

async function readJson<Schema extends z.ZodType>(
  archive: Archive,
  files: ReadonlyMap<string, string>,
  name: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const place = files.get(name)
  if (place === undefined)
    throw new WorkbenchError(
      'unsupported-format',
      `${archive.name} is no archive of an experiment: it has no ${name}.`,
      'Export one with: export EXPERIMENT --format archive --out FILE.awx',
    )
  if ((await fs.stat(place)).size > largestJson) throw damaged(archive, `its ${name} is too large`)
  return parsed(archive, name, await fs.readFile(place, 'utf8'), schema)
}

function parsed<Schema extends z.ZodType>(
  archive: Archive,
  name: string,
  text: string,
  schema: Schema,
): z.output<Schema> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw damaged(archive, `its ${name} is no JSON`)
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { path: at, message } = result.error.issues[0]!
  const difference = `its ${name} is not as expected (${at.join('.') || 'it'}: ${message})`
  throw archive.app === undefined || archive.app === appVersion
    ? damaged(archive, difference)
    : otherVersion(archive.name, archive.app, difference)
}

async function* readLines<Schema extends z.ZodType>(
  archive: Archive,
  place: string,
  name: string,
  schema: Schema,
): AsyncGenerator<z.output<Schema>> {
  const lines = readline.createInterface({ input: createReadStream(place), crlfDelay: Infinity })
  for await (const line of lines) if (line !== '') yield parsed(archive, name, line, schema)
}

async function* nothing(): AsyncGenerator<never> {}

const otherVersion = (name: string, app: string, difference: string): WorkbenchError =>
  new WorkbenchError(
    'unsupported-format',
    `The archive ${name} was made by Attention Workbench ${app}, this is ${appVersion}: ${difference}.`,
    `Import it with version ${app}, or export the experiment again with version ${appVersion}.`,
  )

function damaged({ name }: Archive, reason: string): WorkbenchError {
  return new WorkbenchError(
    'file-damaged',
    `The archive ${name} is refused: ${reason}.`,
    'Export the experiment again on the machine where it is.',
  )
}
