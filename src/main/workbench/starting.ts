/** Starting experiments: what would be queued, queueing it, and queueing an earlier run again with other values. */
import { recipes } from '../../shared/catalogue/recipes.ts'
import type { ExperimentRequest, Variant, WorkbenchApi } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import {
  appliesTo,
  endedStates,
  type ConfigurationKey,
  type Dataset,
  type Run,
  type RunConfiguration,
} from '../../shared/experiment.ts'
import { cloneRequestSchema, type Duplicate } from '../../shared/queue.ts'
import type { Library } from '../datasets/library.ts'
import type { Store } from '../store/index.ts'
import type { Scheduler } from '../training/scheduler.ts'
import type { Sizes } from '../training/sizes/ask.ts'
import type { Estimates } from './estimates.ts'
import { planExperiment } from './experiments.ts'
import type { Ownership } from './ownership.ts'
import { withPrompt } from './prompts.ts'
import { versions } from './versions.ts'

interface StartingParts {
  readonly store: Store
  readonly library: Library
  readonly scheduler: Pick<Scheduler, 'enqueue'>
  readonly ownership: Pick<Ownership, 'claim'>
  readonly estimates: Estimates
  readonly sizes: Sizes
  readonly onRunChanged: (run: Run) => void
  variants(): readonly Variant[]
  /** @throws WorkbenchError unknown-dataset */
  requireDataset(id: string): Dataset
  /** @throws WorkbenchError unknown-run */
  requireRun(id: string): Run
  /** @throws WorkbenchError device-unavailable */
  requireDevice(choice: string): Promise<void>
}

export function createStarting(
  parts: StartingParts,
): Pick<WorkbenchApi, 'startExperiment' | 'planExperiment' | 'cloneRun'> {
  const { store, library, scheduler, ownership, estimates, sizes, onRunChanged, requireDataset } = parts

  function plan(request: ExperimentRequest, variants = parts.variants()) {
    const dataset = requireDataset(request.dataset)
    const prompted = withPrompt(request, dataset, library.folder(dataset.id))
    return { dataset, planned: planExperiment(prompted, dataset, { variants, versions: versions() }) }
  }

  async function start(request: ExperimentRequest, variants = parts.variants()) {
    const { planned } = plan(request, variants)
    await parts.requireDevice(request.device)
    const ids = planned.runs.map((run) => run.id)
    ownership.claim(ids)
    store.insertExperiment(planned.experiment, planned.runs)
    planned.runs.forEach(onRunChanged)
    scheduler.enqueue(ids)
    return planned
  }

  return {
    startExperiment: (request) => start(request),

    async planExperiment({ measure, ...request }) {
      const { dataset, planned } = plan(request)
      if (measure) await parts.requireDevice(request.device)
      // the runs of the first seed are one of each variant
      const models = planned.runs.slice(0, request.attentions.length)
      const counts = await sizes.of(models, dataset)
      return {
        runs: planned.runs,
        parameters: models.map(({ attention }, index) => ({ attention, count: counts[index]! })),
        duplicates: duplicatesOf(planned.runs, store),
        estimate: await estimates.of(planned.runs, dataset, measure),
      }
    },

    async cloneRun(input) {
      const { id, overrides, ...changes } = cloneRequestSchema.parse(input)
      const run = parts.requireRun(id)
      const attention = changes.attention ?? run.attention
      const request: ExperimentRequest = {
        dataset: run.dataset,
        attentions: [attention],
        seeds: [changes.seed ?? run.seed],
        recipe: run.recipe,
        overrides: { ...differencesFromRecipe(run), ...overrides },
        device: changes.device ?? run.requestedDevice ?? 'auto',
        ...(changes.name !== undefined && { name: changes.name }),
      }
      // the variant as it was then: one of the person's own may have been changed since
      const known = parts.variants()
      const variants =
        attention === run.attention
          ? [...known.filter(({ id }) => id !== attention), asItWas(run, known)]
          : known
      return start(request, variants)
    },
  }
}

/** Earlier runs that are the same as planned ones in everything that decides their weights but the device. */
export function duplicatesOf(runs: readonly Run[], store: Pick<Store, 'runs'>): Duplicate[] {
  return runs.flatMap(({ attention, seed, configurationHash }) => {
    const earlier = configurationHash === null ? [] : store.runs({ configurationHash })
    // one that did its steps says more than one that waits, and that more than one that failed
    const rank = ({ state }: Run) => (state === 'finished' ? 0 : endedStates.has(state) ? 2 : 1)
    const [found] = earlier.sort((a, b) => rank(a) - rank(b))
    return found ? [{ attention, seed, run: found.id, experiment: found.experiment, state: found.state }] : []
  })
}

function differencesFromRecipe({ recipe, configuration }: Run): Partial<RunConfiguration> {
  const preset = recipes.find(({ id }) => id === recipe)
  if (!preset) return configuration // refused as unknown by the plan
  const values = Object.entries(configuration) as [ConfigurationKey, RunConfiguration[ConfigurationKey]][]
  return Object.fromEntries(
    values.filter(([key, value]) => appliesTo(preset.kind, key) && value !== preset.configuration[key]),
  )
}

function asItWas({ attention, axes }: Run, known: readonly Variant[]): Variant {
  const now = known.find(({ id }) => id === attention)
  if (now) return { ...now, axes }
  const others = known.find(({ own }) => own) ?? known[0]
  if (!others)
    throw new WorkbenchError('unknown-attention', `There is no attention variant "${attention}".`, '')
  return { ...others, id: attention, name: attention, own: true, axes, futureLeak: null }
}
