/** The files of an experiment archive. What is in it is in format.ts. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import type { Run } from '../../../shared/experiment.ts'
import type { Store } from '../../store/index.ts'
import { bestFile, isRegular } from '../../training/checkpoints.ts'
import { inPieces, type ExportedFile } from '../file.ts'
import type { Subject } from '../subject.ts'
import {
  archiveFormat,
  archiveVersion,
  checkpointOf,
  datasetFile,
  datasetFiles,
  experimentFile,
  manifestFile,
  probeOf,
  recordsOf,
  referencesFile,
  runsFile,
  type Manifest,
  type RecordLine,
  type ReferenceLine,
} from './format.ts'

/** Points of a line, measurements of a line. */
const perLine = 5000

export interface ArchiveParts {
  readonly store: Store
  readonly runsFolder: string
  /** Of the dataset in the library, where it shall be in the archive. */
  readonly datasetFolder: string | undefined
  readonly now: Date
}

export async function archiveFiles(subject: Subject, parts: ArchiveParts): Promise<ExportedFile[]> {
  const { experiment, runs } = subject
  const files: ExportedFile[] = [
    { name: experimentFile, content: () => [JSON.stringify(experiment)] },
    { name: runsFile, content: () => [JSON.stringify(runs)] },
    { name: referencesFile, content: () => inPieces(referenceLines(experiment.id, parts.store)) },
  ]
  for (const run of runs) {
    files.push({ name: recordsOf(run.id), content: () => inPieces(recordLines(run, subject, parts.store)) })
    for (const { step } of parts.store.probes(run.id))
      files.push({
        name: probeOf(run.id, step),
        content: () => [parts.store.probe(run.id, step)?.bytes ?? new Uint8Array()],
      })
    for (const file of await checkpointsIn(path.join(parts.runsFolder, run.id)))
      files.push(onDisk(checkpointOf(run.id, file), path.join(parts.runsFolder, run.id, file)))
  }
  if (parts.datasetFolder !== undefined)
    for (const file of await fs.readdir(parts.datasetFolder))
      if (datasetFiles.includes(file))
        files.push(onDisk(datasetFile(file), path.join(parts.datasetFolder, file)))
  return withManifest(files, subject, parts.now)
}

const onDisk = (name: string, file: string): ExportedFile => ({
  name,
  content: () => createReadStream(file) as AsyncIterable<Uint8Array>,
})

/** The best, and the latest of the others: what a run is asked for, and what it goes on from. */
async function checkpointsIn(folder: string): Promise<string[]> {
  const names = (await fs.readdir(folder).catch(() => [])).sort() // no folder: it never trained
  const latest = names.findLast(isRegular)
  return names.filter((name) => name === bestFile || name === latest)
}

/** The manifest comes last, when every other file has been read and its hash is known. */
function withManifest(files: readonly ExportedFile[], subject: Subject, now: Date): ExportedFile[] {
  const known: Manifest['files'] = {}
  const hashed = files.map(({ name, content }): ExportedFile => ({
    name,
    async *content() {
      const hash = createHash('sha256')
      let bytes = 0
      for await (const piece of content()) {
        hash.update(piece)
        bytes += Buffer.byteLength(piece)
        yield piece
      }
      known[name] = { sha256: hash.digest('hex'), bytes }
    },
  }))
  const manifest = (): Manifest => ({
    ...{ format: archiveFormat, version: archiveVersion, app: subject.app },
    ...{ createdAt: now.toISOString(), dataset: subject.dataset ?? null, files: known },
  })
  return [...hashed, { name: manifestFile, content: () => [JSON.stringify(manifest(), null, 2)] }]
}

function* recordLines(run: Run, { records }: Subject, store: Store): Generator<string> {
  const line = (record: RecordLine) => written(record)
  const steps = new Set<number>()
  for (const metric of records.metrics(run.id)) {
    // JSON has no NaN: it becomes null
    for (const points of pages(records.points(run.id, metric))) {
      yield line({ metric, points: points.map(([step, value]) => [step, value]) })
      if (metric === 'validation/loss') for (const [step] of points) steps.add(step)
    }
  }
  for (const measurements of pages(records.measurements(run.id))) yield line({ measurements })
  for (const { run: _, ...sample } of store.samples([run.id])) yield line({ sample })
  for (const step of steps) {
    const confusion = store.confusion(run.id, step)
    if (confusion) yield line({ confusion })
  }
  for (const log of pages(store.log(run.id))) yield line({ log })
}

function* referenceLines(experiment: string, store: Store): Generator<string> {
  const line = (record: ReferenceLine) => written(record)
  for (const { id, experiment: _, points: __, ...reference } of store.references(experiment)) {
    yield line({ reference })
    for (const points of pages(store.referencePoints(id))) yield line({ points })
  }
}

const written = (line: unknown): string => `${JSON.stringify(line)}\n`

function* pages<Item>(items: Iterable<Item>): Generator<Item[]> {
  let page: Item[] = []
  for (const item of items) {
    page.push(item)
    if (page.length < perLine) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}
