/** Records to store, complete and valid; a test names only what it is about. */
import { standardAxes } from '../../../src/shared/attention.ts'
import { recipes } from '../../../src/shared/catalogue/recipes.ts'
import type { Experiment, Run } from '../../../src/shared/experiment.ts'

export function anExperiment(changes: Partial<Experiment> = {}): Experiment {
  return {
    id: 'experiment-1',
    name: 'Three attentions',
    dataset: '86c4e6aa9db7',
    recipe: 'quick',
    attentions: ['standard', 'laplacian'],
    seeds: [0, 1],
    tags: [],
    notes: '',
    colour: null,
    createdAt: '2026-11-22T06:00:00.000Z',
    ...changes,
  }
}

export function aRun(changes: Partial<Run> = {}): Run {
  return {
    id: 'run-1',
    experiment: 'experiment-1',
    name: null,
    tags: [],
    notes: '',
    colour: null,
    dataset: '86c4e6aa9db7',
    attention: 'standard',
    axes: standardAxes,
    recipe: 'quick',
    seed: 0,
    state: 'queued',
    priority: 0,
    place: 0,
    requestedDevice: 'auto',
    device: null,
    deviceDescription: null,
    threads: null,
    parameters: null,
    operations: null,
    step: 0,
    steps: 600,
    trainLoss: null,
    bestValidation: null,
    lastValidation: null,
    tokensPerSecond: null,
    imagesPerSecond: null,
    seconds: 0,
    peakBytes: null,
    etaSeconds: null,
    createdAt: '2026-11-22T06:00:00.000Z',
    startedAt: null,
    endedAt: null,
    endReason: null,
    error: null,
    alerts: [],
    configuration: recipes[0]!.configuration,
    configurationHash: null,
    trainedOn: null,
    versions: { app: '0.1.0', node: '24.21.0' },
    ...changes,
  }
}
