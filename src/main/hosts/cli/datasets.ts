/** import, datasets, dataset remove, and how --dataset finds its dataset. */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { samples } from '../../../shared/catalogue/samples.ts'
import type { CallInput, ImportPlanRecord, Source } from '../../../shared/contract.ts'
import { WorkbenchError } from '../../../shared/errors.ts'
import { bestNgram, type Dataset, type TextDataset } from '../../../shared/experiment.ts'
import { knownNames } from '../../workbench/identifiers.ts'
import type { Workbench } from '../../workbench.ts'
import { formatBytes, formatCount, formatDuration, formatInstant, formatLoss, unknown } from './format.ts'
import { print, printDocument, table } from './output.ts'
import type { Progress } from './progress.ts'

/**
 * A dataset by its id in the library, by the id of a built-in sample, or by a path; the latter two are imported.
 * @throws WorkbenchError unknown-dataset, or what the import refuses
 */
export async function findDataset(
  workbench: Workbench,
  wanted: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Dataset> {
  const datasets = await workbench.api.listDatasets({})
  const inLibrary = datasets.find((dataset) => dataset.id === wanted)
  if (inLibrary) return inLibrary
  const source: Source | undefined = samples.some((sample) => sample.id === wanted)
    ? { kind: 'sample', sample: wanted }
    : existsSync(wanted) || /[/\\.]/.test(wanted)
      ? { kind: 'paths', paths: [wanted] }
      : undefined
  if (source) return importSource(workbench, { source }, progress, signal)
  const known = [...datasets.map((dataset) => dataset.id), ...samples.map((sample) => sample.id)]
  throw new WorkbenchError(
    'unknown-dataset',
    `There is no dataset, sample or file "${wanted}".`,
    knownNames(wanted, known),
  )
}

export async function importSource(
  workbench: Workbench,
  request: CallInput<'importDataset'>,
  progress: Progress,
  signal: AbortSignal,
): Promise<Dataset> {
  const own = randomUUID()
  const begun = performance.now()
  const unsubscribe = workbench.api.subscribe('importProgress', ({ request, name, bytes, total }) => {
    if (request === own) progress.say(`Importing ${name}: ${howFar(bytes, total, performance.now() - begun)}`)
  })
  // The import itself says when it has ended, so that nothing of it is left when this does.
  const cancel = () => void workbench.api.cancelImport({ request: own })
  try {
    signal.throwIfAborted()
    signal.addEventListener('abort', cancel, { once: true })
    return await workbench.api.importDataset({ ...request, request: own })
  } finally {
    signal.removeEventListener('abort', cancel)
    unsubscribe()
    progress.close()
  }
}

/** "12.3 MB of 1.0 GB, 45.6 MB/s, 0:22 left" */
function howFar(bytes: number, total: number, elapsedMs: number): string {
  const rate = (1000 * bytes) / elapsedMs
  const left = total > 0 && rate > 0 ? [`${formatDuration((total - bytes) / rate)} left`] : []
  const done = `${formatBytes(bytes)}${total > 0 ? ` of ${formatBytes(total)}` : ''}`
  return [done, `${formatBytes(rate)}/s`, ...left].join(', ')
}

/** What files would become, dataset by dataset. */
export function printImportPlan(plans: readonly ImportPlanRecord[], json: boolean): void {
  if (json) return printDocument({ plans })
  print(
    table(plans, [
      { title: 'dataset', value: ({ name }) => name },
      { title: 'kind', value: ({ kind }) => kind },
      { title: 'format', value: ({ format }) => format },
      { title: 'files', align: 'right', value: ({ files }) => formatCount(files) },
      { title: 'size', align: 'right', value: ({ bytes }) => formatBytes(bytes) },
      { title: 'text column', value: textColumnOf },
      { title: 'refused', value: ({ refusal }) => refusal?.message ?? '' },
    ]),
  )
}

/** Empty where there is no such choice. */
function textColumnOf({ textColumn, columns = [] }: ImportPlanRecord): string {
  if (textColumn !== null) return textColumn ?? ''
  return `choose with --column: ${columns.map(({ name }) => name).join(', ')}`
}

export function printImported(dataset: Dataset): void {
  const items = dataset.kind === 'text' ? 'tokens' : 'images'
  print(
    `${dataset.id}  ${dataset.name}: ${formatCount(dataset.train)} training and ${formatCount(dataset.validation)} ` +
      `validation ${items}, ${whatIsIn(dataset)}`,
  )
  dataset.notes?.forEach((sentence) => print(`  ${sentence}`))
}

/** "65 distinct characters", "a vocabulary of 4,096 byte pairs", "10 classes, 28 x 28 x 1". */
export function whatIsIn(dataset: Dataset): string {
  if (dataset.kind === 'text') return whatTokensAre(dataset)
  const { classes, height, width, channels } = dataset
  return `${formatCount(classes)} classes, ${width} x ${height} x ${channels}`
}

function whatTokensAre({ tokenizer, vocabulary }: TextDataset): string {
  const size = formatCount(vocabulary)
  switch (tokenizer) {
    case 'character':
      return `${size} distinct characters`
    case 'byte':
      return 'bytes'
    case 'bpe':
      return `a vocabulary of ${size} byte pairs`
    case 'file':
      return `a vocabulary of ${size} from a tokenizer.json`
  }
}

/** "1.6688 (5)": the loss, and the tokens that the model looks at with the one it predicts. */
function bestNgramLoss(dataset: Dataset): string {
  const best = dataset.kind === 'text' ? bestNgram(dataset.baselines) : undefined
  return best ? `${formatLoss(best.loss)} (${best.n})` : unknown
}

export async function listDatasets(workbench: Workbench, json: boolean): Promise<void> {
  const datasets = await workbench.api.listDatasets({})
  if (json) return printDocument(datasets)
  if (datasets.length === 0)
    return print(
      `The library is empty. Import files, or use a built-in sample: ${samples.map(({ id }) => id).join(', ')}.`,
    )
  print(
    table(datasets, [
      { title: 'id', value: (dataset) => dataset.id },
      { title: 'name', value: (dataset) => dataset.name },
      { title: 'kind', value: (dataset) => dataset.kind },
      { title: 'training', align: 'right', value: (dataset) => formatCount(dataset.train) },
      { title: 'validation', align: 'right', value: (dataset) => formatCount(dataset.validation) },
      { title: 'content', value: whatIsIn },
      {
        title: 'bigram loss',
        align: 'right',
        value: (dataset) => formatLoss(dataset.kind === 'text' ? dataset.baselines.bigram : null),
      },
      { title: 'best n-gram loss', align: 'right', value: bestNgramLoss },
      { title: 'on disk', align: 'right', value: ({ diskBytes }) => formatBytes(diskBytes) },
      { title: 'tags', value: ({ tags }) => tags.join(', ') },
      { title: 'imported', value: (dataset) => formatInstant(dataset.importedAt) },
    ]),
  )
}
