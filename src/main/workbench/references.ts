/** Curves from elsewhere beside an experiment: added from files, listed, read for a chart, removed. */
import path from 'node:path'
import type { WorkbenchApi } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { Experiment } from '../../shared/experiment.ts'
import type { Store } from '../store/index.ts'
import type { Events } from './events.ts'
import { knownNames, newIdentifier } from './identifiers.ts'
import type { Uploads } from './uploads.ts'

interface ReferenceParts {
  readonly store: Store
  readonly uploads: Pick<Uploads, 'take'>
  readonly events: Pick<Events, 'emit'>
  /** @throws WorkbenchError unknown-experiment */
  requireExperiment(id: string): Experiment
}

/** The most of one experiment: more would hide what they stand beside. */
const mostReferences = 50

export function createReferences(
  parts: ReferenceParts,
): Pick<WorkbenchApi, 'addReference' | 'listReferences' | 'readReferences' | 'removeReference'> {
  const { store, uploads, events, requireExperiment } = parts

  const given = (source: Parameters<WorkbenchApi['addReference']>[0]['source']) =>
    source.kind === 'path'
      ? { path: path.resolve(source.path), name: path.basename(source.path), discard: async () => undefined }
      : (({ file, ...upload }) => ({ path: file, ...upload }))(uploads.take(source.upload))

  return {
    async addReference({ experiment: id, source, name, ...wanted }) {
      const file = given(source)
      try {
        requireExperiment(id)
        const { readReferences } = await import('../references/read.ts') // its formats take a while to load
        const found = await readReferences(file, wanted)
        const already = store.references(id).length
        if (already + found.length > mostReferences)
          throw new WorkbenchError(
            'invalid-request',
            `${file.name} has ${found.length} curves, and ${already} are there: an experiment may have ${mostReferences}.`,
            'Name one of them, or remove others first.',
          )
        const added = found.map((series) => {
          const own =
            name ?? (found.length === 1 && series.name === 'Value' ? stemOf(file.name) : series.name)
          const reference = {
            ...{ id: newIdentifier(), experiment: id, metric: series.metric },
            name: name !== undefined && found.length > 1 ? `${name} ${series.name}` : own,
            ...{ source: `${file.name}: ${series.name}`, addedAt: new Date().toISOString() },
          }
          store.addReference(reference, series.points)
          return store.reference(reference.id)!
        })
        events.emit('experimentsChanged', {})
        return added
      } finally {
        await file.discard()
      }
    },
    async listReferences({ experiment }) {
      return store.references(requireExperiment(experiment).id)
    },
    async readReferences({ experiment, metric, buckets }) {
      return store
        .references(requireExperiment(experiment).id)
        .filter((reference) => reference.metric === metric)
        .map((reference) => ({ ...reference, buckets: store.referenceCurve(reference.id, buckets) }))
    },
    async removeReference({ id }) {
      if (!store.reference(id))
        throw new WorkbenchError(
          'unknown-reference',
          `There is no reference "${id}".`,
          knownNames(
            id,
            store.experiments().flatMap((experiment) => store.references(experiment.id).map((one) => one.id)),
          ),
        )
      store.removeReference(id)
      events.emit('experimentsChanged', {})
      return {}
    },
  }
}

/** Of what TensorBoard calls Value, the file says what it is. */
const stemOf = (name: string) => name.replace(/\.[^.]+$/, '')
