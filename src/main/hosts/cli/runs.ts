/** runs, show, diff and batch: what is recorded of runs. */
import { recipes } from '../../../shared/catalogue/recipes.ts'
import {
  appliesTo,
  epochsOf,
  type ConfigurationKey,
  type Dataset,
  type DatasetKind,
  type Run,
  totalOperations,
} from '../../../shared/experiment.ts'
import { comparableBits } from '../../../shared/tokens.ts'
import {
  configurationDifferences,
  matches,
  type Condition,
  type ConfigurationRow,
  type RunQuery,
} from '../../../shared/runFilter.ts'
import type { Workbench } from '../../workbench.ts'
import { describeAxes } from './catalogue.ts'
import { runDocument } from './documents.ts'
import {
  formatAccuracy,
  formatBytes,
  formatCount,
  formatDuration,
  formatEpochs,
  formatInstant,
  formatLoss,
  formatPlural,
  unknown,
} from './format.ts'
import { note, onItsLines, onOneLine, print, printDocument, properties, styled, table } from './output.ts'

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
      { title: 'state', value: (run) => run.state },
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

/** The run, its whole configuration, and everything that was recorded of it. */
export async function showRun(workbench: Workbench, id: string, json: boolean): Promise<void> {
  const run = await workbench.api.showRun({ id })
  const series = await workbench.api.readSeries({ id })
  const samples = (await workbench.api.readSamples({ runs: [id] })).map(({ run: _, ...sample }) => sample)
  const confusion = await workbench.api.readConfusion({ run: id })
  if (json)
    return printDocument({
      run: runDocument(run),
      configuration: run.configuration,
      series,
      ...(samples.length > 0 && { samples }),
      ...(confusion && { confusion }),
    })
  const datasets = await workbench.api.listDatasets({})
  const dataset = datasets.find((candidate) => candidate.id === run.dataset)
  print(properties(describe(run, dataset)))
  if (run.alerts.length > 0) {
    print(`\n${styled('bold', 'alerts')}`)
    for (const { message } of run.alerts) print(onOneLine(message))
  }
  print(`\n${styled('bold', 'configuration')}`)
  print(properties(settings(run)))
  print(`\n${styled('bold', 'series')}`)
  if (Object.keys(series).length === 0) return print('No points were recorded.')
  print(
    table(Object.entries(series), [
      { title: 'metric', value: ([metric]) => metric },
      { title: 'points', align: 'right', value: ([, points]) => formatCount(points.length) },
      { title: 'first', align: 'right', value: ([, points]) => formatPoint(points[0]) },
      { title: 'last', align: 'right', value: ([, points]) => formatPoint(points.at(-1)) },
    ]),
  )
  const sample = samples.at(-1)
  if (sample) {
    print(`\n${styled('bold', `sampled at step ${formatCount(sample.step)}`)}`)
    print(onItsLines(sample.prompt + sample.text))
  }
  note(`All points${samples.length > 1 ? ' and samples' : ''}: show --json`)
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

/** The samples that a step of a run was fed. */
export async function printBatch(
  workbench: Workbench,
  run: string,
  step: number,
  json: boolean,
): Promise<void> {
  const batch = await workbench.api.readBatch({ run, step })
  if (json) return printDocument(batch)
  if (batch.offsets)
    print(`Step ${step} of run ${run} reads sequences of the training text at: ${batch.offsets.join(' ')}`)
  else print(`Step ${step} of run ${run} reads training images: ${batch.items!.join(' ')}`)
}

/** What a run trains on, also when its dataset was removed; undefined where a later version made its recipe. */
const kindOf = ({ recipe }: Pick<Run, 'recipe'>): DatasetKind | undefined =>
  recipes.find((candidate) => candidate.id === recipe)?.kind

/** The configuration, without what only matters on other data. */
function settings({ configuration, ...run }: Run): [string, string][] {
  const kind = kindOf(run)
  return Object.entries(configuration)
    .filter(([key]) => !kind || appliesTo(kind, key as ConfigurationKey))
    .map(([key, value]) => [key, /^\S+$/.test(String(value)) ? String(value) : JSON.stringify(value)])
}

/** ", 2.53 bits per byte,": what can be compared between tokenizers; nothing where tokens are characters. */
function inBits(loss: number, dataset: Dataset | undefined): string {
  const bits = dataset && comparableBits(loss, dataset)
  return bits === undefined ? '' : `, ${formatLoss(bits)} bits per byte,`
}

/** `dataset` is undefined where it was removed. */
function describe(run: Run, dataset: Dataset | undefined): [string, string][] {
  const validation = (at: Run['bestValidation']) =>
    at
      ? `${formatLoss(at.loss)}${inBits(at.loss, dataset)}${at.accuracy === undefined ? '' : `, accuracy ${formatAccuracy(at.accuracy)},`} at step ${formatCount(at.step)}`
      : unknown
  const epochs = dataset ? ` (${formatEpochs(epochsOf(run.configuration, dataset))})` : ''
  return [
    ['run', run.id],
    ['experiment', run.experiment],
    ...(run.name === null ? [] : [['name', run.name] as [string, string]]),
    ...(run.tags.length === 0 ? [] : [['tags', run.tags.join(', ')] as [string, string]]),
    ...(run.notes === '' ? [] : [['notes', run.notes] as [string, string]]),
    ['dataset', dataset ? `${run.dataset} (${dataset.name})` : run.dataset],
    ['trained on', describeData(run.trainedOn)],
    ['attention', run.attention],
    ['axes', describeAxes(run.axes) || 'all neutral'],
    ['recipe', run.recipe],
    ['seed', String(run.seed)],
    ['state', run.error ? `${run.state}: ${run.error.message}` : run.state],
    ['why it ended', run.endReason ?? unknown],
    ['device', run.device ? `${run.device}${run.threads ? `, threads ${run.threads}` : ''}` : unknown],
    ['hardware', run.deviceDescription ?? unknown],
    ['most memory', run.peakBytes === null ? unknown : formatBytes(run.peakBytes)],
    ['parameters', formatCount(run.parameters)],
    ['operations a step', describeOperations(run.operations)],
    ['step', `${formatCount(run.step)} of ${formatCount(run.steps)}${epochs}`],
    ['best validation loss', validation(run.bestValidation)],
    ['last validation loss', validation(run.lastValidation)],
    kindOf(run) === 'images'
      ? ['images/s', formatCount(run.imagesPerSecond)]
      : ['tokens/s', formatCount(run.tokensPerSecond)],
    ['time', formatDuration(run.seconds)],
    ['created', formatInstant(run.createdAt)],
    ['started', run.startedAt === null ? unknown : formatInstant(run.startedAt)],
    ['ended', run.endedAt === null ? unknown : formatInstant(run.endedAt)],
    ['configuration hash', run.configurationHash ?? unknown],
    [
      'versions',
      Object.entries(run.versions)
        .map((entry) => entry.join(' '))
        .join(', '),
    ],
  ]
}

/** Of an optimiser step: 0.563 GFLOP (forward 0.189, backward 0.373, optimiser 0.001). */
function describeOperations(operations: Run['operations']): string {
  if (!operations) return unknown
  const giga = (count: number) => Number((count / 1e9).toPrecision(3)).toString()
  const { forward, backward, optimizer } = operations
  const parts = `forward ${giga(forward)}, backward ${giga(backward)}, optimiser ${giga(optimizer)}`
  return `${giga(totalOperations(operations))} GFLOP (${parts})`
}

/** What a run says of its dataset, as it was. */
function describeData(data: Run['trainedOn']): string {
  if (!data) return unknown
  const unit = data.kind === 'text' ? 'token' : 'image'
  const { by, ...how } = data.split ?? { by: 'unknown' }
  const split = [`split by ${by}`, ...Object.entries(how).map((entry) => entry.join(' '))].join(', ')
  return [
    `${formatPlural(data.train, unit)} and ${formatCount(data.validation)} for validation`,
    split,
    ...(data.tokenizer
      ? [`${data.tokenizer} tokenizer, vocabulary ${formatCount(data.vocabulary ?? null)}`]
      : []),
    ...(data.classes ? [`${data.classes} classes`] : []),
    `sha256 ${data.sha256}`,
  ].join('; ')
}

/** Learning rates are far smaller than losses: significant digits suit both. */
function formatPoint(point: readonly [step: number, value: number] | undefined): string {
  return point ? `${Number(point[1].toPrecision(5))} at step ${formatCount(point[0])}` : unknown
}
