/** import, datasets, dataset remove, and how --dataset finds its dataset. */
import { existsSync } from 'node:fs'
import { samples } from '../../../shared/catalogue/samples.ts'
import { WorkbenchError } from '../../../shared/errors.ts'
import type { Dataset } from '../../../shared/experiment.ts'
import { knownNames } from '../../workbench/identifiers.ts'
import type { Workbench } from '../../workbench.ts'
import { formatCount, formatInstant, formatLoss } from './format.ts'
import { print, printDocument, table } from './output.ts'
import type { Progress } from './progress.ts'
import { orInterrupted } from './session.ts'

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
  if (samples.some((sample) => sample.id === wanted))
    return orInterrupted(workbench.api.importDataset({ source: { kind: 'sample', sample: wanted } }), signal)
  if (existsSync(wanted) || /[/\\.]/.test(wanted)) return importFile(workbench, wanted, {}, progress, signal)
  const known = [...datasets.map((dataset) => dataset.id), ...samples.map((sample) => sample.id)]
  throw new WorkbenchError(
    'unknown-dataset',
    `There is no dataset, sample or file "${wanted}".`,
    knownNames(wanted, known),
  )
}

export async function importFile(
  workbench: Workbench,
  path: string,
  options: { name?: string },
  progress: Progress,
  signal: AbortSignal,
): Promise<Dataset> {
  const unsubscribe = workbench.api.subscribe('importProgress', ({ name, bytes, total }) => {
    progress.say(`Importing ${name}: ${formatCount(bytes)}${total ? ` of ${formatCount(total)}` : ''} bytes`)
  })
  try {
    const source = { kind: 'path', path } as const
    return await orInterrupted(workbench.api.importDataset({ source, ...options }), signal)
  } finally {
    unsubscribe()
    progress.close()
  }
}

export function printImported(dataset: Dataset): void {
  print(
    `${dataset.id}  ${dataset.name}: ${formatCount(dataset.train)} training and ${formatCount(dataset.validation)} ` +
      `validation tokens, ${formatCount(dataset.vocabulary)} distinct characters`,
  )
}

export async function listDatasets(workbench: Workbench, json: boolean): Promise<void> {
  const datasets = await workbench.api.listDatasets({})
  if (json) return printDocument(datasets)
  if (datasets.length === 0)
    return print(
      `The library is empty. Import a text, or use a built-in sample: ${samples.map(({ id }) => id).join(', ')}.`,
    )
  print(
    table(datasets, [
      { title: 'id', value: (dataset) => dataset.id },
      { title: 'name', value: (dataset) => dataset.name },
      { title: 'kind', value: (dataset) => dataset.kind },
      { title: 'training', align: 'right', value: (dataset) => formatCount(dataset.train) },
      { title: 'validation', align: 'right', value: (dataset) => formatCount(dataset.validation) },
      { title: 'vocabulary', align: 'right', value: (dataset) => formatCount(dataset.vocabulary) },
      { title: 'bigram loss', align: 'right', value: (dataset) => formatLoss(dataset.baselines.bigram) },
      { title: 'imported', value: (dataset) => formatInstant(dataset.importedAt) },
    ]),
  )
}
