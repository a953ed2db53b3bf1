/** runs and diff: what there is, and in what it differs. What is recorded of one run is in show.ts and batch.ts. */
import type { Run } from '../../../shared/experiment.ts'
import {
  configurationDifferences,
  matches,
  type Condition,
  type ConfigurationRow,
  type RunQuery,
} from '../../../shared/runFilter.ts'
import type { Workbench } from '../../workbench.ts'
import { runDocument } from './documents.ts'
import {
  describeRunState,
  formatCount,
  formatDuration,
  formatInstant,
  formatLoss,
  formatPlural,
  unknown,
} from './format.ts'
import { print, printDocument, table } from './output.ts'

export interface RunListOptions extends Pick<RunQuery, 'search'> {
  readonly json?: boolean
  readonly tag?: string[]
  readonly filter?: Condition[]
}

export async function listRuns(workbench: Workbench, options: RunListOptions): Promise<void> {
  const { search, tag: tags, filter: conditions, json } = options
  const experiments = new Map((await workbench.api.listExperiments({})).map(({ id, name }) => [id, name]))
  const all = await workbench.api.listRuns({})
  const runs = all.filter((run) =>
    matches(run, { search, tags, conditions }, [
      experiments.get(run.experiment) ?? '',
      run.trainedOn?.name ?? '',
    ]),
  )
  if (json) return printDocument(runs.map(runDocument))
  if (all.length === 0) return print('There are no runs yet: try train or compare.')
  if (runs.length === 0) return print(`None of ${formatPlural(all.length, 'run')} fits.`)
  const datasets = await workbench.api.listDatasets({})
  const nameOf = (id: string) => datasets.find((dataset) => dataset.id === id)?.name ?? id
  print(
    table(runs, [
      { title: 'run', value: (run) => run.id },
      { title: 'experiment', value: (run) => run.experiment },
      { title: 'dataset', value: (run) => nameOf(run.dataset) },
      { title: 'attention', value: (run) => run.attention },
      { title: 'recipe', value: (run) => run.recipe },
      { title: 'seed', align: 'right', value: (run) => String(run.seed) },
      { title: 'state', value: describeRunState },
      { title: 'step', align: 'right', value: (run) => `${formatCount(run.step)}/${formatCount(run.steps)}` },
      {
        title: 'best loss',
        align: 'right',
        value: (run) => formatLoss(run.bestValidation?.loss ?? null),
      },
      { title: 'time', align: 'right', value: (run) => formatDuration(run.seconds) },
      { title: 'created', value: (run) => formatInstant(run.createdAt) },
      ...(runs.some(({ name, tags }) => name !== null || tags.length > 0)
        ? [
            {
              title: 'name and tags',
              value: (run: Run) =>
                [run.name ?? '', ...run.tags.map((tag) => `#${tag}`)].filter(Boolean).join(' '),
            },
          ]
        : []),
    ]),
  )
}

/** The values of everything in which some runs differ. */
export async function printDifference(
  workbench: Workbench,
  ids: readonly string[],
  json: boolean,
): Promise<void> {
  const runs = await Promise.all(ids.map((id) => workbench.api.showRun({ id })))
  const differences = configurationDifferences(runs)
  if (json) return printDocument({ runs: ids, differences })
  if (differences.length === 0) return print(`The ${ids.length === 2 ? 'two ' : ''}runs differ in nothing.`)
  print(
    table(differences, [
      { title: 'what', value: ({ key }) => key },
      ...ids.map((title, index) => ({
        title,
        value: ({ values }: ConfigurationRow) => String(values[index] ?? unknown),
      })),
    ]),
  )
}
