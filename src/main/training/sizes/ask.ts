/** Counts the parameters of planned models, each combination of configuration and axes once. */
import type { Dataset } from '../../../shared/experiment.ts'
import { thrownFrom, WorkbenchError } from '../../../shared/errors.ts'
import { sizesFile } from '../../paths.ts'
import { inProcess } from '../../processes.ts'
import { workloadHash } from '../identity.ts'
import type { PlannedModel } from './count.ts'
import type { FromSizes, SizesTask } from './worker.ts'

/** So many counts are remembered. */
const mostKept = 1000

export interface Sizes {
  /** In the order of the models. @throws WorkbenchError as count.ts, interrupted, or estimate-failed where the process dies */
  of(models: readonly PlannedModel[], dataset: Dataset): Promise<number[]>
  close(): void
}

export function createSizes(ask: typeof askForSizes = askForSizes): Sizes {
  const closing = new AbortController()
  const known = new Map<string, number>()
  return {
    async of(models, dataset) {
      const keyed = models.map((model) => ({ model, key: workloadHash({ ...model, dataset }) }))
      const unknown = keyed.filter(({ key }) => !known.has(key))
      if (unknown.length > 0) {
        const counts = await ask({ dataset, models: unknown.map(({ model }) => model) }, closing.signal)
        unknown.forEach(({ key }, index) => known.set(key, counts[index]!))
      }
      const found = keyed.map(({ key }) => known.get(key)!)
      for (const key of known.keys()) {
        if (known.size <= mostKept) break
        known.delete(key)
      }
      return found
    },
    close: () =>
      closing.abort(new WorkbenchError('interrupted', 'Parameters were being counted.', 'Ask again.')),
  }
}

export function askForSizes(task: SizesTask, signal: AbortSignal): Promise<number[]> {
  return inProcess({
    file: sizesFile,
    task,
    signal,
    answerOf(message: FromSizes) {
      if (message.kind === 'failed') throw thrownFrom(message.error)
      return { answer: message.counts }
    },
    died: (how) =>
      new WorkbenchError(
        'estimate-failed',
        `The process that counts the parameters of models ended with ${how}.`,
        'The system may have run out of memory: try again when less is running.',
      ),
  })
}
