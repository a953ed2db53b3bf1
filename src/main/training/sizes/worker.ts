/** The entry of a process that counts the parameters of models: tfjs, which they are written in, stays out of the workbench. */
import { errorRecord } from '../../../shared/errors.ts'
import type { Dataset, ErrorRecord } from '../../../shared/experiment.ts'
import { countParameters, type PlannedModel } from './count.ts'

export interface SizesTask {
  readonly dataset: Dataset
  readonly models: readonly PlannedModel[]
}
export type FromSizes =
  | { readonly kind: 'answer'; readonly counts: number[] }
  | { readonly kind: 'failed'; readonly error: ErrorRecord }

function answer({ dataset, models }: SizesTask): FromSizes {
  try {
    return { kind: 'answer', counts: models.map((model) => countParameters(model, dataset)) }
  } catch (error) {
    return { kind: 'failed', error: errorRecord(error) }
  }
}

process.once('message', (task: SizesTask) =>
  process.send!(answer(task), undefined, undefined, () => process.disconnect()),
)
process.on('disconnect', () => process.exit())
process.on('SIGINT', () => {}) // Ctrl-C reaches the whole group; who asked ends this process
