/** What people say of runs and experiments: names, tags, notes, colours; and deleting, which can be undone for a while. */
import fs from 'node:fs/promises'
import path from 'node:path'
import type { WorkbenchApi } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import { endedStates, type Experiment, type Run } from '../../shared/experiment.ts'
import { daysKept } from '../../shared/queue.ts'
import { lacksRoom } from '../fullDisk.ts'
import type { Store } from '../store/index.ts'
import type { Events } from './events.ts'
import { knownNames } from './identifiers.ts'

interface OrganisingParts {
  readonly store: Store
  readonly events: Pick<Events, 'emit'>
  readonly onRunChanged: (run: Run) => void
  /** @throws WorkbenchError unknown-experiment */
  requireExperiment(id: string): Experiment
  /** @throws WorkbenchError unknown-run */
  requireRun(id: string): Run
}

export function createOrganising(
  parts: OrganisingParts,
): Pick<
  WorkbenchApi,
  'labelRun' | 'labelExperiment' | 'deleteExperiment' | 'restoreExperiment' | 'listDeletedExperiments'
> {
  const { store, events, onRunChanged, requireExperiment, requireRun } = parts
  return {
    async labelRun({ id, ...labels }) {
      requireRun(id)
      const run = store.updateRun(id, given(labels))
      onRunChanged(run)
      return run
    },

    async labelExperiment({ id, ...labels }) {
      requireExperiment(id)
      store.labelExperiment(id, given(labels))
      events.emit('experimentsChanged', {})
      return requireExperiment(id)
    },

    async deleteExperiment({ id }) {
      const experiment = requireExperiment(id)
      const active = store.runs({ experiment: id }).filter((run) => !endedStates.has(run.state))
      if (active.length > 0)
        throw new WorkbenchError(
          'experiment-active',
          `"${experiment.name}" still trains: ${active.map((run) => `run ${run.id}`).join(', ')}.`,
          'Stop these runs or wait for them first.',
        )
      store.setExperimentDeleted(id, new Date().toISOString())
      events.emit('experimentsChanged', {})
      return {}
    },

    async restoreExperiment({ id }) {
      const known = store.deletedExperiments().map(({ experiment }) => experiment.id)
      if (!known.includes(id))
        throw new WorkbenchError(
          'unknown-experiment',
          `There is no deleted experiment "${id}".`,
          knownNames(id, known),
        )
      store.setExperimentDeleted(id, null)
      events.emit('experimentsChanged', {})
      return requireExperiment(id)
    },

    listDeletedExperiments: async () => store.deletedExperiments(),
  }
}

/** Removes for good what was deleted long ago, with its checkpoints. On a full disk the database has no room for that: another time. */
export async function removeLongDeleted(store: Store, runsFolder: string, now = Date.now()): Promise<void> {
  const limit = now - daysKept * 86_400_000
  try {
    for (const { experiment, deletedAt } of store.deletedExperiments()) {
      if (Date.parse(deletedAt) > limit) continue
      for (const run of store.removeExperiment(experiment.id))
        await fs.rm(path.join(runsFolder, run), { recursive: true, force: true })
    }
  } catch (error) {
    if (!lacksRoom(error)) throw error
  }
}

/** Without what is absent; every tag once. */
function given<Labels extends { tags?: string[] | undefined }>(labels: Labels) {
  const { tags, ...others } = labels
  const entries = Object.entries(others).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(entries), ...(tags && { tags: [...new Set(tags)] }) }
}
