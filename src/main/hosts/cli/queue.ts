/** What waits, what trains, what is called what: the queue, labels, and deleting with undo, on the command line. */
import { WorkbenchError } from '../../../shared/errors.ts'
import { endedStates, type Experiment, type Run } from '../../../shared/experiment.ts'
import { daysKept, experimentLabelSchema, runLabelSchema, type Queue } from '../../../shared/queue.ts'
import type { Workbench } from '../../workbench.ts'
import { issuesOf } from '../../workbench/issues.ts'
import { runDocument } from './documents.ts'
import { describeRunState, formatCount, formatDuration, formatInstant, formatPlural } from './format.ts'
import { note, print, printDocument, table } from './output.ts'
import { describeEnd } from './progress.ts'
import type { LabelOptions } from './queueCommands.ts'

export async function endRuns(
  workbench: Workbench,
  call: 'stopRun' | 'pauseRun',
  ids: readonly string[],
  json: boolean,
): Promise<void> {
  const runs: Run[] = []
  for (const id of ids) {
    const run = await workbench.api[call]({ id })
    if (!json) print(describeEnd(run))
    runs.push(run)
  }
  if (json)
    printDocument(runs.length === 1 ? { run: runDocument(runs[0]!) } : { runs: runs.map(runDocument) })
}

export async function printQueue(workbench: Workbench, json: boolean): Promise<void> {
  const queue = await workbench.api.readQueue({})
  const active = (await workbench.api.listRuns({})).filter(
    ({ state }) => state === 'paused' || (state !== 'queued' && !endedStates.has(state)),
  )
  if (json)
    return printDocument({
      ...queue,
      active: active.map(runDocument),
      runs: queue.runs.map(runDocument),
      interrupted: queue.interrupted.map(runDocument),
    })
  const rows = [...active, ...queue.runs]
  if (rows.length === 0) print('Nothing trains and nothing waits.')
  else
    print(
      table(rows, [
        {
          title: 'place',
          align: 'right',
          value: (run) => (run.state === 'queued' ? String(queue.runs.indexOf(run) + 1) : ''),
        },
        { title: 'run', value: ({ id }) => id },
        { title: 'attention', value: ({ attention }) => attention },
        { title: 'seed', align: 'right', value: ({ seed }) => String(seed) },
        { title: 'state', value: describeRunState },
        { title: 'priority', align: 'right', value: ({ priority }) => String(priority) },
        {
          title: 'step',
          align: 'right',
          value: ({ step, steps }) => `${formatCount(step)}/${formatCount(steps)}`,
        },
        { title: 'left', align: 'right', value: ({ etaSeconds }) => formatDuration(etaSeconds) },
      ]),
    )
  note(describeConcurrency(queue))
  if (queue.interrupted.length > 0)
    note(`${formatPlural(queue.interrupted.length, 'run')} interrupted: continue with resume --all`)
}

const describeConcurrency = ({ concurrency, automaticConcurrency }: Queue): string =>
  concurrency === null
    ? `${automaticConcurrency} runs share the cores (automatic).`
    : `${formatPlural(concurrency, 'run')} may share the cores.`

export async function moveRun(workbench: Workbench, id: string, place: number, json: boolean): Promise<void> {
  const { runs } = await workbench.api.moveRun({ id, position: place - 1 })
  if (json) printDocument({ runs: runs.map(runDocument) })
  else
    print(runs.map((run, index) => `${index + 1}  ${run.id}  ${run.attention} seed ${run.seed}`).join('\n'))
}

export async function setPriority(
  workbench: Workbench,
  id: string,
  priority: number,
  json: boolean,
): Promise<void> {
  const run = await workbench.api.setPriority({ id, priority })
  if (json) printDocument({ run: runDocument(run) })
  else print(`Run ${id} has priority ${run.priority}.`)
}

export async function setConcurrency(
  workbench: Workbench,
  concurrency: number | null,
  json: boolean,
): Promise<void> {
  const queue = await workbench.api.setConcurrency({ concurrency })
  if (json)
    printDocument({ concurrency: queue.concurrency, automaticConcurrency: queue.automaticConcurrency })
  else print(describeConcurrency(queue))
}

/** A run or an experiment, by its id. */
export async function label(
  { api }: Workbench,
  id: string,
  options: LabelOptions,
  json: boolean,
): Promise<void> {
  const { name, tag, notes, colour } = options
  const given = {
    ...(name !== undefined && { name: name || null }),
    ...(tag !== undefined && { tags: tag || [] }),
    ...(notes !== undefined && { notes }),
    ...(colour !== undefined && { colour: colour || null }),
  }
  if (Object.keys(given).length === 0)
    throw new WorkbenchError(
      'invalid-request',
      'There is nothing to change.',
      'Name --name, --tag, --no-tag, --notes or --colour.',
    )
  const isExperiment = (await api.listExperiments({})).some((experiment) => experiment.id === id)
  const parsed = (isExperiment ? experimentLabelSchema : runLabelSchema).safeParse(given)
  if (!parsed.success)
    throw new WorkbenchError(
      'invalid-request',
      `That cannot be: ${issuesOf(parsed.error)}.`,
      'See: label --help',
    )
  const labelled: Run | Experiment = isExperiment
    ? await api.labelExperiment({ id, ...experimentLabelSchema.parse(given) })
    : await api.labelRun({ id, ...parsed.data })
  if (json) printDocument('state' in labelled ? { run: runDocument(labelled) } : { experiment: labelled })
  else print(`${isExperiment ? 'Experiment' : 'Run'} ${id}: ${describeLabels(labelled)}`)
}

const describeLabels = ({ name, tags, notes, colour }: Run | Experiment): string =>
  [name, ...tags.map((tag) => `#${tag}`), notes, colour].filter(Boolean).join('  ') ||
  'no name, tags or notes'

export async function listExperiments(workbench: Workbench, deleted: boolean, json: boolean): Promise<void> {
  const { api } = workbench
  const experiments: (Experiment & { deletedAt?: string })[] = deleted
    ? (await api.listDeletedExperiments({})).map(({ experiment, deletedAt }) => ({
        ...experiment,
        deletedAt,
      }))
    : await api.listExperiments({})
  if (json) return printDocument(experiments)
  if (experiments.length === 0)
    return print(deleted ? 'No experiment was deleted.' : 'There are no experiments yet.')
  print(
    table(experiments, [
      { title: 'experiment', value: ({ id }) => id },
      { title: 'name', value: ({ name }) => name },
      { title: 'variants', value: ({ attentions }) => attentions.join(',') },
      { title: 'seeds', value: ({ seeds }) => seeds.join(',') },
      { title: 'created', value: ({ createdAt }) => formatInstant(createdAt) },
      { title: 'tags', value: ({ tags }) => tags.join(', ') },
      ...(deleted
        ? [{ title: 'deleted', value: (it: { deletedAt?: string }) => formatInstant(it.deletedAt!) }]
        : []),
    ]),
  )
}

export async function deleteExperiment(workbench: Workbench, id: string, json: boolean): Promise<void> {
  await workbench.api.deleteExperiment({ id })
  if (json) printDocument({ deleted: id })
  else print(`Deleted ${id}. For ${daysKept} days it comes back with: experiment restore ${id}`)
}

export async function restoreExperiment(workbench: Workbench, id: string, json: boolean): Promise<void> {
  const experiment = await workbench.api.restoreExperiment({ id })
  if (json) printDocument({ experiment })
  else print(`Restored ${id}: ${experiment.name}`)
}
