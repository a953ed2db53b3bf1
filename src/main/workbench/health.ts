/** What was found in datasets: each is examined once at a time, whoever asks. */
import { WorkbenchError } from '../../shared/errors.ts'
import type { Dataset } from '../../shared/experiment.ts'
import type { Health } from '../../shared/health.ts'
import { healthOf } from '../datasets/health/examine.ts'
import type { Library } from '../datasets/library.ts'

export interface Examinations {
  /** @throws WorkbenchError 'dataset-damaged', 'examination-failed', or 'interrupted' where the dataset is removed */
  read(dataset: Dataset): Promise<Health>
  /** Ends the examination of a dataset that is about to be removed. */
  giveUp(id: string): void
  /** Ends all of them. */
  close(): void
}

export function createExaminations(library: Pick<Library, 'folder'>): Examinations {
  const running = new Map<string, { health: Promise<Health>; abort: AbortController }>()

  function start(dataset: Dataset): Promise<Health> {
    const abort = new AbortController()
    const health = healthOf(dataset, library.folder(dataset.id), abort.signal).finally(() =>
      running.delete(dataset.id),
    )
    running.set(dataset.id, { health, abort })
    return health
  }
  const interrupt = ({ abort }: { abort: AbortController }) =>
    abort.abort(
      new WorkbenchError('interrupted', 'The dataset was still being examined.', 'Ask for its health again.'),
    )

  return {
    read: async (dataset) => running.get(dataset.id)?.health ?? start(dataset),
    giveUp(id) {
      const examination = running.get(id)
      if (examination) interrupt(examination)
    },
    close: () => running.forEach(interrupt),
  }
}
