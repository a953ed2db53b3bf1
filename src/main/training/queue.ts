/**
 * Which run starts next. Runs without a graphics processor share the cores, so many at once; on a graphics processor one
 * trains at a time, beside them. Pure: the scheduler asks it whenever something has changed.
 */
import type { Run } from '../../shared/experiment.ts'

/** This many runs train at once at least: a comparison is watched side by side, and small models share cores well. */
const leastConcurrency = 4

/** How many runs share the cores where the person has not said. */
export const automaticConcurrency = (cores: number): number => Math.max(cores, leastConcurrency)

/** Cores are divided between the runs that can train at once; each gets at least one thread. */
export function threadsPerRun(cores: number, runs: number, most = automaticConcurrency(cores)): number {
  return Math.max(1, Math.floor(cores / Math.max(1, Math.min(runs, most))))
}

/** What a run takes up: a share of the cores, or the graphics processor. */
export type Lane = 'cores' | 'graphics'
export const laneOf = (device: string): Lane =>
  device === 'cpu' || device === 'reference' ? 'cores' : 'graphics'

/** What decides the order, of a run that waits or trains. `device` is null until it is chosen. */
export type Queueing = Pick<Run, 'id' | 'experiment' | 'device'>

/**
 * The first of `queued` that can start beside `active`; one that cannot keeps none behind it from another lane. A run
 * whose device is yet to be found is expected where the last of its experiment went; the first of them finds out alone,
 * so that not all of them end up on one graphics processor at once.
 * @param most runs that share the cores
 * @param decided the device that another run of the experiment found, if one has
 */
export function nextRun<Waiting extends Queueing>(
  queued: readonly Waiting[],
  active: readonly Queueing[],
  most: number,
  decided: (experiment: string) => string | undefined,
): Waiting | undefined {
  const taken = (lane: Lane) => active.filter(({ device }) => laneOf(device ?? 'cpu') === lane).length
  const hasRoom = { cores: taken('cores') < most, graphics: taken('graphics') === 0 }
  return queued.find((run) => {
    const device = run.device ?? decided(run.experiment)
    if (device !== undefined) return hasRoom[laneOf(device)]
    const isBeingFound = active.some((other) => other.experiment === run.experiment && other.device === null)
    return hasRoom.cores && !isBeingFound
  })
}
