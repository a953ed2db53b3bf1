/** Records for tests that need one and care about few of its values. */
import { recipes } from '../../src/shared/catalogue/recipes.ts'
import type { Dataset, Run } from '../../src/shared/experiment.ts'

const [quick] = recipes

export function aRun(values: Partial<Run> = {}): Run {
  const configuration = values.configuration ?? quick!.configuration
  return {
    id: 'run-1',
    experiment: 'experiment-1',
    dataset: 'dataset-1',
    attention: 'standard',
    recipe: quick!.id,
    seed: 0,
    state: 'queued',
    device: null,
    threads: null,
    parameters: null,
    step: 0,
    steps: configuration.steps,
    trainLoss: null,
    bestValidation: null,
    lastValidation: null,
    tokensPerSecond: null,
    seconds: 0,
    etaSeconds: null,
    createdAt: '2026-11-22T06:00:00.000Z',
    startedAt: null,
    endedAt: null,
    error: null,
    configuration,
    versions: {},
    ...values,
  }
}

export function aDataset(values: Partial<Dataset> = {}): Dataset {
  return {
    id: 'dataset-1',
    name: 'a text',
    kind: 'text',
    sha256: '0'.repeat(64),
    bytes: 10_000,
    train: 9000,
    validation: 1000,
    vocabulary: 30,
    tokenizer: 'character',
    preview: 'It was',
    baselines: { uniform: Math.log(30), unigram: 2.9, bigram: 2.3 },
    importedAt: '2026-11-22T06:00:00.000Z',
    ...values,
  }
}
