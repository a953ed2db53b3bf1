/** show: what is recorded of one run. */
import { recipes } from '../../../shared/catalogue/recipes.ts'
import {
  appliesTo,
  epochsOf,
  totalOperations,
  type ConfigurationKey,
  type Dataset,
  type DatasetKind,
  type LogLine,
  type Run,
} from '../../../shared/experiment.ts'
import { comparableBits } from '../../../shared/tokens.ts'
import type { Workbench } from '../../workbench.ts'
import { describeAxes } from './catalogue.ts'
import { runDocument } from './documents.ts'
import {
  describeRunState,
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

/** Lines of the log that are shown with everything else. */
const latestLines = 10

export interface ShowOptions {
  readonly json?: boolean
  /** Its log alone. */
  readonly log?: boolean
}

/** The run, its whole configuration, and everything that was recorded of it. */
export async function showRun(workbench: Workbench, id: string, { json, log }: ShowOptions): Promise<void> {
  const run = await workbench.api.showRun({ id })
  const lines = await workbench.api.readLog({ id })
  if (log) return json ? printDocument({ log: lines }) : printLog(lines)
  const checkpoints = await workbench.api.listCheckpoints({ run: id })
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
      ...{ checkpoints, log: lines },
    })
  const datasets = await workbench.api.listDatasets({})
  const dataset = datasets.find((candidate) => candidate.id === run.dataset)
  print(properties(describe(run, dataset)))
  if (run.alerts.length > 0) {
    print(`\n${styled('bold', 'alerts')}`)
    for (const { message } of run.alerts) print(onOneLine(message))
  }
  if (lines.length > 0) {
    print(`\n${styled('bold', 'log')}`)
    printLog(lines.slice(-latestLines))
    if (lines.length > latestLines) note(`All ${formatPlural(lines.length, 'line')}: show --log`)
  }
  if (checkpoints.length > 0) {
    print(`\n${styled('bold', 'checkpoints')}`)
    print(
      table(checkpoints, [
        { title: 'step', align: 'right', value: ({ step }) => formatCount(step) },
        { title: 'what', value: ({ kind }) => (kind === 'best' ? 'best weights' : 'weights and moments') },
        { title: 'size', align: 'right', value: ({ bytes }) => formatBytes(bytes) },
        { title: 'written', value: ({ writtenAt }) => formatInstant(writtenAt) },
        { title: 'file', value: ({ file }) => `runs/${id}/${file}` },
      ]),
    )
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

/** What the run went through: when, at which step, what, and why. */
function printLog(lines: readonly LogLine[]): void {
  if (lines.length === 0) return print('The log is empty: it begins when the run does.')
  print(
    table(lines, [
      { title: 'at', value: ({ at }) => `${formatInstant(at)}:${at.slice(17, 19)}` },
      { title: 'step', align: 'right', value: ({ step }) => formatCount(step) },
      { title: 'what', value: ({ kind }) => kind },
      { title: 'why', value: ({ message }) => message },
    ]),
  )
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
    ['state', run.error ? `${describeRunState(run)}: ${run.error.message}` : run.state],
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
