/** Runs as a person starts them, in trainer processes, timed from the request to the end. */
import type { RunConfiguration } from '../src/shared/experiment.ts'
import { endedStates } from '../src/shared/experiment.ts'
import type { Workbench } from '../src/main/workbench.ts'

/** Trains nanogpt-cpu once per seed, all at once; resolves with the seconds until the last has ended. */
export async function train(
  workbench: Workbench,
  dataset: string,
  seeds: number[],
  overrides: Partial<RunConfiguration>,
): Promise<number> {
  const started = performance.now()
  const { runs } = await workbench.api.startExperiment({
    ...{ dataset, seeds, overrides },
    attentions: ['standard'],
    recipe: 'nanogpt-cpu',
    device: 'cpu',
  })
  const open = new Set(runs.map(({ id }) => id))
  await new Promise<void>((resolve, reject) => {
    const stop = workbench.api.subscribe('runChanged', (run) => {
      if (!open.has(run.id) || !endedStates.has(run.state)) return
      if (run.state !== 'finished')
        reject(new Error(`Run ${run.id} ended as ${run.state}: ${run.error?.message}`))
      open.delete(run.id)
      if (open.size > 0) return
      stop()
      resolve()
    })
  })
  return (performance.now() - started) / 1000
}
