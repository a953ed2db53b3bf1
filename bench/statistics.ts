/**
 * What statistics cost: whole runs of nanogpt-cpu with none, light and full, in turns, and one evaluation of each profile
 * by itself.
 *
 *     npm run bench:statistics -- [--json] [--steps N] [--rounds N] [--profiles none,light]
 *
 * A whole run, as a person trains it, has --steps 2000: what is made once and the first evaluation weigh less there.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Library } from '../src/main/datasets/library.ts'
import { openLibrary } from '../src/main/datasets/library.ts'
import { openDevice } from '../src/main/engine/devices/index.ts'
import { initialTensors } from '../src/main/model/parameters.ts'
import { openObjective } from '../src/main/training/objectives/index.ts'
import { openReader } from '../src/main/training/probing/reader.ts'
import { openThread } from '../src/main/training/probing/thread.ts'
import { createWorkbench } from '../src/main/workbench.ts'
import { presetAxes } from '../src/shared/catalogue/variants.ts'
import { recipes } from '../src/shared/catalogue/recipes.ts'
import { chosenStatistics } from '../src/shared/statistics.ts'
import { median } from './measure.ts'
import { train } from './wholeRun.ts'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    steps: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
    profiles: { type: 'string', default: 'none,light,full' },
  },
})
/** The first is what the others are held against. */
const profiles = options.profiles.split(',')

interface Evaluation {
  /** The pause of the run: the forward pass, and reading what is wanted. */
  readonly readMs: number
  /** In the thread beside it, with nothing else to do: the first and a later one. */
  readonly firstMs: number
  readonly laterMs: number
  readonly measurements: number
}

/** Two evaluations of a model at its start, on all cores. */
async function evaluate(library: Library, id: string, statistics: string): Promise<Evaluation> {
  const configuration = recipes.find((recipe) => recipe.id === 'nanogpt-cpu')!.configuration
  const threads = os.availableParallelism()
  const objective = openObjective({
    ...{ configuration, seed: 0, device: 'cpu', threads, recordedStep: 0 },
    ...{ attention: 'standard', axes: presetAxes('standard') },
    ...{ dataset: library.dataset(id)!, datasetFolder: library.folder(id) },
    checkpoints: { folder: '', configuration: '' },
  })
  const { device } = await openDevice('cpu', threads, objective.trainingStep)
  const state = device.createState(initialTensors(objective.model, objective.trainingStep.state, 0))
  const ids = chosenStatistics(statistics).chosen.map((statistic) => statistic.id)
  const reader = await openReader(device, objective.probed, configuration, ids)
  const thread = openThread(reader.plan)
  const times: [readMs: number, measureMs: number][] = []
  let measurements = 0
  for (const step of [1, 2]) {
    const begun = performance.now()
    const work = await reader.read(step, state)
    const read = performance.now()
    measurements = (await thread.measure(work)).measurements.length
    times.push([read - begun, performance.now() - read])
  }
  await thread.close()
  await state.release()
  objective.close()
  return { readMs: times[1]![0], firstMs: times[0]![1], laterMs: times[1]![1], measurements }
}

const home = await mkdtemp(path.join(os.tmpdir(), 'attention-workbench-bench-'))
const workbench = await createWorkbench({ home })
try {
  const { id } = await workbench.api.importDataset({ source: { kind: 'sample', sample: 'tinyshakespeare' } })
  const library = openLibrary(path.join(home, 'library'))
  const evaluations: Record<string, Evaluation> = {}
  for (const profile of ['light', 'full']) evaluations[profile] = await evaluate(library, id, profile)

  const steps = Number(options.steps)
  const seconds: Record<string, number[]> = Object.fromEntries(profiles.map((profile) => [profile, []]))
  for (let round = 0; round < Number(options.rounds); round++) {
    process.stderr.write(`Round ${round + 1}: ${steps} steps with each profile\n`)
    for (let turn = 0; turn < profiles.length; turn++) {
      const statistics = profiles[(turn + round) % profiles.length]!
      seconds[statistics]!.push(await train(workbench, id, [round], { steps, statistics }))
    }
  }
  const [first, ...others] = profiles as [string, ...string[]]
  const against = (profile: string) => median(seconds[profile]!) / median(seconds[first]!) - 1
  const report = {
    ...{ cores: os.availableParallelism(), steps, seconds, evaluations },
    overhead: Object.fromEntries(others.map((profile) => [profile, against(profile)])),
  }
  if (options.json) console.log(JSON.stringify(report, null, 2))
  else {
    for (const [profile, one] of Object.entries(evaluations))
      console.log(
        `One evaluation with ${profile}: ${one.measurements} measurements; the run waits ${one.readMs.toFixed(0)} ms, ` +
          `the thread takes ${one.laterMs.toFixed(0)} ms (the first time ${one.firstMs.toFixed(0)} ms)`,
      )
    for (const profile of profiles)
      console.log(
        `${steps} steps with ${profile}: ${seconds[profile]!.map((s) => s.toFixed(1)).join(', ')} s` +
          (profile === first ? '' : `, ${(100 * against(profile)).toFixed(1)} % more than with ${first}`),
      )
  }
} finally {
  await workbench.close()
  await rm(home, { recursive: true, force: true })
}
