/** The calls about datasets: importing them, labelling and removing them, and looking into them. */
import type { WorkbenchApi } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import { endedStates } from '../../shared/experiment.ts'
import type { Library } from '../datasets/library.ts'
import { readVocabulary } from '../datasets/tokenizers/index.ts'
import type { Store } from '../store/index.ts'
import type { Events } from './events.ts'
import { findImages, readImages } from './gallery.ts'
import type { createExaminations } from './health.ts'
import type { createImports } from './imports.ts'
import type { Requirements } from './requiring.ts'
import { readTexts } from './sequences.ts'

interface LibraryParts extends Pick<Requirements, 'requireDataset'> {
  readonly store: Pick<Store, 'runs'>
  readonly library: Library
  readonly imports: ReturnType<typeof createImports>
  readonly examinations: ReturnType<typeof createExaminations>
  readonly events: Pick<Events, 'emit'>
}

export function createLibraryCalls({
  store,
  library,
  imports,
  examinations,
  events,
  requireDataset,
}: LibraryParts) {
  return {
    listDatasets: async () => library.datasets().map(({ id }) => library.entry(id)),
    planImport: ({ source }) => imports.plan(source),
    importDataset: (request) => imports.importDataset(request),
    cancelImport: async ({ request }) => imports.cancel(request),
    discardUploads: async ({ uploads }) => imports.discard(uploads),
    async labelDataset({ id, ...label }) {
      requireDataset(id)
      const entry = library.label(id, label)
      events.emit('datasetsChanged', {})
      return entry
    },
    readHealth: async ({ id }) => examinations.read(requireDataset(id)),
    async removeDataset({ id }) {
      const dataset = requireDataset(id)
      const active = store
        .runs({ dataset: id })
        .filter(({ state }) => !endedStates.has(state) || state === 'paused')
      if (active.length > 0)
        throw new WorkbenchError(
          'dataset-in-use',
          `"${dataset.name}" is being used by ${active.map((run) => `run ${run.id}`).join(', ')}.`,
          'Stop these runs or wait for them first.',
        )
      examinations.giveUp(id)
      await library.remove(id)
      events.emit('datasetsChanged', {})
      return {}
    },
    findImages: async (request) => findImages(library.folder(request.id), request),
    readImages: async (request) => readImages(library.folder(request.id), request),
    readTexts: async (request) => readTexts(library.folder(requireDataset(request.id).id), request),
    readVocabulary: async ({ id }) => readVocabulary(library.folder(id)),
  } satisfies Partial<WorkbenchApi>
}
