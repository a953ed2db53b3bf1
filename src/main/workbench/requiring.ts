/** Datasets, experiments and runs by their ids, or a refusal that says which there are. */
import { WorkbenchError } from '../../shared/errors.ts'
import type { Dataset, Experiment, Run } from '../../shared/experiment.ts'
import type { Library } from '../datasets/library.ts'
import type { Store } from '../store/index.ts'
import { knownNames } from './identifiers.ts'

export interface Requirements {
  /** @throws WorkbenchError unknown-dataset */
  requireDataset(id: string): Dataset
  /** @throws WorkbenchError unknown-experiment */
  requireExperiment(id: string): Experiment
  /** @throws WorkbenchError unknown-run */
  requireRun(id: string): Run
}

export function createRequirements({
  store,
  library,
}: {
  readonly store: Pick<Store, 'experiment' | 'experiments' | 'run' | 'runs'>
  readonly library: Pick<Library, 'dataset' | 'datasets'>
}): Requirements {
  const ids = (things: readonly { id: string }[]) => things.map(({ id }) => id)
  return {
    requireDataset: (id) =>
      library.dataset(id) ?? refuse('unknown-dataset', 'dataset', id, ids(library.datasets())),
    requireExperiment: (id) =>
      store.experiment(id) ?? refuse('unknown-experiment', 'experiment', id, ids(store.experiments())),
    requireRun: (id) => store.run(id) ?? refuse('unknown-run', 'run', id, ids(store.runs())),
  }
}

function refuse(
  code: 'unknown-dataset' | 'unknown-experiment' | 'unknown-run',
  what: string,
  id: string,
  known: readonly string[],
): never {
  throw new WorkbenchError(code, `There is no ${what} "${id}".`, knownNames(id, known))
}
