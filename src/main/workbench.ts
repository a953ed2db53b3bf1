/**
 * The composition root: puts the store, the library, the scheduler and the comparison together and implements every
 * call of src/shared/contract.ts over them. It knows nothing of windows, sockets or terminals: those are hosts/.
 *
 * A home holds library/ (datasets), workbench.sqlite (experiments, runs, points), runs/ (checkpoints), uploads/ (files
 * on their way in) and sessions/ (which processes are alive here, workbench/sessions.ts).
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { recipes } from '../shared/catalogue/recipes.ts'
import { samples } from '../shared/catalogue/samples.ts'
import { variants } from '../shared/catalogue/variants.ts'
import { calls, type CallName, type DeviceReport, type WorkbenchApi } from '../shared/contract.ts'
import { WorkbenchError } from '../shared/errors.ts'
import { endedStates, type Dataset, type Experiment, type Run } from '../shared/experiment.ts'
import { compareRuns } from './compare/comparison.ts'
import { openLibrary } from './datasets/library.ts'
import { openStore } from './store/index.ts'
import { createScheduler } from './training/scheduler.ts'
import { createEvents } from './workbench/events.ts'
import { planExperiment } from './workbench/experiments.ts'
import { knownNames } from './workbench/identifiers.ts'
import { createImports } from './workbench/imports.ts'
import { takeOwnership, type Ownership } from './workbench/ownership.ts'
import { notResumable, refuseResume } from './workbench/resuming.ts'
import { openSessions } from './workbench/sessions.ts'
import { openUploads } from './workbench/uploads.ts'
import { versions } from './workbench/versions.ts'

export interface Workbench {
  /** The folder of the library and the database. */
  readonly home: string
  /** Every call and event of the contract; inputs are already parsed. */
  readonly api: WorkbenchApi
  /** Parses the input with the contract, then calls. @throws WorkbenchError, invalid-request for a bad name or input */
  dispatch(name: string, input: unknown): Promise<unknown>
  /** Takes the bytes of a file; importDataset with kind 'upload' consumes them. */
  receiveUpload(name: string, bytes: AsyncIterable<Uint8Array>): Promise<{ upload: string }>
  /** Ends imports and trainers; runs that had not ended become 'interrupted'. */
  close(): Promise<void>
}

export interface WorkbenchOptions {
  home: string
  /** What trains; tests put a scheduler of their own here. */
  createScheduler?: typeof createScheduler
}

