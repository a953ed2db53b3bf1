/**
 * The composition root: puts the store, the library, the scheduler and the comparison together and implements every
 * call of src/shared/contract.ts over them. It knows nothing of windows, sockets or terminals: those are hosts/.
 *
 * A home holds library/ (datasets), workbench.sqlite (experiments, runs, points), runs/ (checkpoints), variants/ (the
 * person's own), uploads/ and exports/ (files on their way in and out) and sessions/ (which processes are alive here, workbench/sessions.ts).
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { ownVariantSchema } from '../shared/attention.ts'
import { recipes } from '../shared/catalogue/recipes.ts'
import { samples } from '../shared/catalogue/samples.ts'
import { statistics } from '../shared/catalogue/statistics.ts'
import { type CallInput, type CallOutput, type WorkbenchApi } from '../shared/contract.ts'
import { WorkbenchError } from '../shared/errors.ts'
import { endedStates } from '../shared/experiment.ts'
import { openLibrary } from './datasets/library.ts'
import { diskFull, lacksRoom } from './fullDisk.ts'
import { openOrRecover } from './store/recovery/index.ts'
import { createScheduler } from './training/scheduler.ts'
import { createSizes } from './training/sizes/ask.ts'
import { createComparisons, loadComparison } from './workbench/comparisons.ts'
import { createCurves } from './workbench/curves.ts'
import { listDevices, requireDevice } from './workbench/devices.ts'
import { createDerivations } from './workbench/derivations.ts'
import { dispatch } from './workbench/dispatch.ts'
import { createEstimates } from './workbench/estimates.ts'
import { createEvents } from './workbench/events.ts'
import { createExports, type Exports } from './workbench/exports.ts'
import { createExaminations } from './workbench/health.ts'
import { createImports } from './workbench/imports.ts'
import { createInference } from './workbench/inference.ts'
import { createLibraryCalls } from './workbench/libraryCalls.ts'
import { createOrganising, removeLongDeleted } from './workbench/organising.ts'
import { takeOwnership, type Ownership } from './workbench/ownership.ts'
import { createQueueing } from './workbench/queueing.ts'
import { measureHome } from './workbench/home.ts'
import { createRecords } from './workbench/records.ts'
import { createReferences } from './workbench/references.ts'
import { createRequirements } from './workbench/requiring.ts'
import { openSessions, type Sessions } from './workbench/sessions.ts'
import { createSettings } from './workbench/settings.ts'
import { createStarting } from './workbench/starting.ts'
import { createStates } from './workbench/states.ts'
import { createStatistics } from './workbench/statistics.ts'
import { createTelling } from './workbench/telling.ts'
import { openUploads } from './workbench/uploads.ts'
import { openVariants, variantsFolder } from './workbench/variants.ts'

export interface Workbench {
  /** The folder of the library and the database. */
  readonly home: string
  /** Every call and event of the contract; inputs are already parsed. */
  readonly api: WorkbenchApi
  /**
   * Parses the input with the contract, then calls. `gone` gives up what is being worked out for its caller only.
   * @throws WorkbenchError, invalid-request for a bad name or input
   */
  dispatch(name: string, input: unknown, gone?: AbortSignal): Promise<unknown>
  /** Takes the bytes of a file; importDataset with kind 'uploads' consumes them. */
  receiveUpload(name: string, bytes: AsyncIterable<Uint8Array>): Promise<{ upload: string }>
  /** Exports to a path of this machine, and hands out what windows fetch. */
  readonly exports: Pick<Exports, 'to' | 'take'>
  /** Loads, in a moment that is free, what the first comparison in a window would have to wait for. */
  warmUp(): void
  /** Ends imports and trainers; runs that had not ended become 'interrupted'. */
  close(): Promise<void>
}

/** After the first charts of a window, and before somebody has chosen what to compare. */
const warmUpDelayMs = 1000

/** Calls that are given up when their caller is gone: their answers are for nobody else. */
type Abandonable = {
  [Name in 'sampleRun' | 'predictRun' | 'derive' | 'prepareExport' | 'importArchive']: (
    input: CallInput<Name>,
    gone?: AbortSignal,
  ) => Promise<CallOutput<Name>>
}

export interface WorkbenchOptions {
  home: string
  /** What trains; tests put a scheduler of their own here. */
  createScheduler?: typeof createScheduler
}

