/** What runs keep of their evaluations, as choices: steps, layers, runs by variant and seed; and why there may be none. */
import type { Run } from '../../../shared/experiment.ts'
import { mostStates, type State } from '../../../shared/states.ts'

/** The steps that every run keeps which keeps any, ascending. */
export function commonSteps(kept: ReadonlyMap<string, readonly number[]>): number[] {
  const [first, ...others] = [...kept.values()].filter((steps) => steps.length > 0)
  return (first ?? []).filter((step) => others.every((steps) => steps.includes(step)))
}

/** At most `most` of some values, evenly, with the first and the last. */
export function spread<Value>(values: readonly Value[], most: number): Value[] {
  if (values.length <= most) return [...values]
  return Array.from(
    { length: most },
    (_, index) => values[Math.round((index * (values.length - 1)) / (most - 1))]!,
  )
}

/** Layers that all runs have. */
export function layersOfAll(runs: readonly Pick<Run, 'configuration'>[]): number[] {
  if (runs.length === 0) return []
  const length = Math.min(...runs.map(({ configuration }) => configuration.layers))
  return Array.from({ length }, (_, layer) => layer)
}

/** As many as a question may name. */
export const statesAt = (runs: readonly Pick<Run, 'id'>[], layer: number, step: number): State[] =>
  runs.slice(0, mostStates).map(({ id }) => ({ run: id, layer, step }))

export interface Emptiness {
  title: string
  advice?: string
}

/** Why `what` (attention maps, hidden states) of runs cannot be shown yet, and what would change that. */
export function whyNothingKept(
  what: string,
  runs: readonly Pick<Run, 'configuration'>[],
  { isRead, goesOn }: { isRead: boolean; goesOn: boolean },
): Emptiness {
  const configurations = runs.map(({ configuration }) => configuration)
  if (configurations.every(({ statistics }) => statistics === 'none'))
    return {
      title: `These runs kept no ${what}: their option statistics was none.`,
      advice: 'Start an experiment with statistics set to light or full.',
    }
  if (configurations.every(({ probeMegabytes }) => probeMegabytes === 0))
    return {
      title: `These runs kept no ${what}: their option probeMegabytes was 0.`,
      advice: 'Start an experiment with probeMegabytes above 0: it says how much of the disk a run may take.',
    }
  if (!isRead) return { title: `Reading the ${what}.` }
  return goesOn
    ? { title: `No ${what} are kept yet.`, advice: 'The first come before the first step.' }
    : { title: `These runs kept no ${what}.`, advice: 'Start the experiment again, with statistics on.' }
}
