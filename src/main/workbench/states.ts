/** What is asked of kept hidden states: which evaluations are read, and that they belong together, is decided here. */
import type { WorkbenchApi } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { Experiment, Run } from '../../shared/experiment.ts'
import { keptTap, mostStates, type State } from '../../shared/states.ts'
import { refuseOtherTokens } from '../states/kept.ts'
import type { KeptProbes } from '../states/messages.ts'
import { createStateThread } from '../states/thread.ts'
import { betweenVariants } from '../states/variants.ts'
import type { Store } from '../store/index.ts'

type StatesApi = Pick<
  WorkbenchApi,
  'compareStates' | 'compareVariantStates' | 'readSpectra' | 'projectStates'
>

interface StatesParts {
  readonly store: Pick<Store, 'probe' | 'probes' | 'runs'>
  /** @throws WorkbenchError unknown-run */
  requireRun(id: string): Run
  /** @throws WorkbenchError unknown-experiment */
  requireExperiment(id: string): Experiment
}

export interface States {
  readonly api: StatesApi
  close(): Promise<void>
}

export function createStates({ store, requireRun, requireExperiment }: StatesParts): States {
  const thread = createStateThread()

  /** The evaluations of some states, each once. @throws WorkbenchError probes-differ, no-states, unknown-run */
  function probesOf(states: readonly State[]): KeptProbes {
    const found = new Map<string, State>()
    for (const state of states) found.set(`${state.step} ${state.run}`, state)
    const wanted = [...found.values()]
    const runs = wanted.map(({ run }) => requireRun(run))
    const stranger = runs.find(({ dataset }) => dataset !== runs[0]!.dataset)
    if (stranger) refuseOtherTokens(runs[0]!.id, stranger.id)
    return wanted.map(({ run, step }) => {
      const probe = store.probe(run, step)
      if (!probe) throw nothingKept(`Run ${run}`, step, stepsOf(run))
      return { run, step, bytes: new Uint8Array(probe.bytes) } // of its own buffer: it goes to the thread
    })
  }
  const stepsOf = (run: string): number[] => store.probes(run).map(({ step }) => step)

  return {
    api: {
      compareStates: async ({ measure, tap = keptTap, rows, columns }) =>
        thread.ask({
          kind: 'comparison',
          probes: probesOf([...rows, ...columns]),
          tap,
          measure,
          rows,
          columns,
        }),

      async compareVariantStates({ experiment: id, measure, tap = keptTap, layer: asked, step: wanted }) {
        const experiment = requireExperiment(id)
        const keeping = store.runs({ experiment: id }).filter((run) => stepsOf(run.id).length > 0)
        const steps = keeping.map((run) => stepsOf(run.id))
        const common = steps
          .slice(1)
          .reduce((left, its) => left.filter((step) => its.includes(step)), steps[0] ?? [])
        const step = wanted ?? common.at(-1)
        const runs = keeping.filter((_, index) => step !== undefined && steps[index]!.includes(step))
        if (step === undefined || runs.length === 0)
          throw nothingKept(
            `Experiment ${id}`,
            wanted,
            [...new Set(steps.flat())].sort((a, b) => a - b),
          )
        if (runs.length > mostStates)
          throw new WorkbenchError(
            'invalid-request',
            `These are ${runs.length} runs; ${mostStates} can be compared pair by pair.`,
            'Compare some of them by naming the runs.',
          )
        const layer = asked ?? Math.min(...runs.map((run) => run.configuration.layers)) - 1
        const states = runs.map((run) => ({ run: run.id, layer, step }))
        const { tokens, values } = await thread.ask({
          ...{ kind: 'comparison', probes: probesOf(states), tap, measure, rows: states, columns: states },
        })
        const cells = betweenVariants(measure, runs, experiment.attentions, values)
        return { step, layer, tokens, runs: runs.map((run) => run.id), cells }
      },

      readSpectra: async ({ tap = keptTap, states }) =>
        thread.ask({ kind: 'spectra', probes: probesOf(states), tap, states }),

      projectStates: async ({ tap = keptTap, states, axes }) =>
        thread.ask({ kind: 'projection', probes: probesOf([...states, ...axes]), tap, states, axes }),
    },
    close: () => thread.close(),
  }
}

function nothingKept(whose: string, step: number | undefined, steps: readonly number[]): WorkbenchError {
  if (steps.length === 0)
    return new WorkbenchError(
      'no-states',
      `${whose} keeps no hidden states.`,
      'They are kept with the settings statistics=light or full, and probeMegabytes above 0.',
    )
  return new WorkbenchError(
    'no-states',
    `${whose} keeps no hidden states ${step === undefined ? 'at a step that all its runs have' : `of step ${step}`}.`,
    `There are some of the steps ${steps.join(', ')}.`,
  )
}
