/** What is recorded of a run: its log, its checkpoints, the batches of its steps, its series, its samples. */
import path from 'node:path'
import type { WorkbenchApi } from '../../shared/contract.ts'
import type { Run } from '../../shared/experiment.ts'
import type { Library } from '../datasets/library.ts'
import type { Store } from '../store/index.ts'
import { checkpointFiles } from '../training/checkpoints.ts'
import { batchOf } from './batches.ts'
import type { Requirements } from './requiring.ts'

interface RecordParts extends Pick<Requirements, 'requireDataset' | 'requireRun'> {
  readonly store: Pick<Store, 'runs' | 'log' | 'series' | 'samples' | 'confusion'>
  readonly library: Pick<Library, 'dataset'>
  readonly runsFolder: string
}

export function createRecords({ store, library, runsFolder, requireDataset, requireRun }: RecordParts) {
  /** Of a dataset that was removed the labels are left. */
  function classNamesOf(run: Run, classes: number): string[] {
    const dataset = library.dataset(run.dataset)
    return dataset?.kind === 'images'
      ? dataset.classNames
      : Array.from({ length: classes }, (_, label) => String(label))
  }

  return {
    listRuns: async () => store.runs(),
    showRun: async ({ id }) => requireRun(id),
    readLog: async ({ id }) => store.log(requireRun(id).id),
    readBatch: async ({ run: id, step }) => {
      const run = requireRun(id)
      return batchOf(run, requireDataset(run.dataset), step)
    },
    async listCheckpoints({ run: id }) {
      const { bestValidation } = requireRun(id)
      const files = await checkpointFiles(path.join(runsFolder, id))
      return files.map(({ step, ...file }) =>
        step === null
          ? { ...file, kind: 'best' as const, step: bestValidation?.step ?? null }
          : { ...file, kind: 'regular' as const, step },
      )
    },
    readSeries: async ({ id }) => store.series(requireRun(id).id),
    async readSamples({ runs }) {
      runs.forEach(requireRun)
      return store.samples(runs)
    },
    async readConfusion({ run: id, step }) {
      const run = requireRun(id)
      const confusion = store.confusion(id, step)
      return confusion ? { ...confusion, classNames: classNamesOf(run, confusion.counts.length) } : null
    },
  } satisfies Partial<WorkbenchApi>
}
