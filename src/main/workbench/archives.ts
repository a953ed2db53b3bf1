/** Experiments that come from other machines: what an archive holds, put into the store, the runs and the library. */
import { randomUUID } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { WorkbenchError } from '../../shared/errors.ts'
import { endedStates, type Run } from '../../shared/experiment.ts'
import type { ImportedArchive } from '../../shared/exports.ts'
import type { GivenFile } from '../datasets/importers/source.ts'
import type { Library } from '../datasets/library.ts'
import type { RecordLine } from '../export/archive/format.ts'
import { openArchive, type OpenedArchive } from '../export/archive/read.ts'
import type { Store } from '../store/index.ts'
import type { StoredReference } from '../store/references.ts'
import { newIdentifier } from './identifiers.ts'

interface ArchiveParts {
  readonly store: Store
  readonly library: Library
  readonly runsFolder: string
  /** To unpack in. */
  readonly folder: string
}

/**
 * Adds the experiment of an archive: all of it or nothing. Its dataset is added where the archive has it and the library
 * does not.
 * @throws WorkbenchError as openArchive, or experiment-known where it is here already
 */
export async function importArchive(
  file: GivenFile,
  { store, library, runsFolder, folder }: ArchiveParts,
  signal?: AbortSignal,
): Promise<ImportedArchive> {
  const work = path.join(folder, randomUUID())
  await fs.mkdir(work, { recursive: true })
  try {
    const archive = await openArchive(file, path.join(work, 'files'), signal)
    refuseKnown(archive, store)
    let dataset: ImportedArchive['dataset']
    try {
      await addRuns(archive, store, runsFolder, signal)
      dataset = await addDataset(archive, library, work)
    } catch (error) {
      if (store.experiment(archive.experiment.id)) store.removeExperiment(archive.experiment.id)
      for (const { id } of archive.runs)
        await fs.rm(path.join(runsFolder, id), { recursive: true, force: true })
      throw error
    }
    const { id } = archive.experiment
    return { experiment: store.experiment(id)!, runs: store.runs({ experiment: id }), dataset }
  } finally {
    await fs.rm(work, { recursive: true, force: true })
  }
}

function refuseKnown({ experiment, runs }: OpenedArchive, store: Store): void {
  const deleted = store.deletedExperiments().some((entry) => entry.experiment.id === experiment.id)
  if (!deleted && !store.experiment(experiment.id) && !runs.some(({ id }) => store.run(id))) return
  throw new WorkbenchError(
    'experiment-known',
    `The experiment "${experiment.name}" (${experiment.id}) is here already${deleted ? ', deleted' : ''}.`,
    deleted ? 'Restore it instead.' : 'Delete that one for good first, if the archive should replace it.',
  )
}

async function addDataset(
  { experiment, dataset, datasetFiles }: OpenedArchive,
  library: Library,
  work: string,
): Promise<ImportedArchive['dataset']> {
  if (library.dataset(experiment.dataset)) return 'present'
  if (!dataset || datasetFiles.length === 0) return 'missing'
  const folder = path.join(work, dataset.id)
  await fs.mkdir(folder)
  for (const { name, file } of datasetFiles) await fs.rename(file, path.join(folder, name))
  await library.adopt(folder)
  return 'added'
}

async function addRuns(
  archive: OpenedArchive,
  store: Store,
  runsFolder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const { id } of archive.runs) {
    const folder = path.join(runsFolder, id)
    await fs.mkdir(folder, { recursive: true })
    for (const { name, file } of archive.checkpoints(id)) await fs.rename(file, path.join(folder, name))
  }
  store.insertExperiment(archive.experiment, archive.runs.map(ended))
  for (const run of archive.runs) {
    store.appendAlerts(run.id, run.alerts)
    for await (const line of archive.records(run.id)) {
      signal?.throwIfAborted()
      write(run.id, line, store)
    }
    for (const { step, file } of archive.probes(run.id))
      store.appendProbe(run.id, { step, bytes: new Uint8Array(await fs.readFile(file)) }, Infinity)
  }
  await addReferences(archive, store)
}

/** They get ids of their own here. */
async function addReferences({ experiment, references }: OpenedArchive, store: Store): Promise<void> {
  let header: StoredReference | undefined
  let points: [step: number, value: number][] = []
  const add = () => header && store.addReference(header, points)
  for await (const line of references()) {
    if ('points' in line) points.push(...line.points)
    else {
      add()
      header = { id: newIdentifier(), experiment: experiment.id, ...line.reference }
      points = []
    }
  }
  add()
}

function write(run: string, line: RecordLine, store: Store): void {
  if ('points' in line)
    store.appendPoints(
      line.points.map(([step, value]) => ({ run, metric: line.metric, step, value: value ?? NaN })),
    )
  else if ('measurements' in line) store.appendMeasurements(run, line.measurements)
  else if ('log' in line) store.appendLog(run, line.log)
  else if ('sample' in line) store.appendSamples(run, [line.sample])
  else store.appendConfusions(run, [line.confusion])
}

/** A run that was still training there does not train here: it is offered to be resumed. */
function ended(run: Run): Run {
  if (endedStates.has(run.state)) return run
  const reason = `It was ${run.state} when the archive was made.`
  return { ...run, state: 'interrupted', etaSeconds: null, endReason: reason }
}