/** @throws WorkbenchError home-unwritable, disk-full, database-newer, or database-damaged while others have it open */
export async function createWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const home = path.resolve(options.home)
  await makeHome(home)
  const library = openLibrary(path.join(home, 'library'))
  const variants = openVariants(variantsFolder(home))
  const sessions = openSessions(path.join(home, 'sessions'))
  const { store: written, notices } = openDatabaseOf(home, sessions)
  const telling = createTelling({
    ...{ store: written, sessions },
    isOrphaned: (run) => ownership.isOrphaned(run),
  })
  const { store } = telling
  const { requireDataset, requireExperiment, requireRun } = createRequirements({ store, library })
  const uploads = await openUploads(path.join(home, 'uploads'), sessions.id, sessions.alive())
  const events = createEvents()
  const runsFolder = path.join(home, 'runs')
  const onRunChanged = events.announceRun
  const imports = createImports({ library, uploads, events })
  const derivations = createDerivations({ library, variants: () => variants.read().variants })
  const examinations = createExaminations(library)
  const inference = createInference({ library, uploads, events, runsFolder })
  const comparisons = createComparisons({
    store,
    library,
    variants: () => variants.read().variants,
    requireExperiment,
  })
  const exported = createExports({
    ...{ store, library, uploads, runsFolder, compare: comparisons.compareExperiment },
    exportsFolder: path.join(home, 'exports'),
    ...{ session: sessions.id, living: sessions.alive() },
  })
  const scheduler = (options.createScheduler ?? createScheduler)({
    store: written,
    library,
    runsFolder,
    onRunChanged(run) {
      telling.hear(run)
      if (endedStates.has(run.state)) ownership.release(run.id)
      onRunChanged(run)
    },
  })
  const ownership: Ownership = takeOwnership({ store: written, sessions, scheduler, onRunChanged })

  const estimates = createEstimates({ store, library })
  const sizes = createSizes()
  await removeLongDeleted(store, runsFolder)
  const running = {
    store,
    library,
    scheduler,
    ownership,
    onRunChanged,
    requireDataset,
    requireRun,
    requireDevice,
  }

  const settings = createSettings({ store, events, onConcurrency: () => scheduler.wake() })
  const states = createStates({ store, requireRun, requireExperiment })
  const api: Omit<WorkbenchApi, keyof Abandonable> & Abandonable = {
    readCatalogue: async () => ({
      ...variants.read(),
      recipes: [...recipes],
      samples: [...samples],
      statistics: [...statistics],
    }),
    listDevices,
    ...createLibraryCalls({ store, library, imports, examinations, events, requireDataset }),
    async saveVariant(own) {
      const variant = variants.save(ownVariantSchema.parse(own))
      events.emit('catalogueChanged', {})
      return variant
    },
    async removeVariant({ id }) {
      variants.remove(id)
      events.emit('catalogueChanged', {})
      return {}
    },
    ...createStarting({ ...running, estimates, sizes, variants: () => variants.read().variants }),
    ...createQueueing({ ...running, runsFolder, changeSettings: settings.changeSettings }),
    ...createOrganising({ store, events, onRunChanged, requireExperiment, requireRun }),
    ...settings,
    readHome: () => measureHome(home, store),
    readNotices: async () => notices,
    listExperiments: async () => store.experiments(),
    ...comparisons,
    ...createReferences({ store, uploads, events, requireExperiment }),
    ...createRecords({ store, library, runsFolder, requireDataset, requireRun }),
    ...createCurves({ store, requireRun }),
    ...createStatistics({ store, requireRun, requireExperiment }),
    ...states.api,
    derive: async (request, gone) => derivations.derive(request, gone),
    cancelDerivation: async ({ request }) => derivations.cancel(request),
    sampleRun: async (request, gone) => inference.sample(requireRun(request.run), request, gone),
    predictRun: async (request, gone) => inference.predict(requireRun(request.run), request, gone),
    prepareExport: (request, gone) => exported.forDownload(request, gone),
    async importArchive({ source }, gone) {
      const imported = await exported.importArchive(source, gone)
      events.emit('datasetsChanged', {})
      events.emit('experimentsChanged', {})
      imported.runs.forEach(onRunChanged)
      return imported
    },
    subscribe: events.subscribe,
  }

  let closing: Promise<void> | undefined
  async function close(): Promise<void> {
    await imports.close()
    examinations.close()
    inference.close()
    derivations.close()
    estimates.close()
    sizes.close()
    await states.close()
    await exported.close()
    await scheduler.close()
    ownership.close()
    events.close()
    await uploads.close()
    sessions.close()
    store.close()
  }

  return {
    home,
    api,
    dispatch: (name, input, gone) => dispatch(api, name, input, gone),
    exports: exported,
    receiveUpload: (name, bytes) => uploads.receive(name, bytes),
    warmUp: () => void setTimeout(() => void loadComparison(), warmUpDelayMs).unref(),
    close: () => (closing ??= close()),
  }
}

async function makeHome(home: string): Promise<void> {
  try {
    await fs.mkdir(home, { recursive: true })
    await fs.access(home, fs.constants.W_OK)
  } catch (error) {
    if (lacksRoom(error))
      throw diskFull(`the folder ${home}`, 'Make room on it, or choose another with --home.')
    throw new WorkbenchError(
      'home-unwritable',
      `The folder ${home} cannot be used: ${(error as Error).message}.`,
      'Choose another with --home or ATTENTION_WORKBENCH_HOME.',
    )
  }
}

/** A session that could not open its database is over. */
function openDatabaseOf(home: string, sessions: Sessions): ReturnType<typeof openOrRecover> {
  try {
    return openOrRecover(path.join(home, 'workbench.sqlite'), sessions.alive().length === 1)
  } catch (error) {
    sessions.close()
    throw error
  }
}