/** @throws WorkbenchError home-unwritable or database-newer */
export async function createWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const home = path.resolve(options.home)
  await makeHome(home)
  const store = openStore(path.join(home, 'workbench.sqlite'))
  const library = openLibrary(path.join(home, 'library'))
  const sessions = openSessions(path.join(home, 'sessions'))
  const uploads = await openUploads(path.join(home, 'uploads'), sessions.id, sessions.alive())
  const events = createEvents()
  const runsFolder = path.join(home, 'runs')
  const onRunChanged = events.announceRun
  const imports = createImports({ library, uploads, events })
  const scheduler = (options.createScheduler ?? createScheduler)({
    store,
    library,
    runsFolder,
    onRunChanged(run) {
      if (endedStates.has(run.state)) ownership.release(run.id)
      onRunChanged(run)
    },
  })
  const ownership: Ownership = takeOwnership({ store, sessions, scheduler, onRunChanged })

  const api: WorkbenchApi = {
    readCatalogue: async () => ({ variants: [...variants], recipes: [...recipes], samples: [...samples] }),
    listDevices,
    listDatasets: async () => library.datasets(),
    importDataset: ({ source, name }) => imports.importDataset(source, name),
    async removeDataset({ id }) {
      const dataset = requireDataset(id)
      const active = store.runs({ dataset: id }).filter((run) => !endedStates.has(run.state))
      if (active.length > 0)
        throw new WorkbenchError(
          'dataset-in-use',
          `"${dataset.name}" is being used by ${active.map((run) => `run ${run.id}`).join(', ')}.`,
          'Stop these runs or wait for them first.',
        )
      await library.remove(id)
      events.emit('datasetsChanged', {})
      return {}
    },
    async startExperiment(request) {
      const planned = planExperiment(request, requireDataset(request.dataset), versions())
      await requireDevice(request.device)
      const ids = planned.runs.map((run) => run.id)
      ownership.claim(ids)
      store.insertExperiment(planned.experiment, planned.runs)
      planned.runs.forEach(onRunChanged)
      scheduler.enqueue(ids)
      return planned
    },
    listExperiments: async () => store.experiments(),
    async compareExperiment({ id }) {
      const experiment = requireExperiment(id)
      const runs = store.runs({ experiment: id })
      return {
        experiment: id,
        runs,
        comparison: compareRuns(runs, experiment.attentions),
        baselines: library.dataset(experiment.dataset)?.baselines ?? null,
      }
    },
    listRuns: async () => store.runs(),
    showRun: async ({ id }) => requireRun(id),
    stopRun: async ({ id }) => ownership.stop(requireRun(id)),
    async resumeRun({ id }) {
      const run = requireRun(id)
      await refuseResume(run, path.join(runsFolder, id))
      requireDataset(run.dataset)
      await requireDevice(run.device ?? 'auto')
      ownership.claim([id])
      const queued = store.requeueRun(id)
      if (!queued) {
        ownership.release(id) // another process was faster
        throw notResumable(requireRun(id))
      }
      onRunChanged(queued)
      scheduler.enqueue([id])
      return queued
    },
    async readCurves({ runs, metric, buckets }) {
      runs.forEach(requireRun)
      return runs.map((run) => ({ run, metric, buckets: store.curve(run, metric, buckets) }))
    },
    readSeries: async ({ id }) => store.series(requireRun(id).id),
    subscribe: events.subscribe,
  }

  function requireDataset(id: string): Dataset {
    const known = () => library.datasets().map((dataset) => dataset.id)
    return library.dataset(id) ?? refuse('unknown-dataset', 'dataset', id, known())
  }

  function requireExperiment(id: string): Experiment {
    const known = () => store.experiments().map((experiment) => experiment.id)
    return store.experiment(id) ?? refuse('unknown-experiment', 'experiment', id, known())
  }

  function requireRun(id: string): Run {
    const known = () => store.runs().map((run) => run.id)
    return store.run(id) ?? refuse('unknown-run', 'run', id, known())
  }

  let closing: Promise<void> | undefined
  async function close(): Promise<void> {
    imports.close()
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
    dispatch: (name, input) => dispatch(api, name, input),
    receiveUpload: (name, bytes) => uploads.receive(name, bytes),
    close: () => (closing ??= close()),
  }
}

async function makeHome(home: string): Promise<void> {
  try {
    await fs.mkdir(home, { recursive: true })
    await fs.access(home, fs.constants.W_OK)
  } catch (error) {
    throw new WorkbenchError(
      'home-unwritable',
      `The folder ${home} cannot be used: ${(error as Error).message}.`,
      'Choose another with --home or ATTENTION_WORKBENCH_HOME.',
    )
  }
}

/** The engine is large and trains in other processes: it is loaded here only when someone asks for the devices. */
async function listDevices(): Promise<DeviceReport[]> {
  const devices = await import('./engine/devices/index.ts')
  return devices.listDevices()
}

async function requireDevice(choice: string): Promise<void> {
  if (choice === 'auto') return
  const devices = await listDevices()
  const device = devices.find((candidate) => candidate.id === choice)
  if (device?.available) return
  const available = devices.filter((candidate) => candidate.available).map((candidate) => candidate.id)
  throw new WorkbenchError(
    'device-unavailable',
    `The device "${choice}" is not available${device?.reason ? `: ${device.reason}` : '.'}`,
    `Available here: auto, ${available.join(', ')}.`,
  )
}

function refuse(
  code: 'unknown-dataset' | 'unknown-experiment' | 'unknown-run',
  what: string,
  id: string,
  known: readonly string[],
): never {
  throw new WorkbenchError(code, `There is no ${what} "${id}".`, knownNames(id, known))
}

async function dispatch(api: WorkbenchApi, name: string, input: unknown): Promise<unknown> {
  if (!Object.hasOwn(calls, name))
    throw new WorkbenchError('invalid-request', `There is no call "${name}".`, 'See src/shared/contract.ts.')
  const call = name as CallName
  const parsed = calls[call].input.safeParse(input)
  if (!parsed.success)
    throw new WorkbenchError(
      'invalid-request',
      `The input of ${name} is not valid: ${z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, ' ')}`,
      'See src/shared/contract.ts.',
    )
  return (api[call] as (input: unknown) => Promise<unknown>)(parsed.data)
}
