/** dataset show, dataset health, dataset rename, dataset tag: one dataset of the library. */
import { WorkbenchError } from '../../../shared/errors.ts'
import type { Finding, ImageHealth, TextHealth } from '../../../shared/health.ts'
import type { LabelChange, LibraryEntry } from '../../../shared/library.ts'
import { knownNames } from '../../workbench/identifiers.ts'
import type { Workbench } from '../../workbench.ts'
import { whatIsIn } from './datasets.ts'
import { formatBytes, formatCount, formatInstant, formatPlural } from './format.ts'
import { onItsLines, print, printDocument, properties, styled, table } from './output.ts'
import { orInterrupted } from './session.ts'

export async function showDataset(workbench: Workbench, id: string, json: boolean): Promise<void> {
  const dataset = await requireEntry(workbench, id)
  if (json) return printDocument({ dataset })
  print(properties(factsOf(dataset)))
  dataset.notes?.forEach((sentence) => print(sentence))
  if (dataset.kind === 'text') print(`\n${styled('bold', 'begins')}\n${onItsLines(dataset.preview)}`)
  else {
    const classes = dataset.classNames.map((name, label) => ({
      name,
      train: dataset.trainPerClass[label]!,
      validation: dataset.validationPerClass[label]!,
    }))
    print('')
    print(
      table(classes, [
        { title: 'class', value: ({ name }) => name },
        { title: 'training', align: 'right', value: ({ train }) => formatCount(train) },
        { title: 'validation', align: 'right', value: ({ validation }) => formatCount(validation) },
      ]),
    )
  }
}

export async function showHealth(
  workbench: Workbench,
  id: string,
  json: boolean,
  signal: AbortSignal,
): Promise<void> {
  const dataset = await requireEntry(workbench, id)
  const health = await orInterrupted(workbench.api.readHealth({ id }), signal)
  if (json) return printDocument({ dataset: dataset.id, health })
  printFindings(dataset, health.findings)
  print('')
  print(properties(health.kind === 'text' ? textFacts(health) : imageFacts(health)))
}

export async function labelDataset(
  workbench: Workbench,
  id: string,
  change: LabelChange,
  json: boolean,
): Promise<void> {
  const dataset = await workbench.api.labelDataset({ id, ...change })
  if (json) return printDocument({ dataset })
  print(`${dataset.id}  ${dataset.name}${dataset.tags.length > 0 ? `  [${dataset.tags.join(', ')}]` : ''}`)
}

async function requireEntry(workbench: Workbench, id: string): Promise<LibraryEntry> {
  const entries = await workbench.api.listDatasets({})
  const known = entries.map((entry) => entry.id)
  const found = entries.find((entry) => entry.id === id)
  if (found) return found
  throw new WorkbenchError('unknown-dataset', `There is no dataset "${id}".`, knownNames(id, known))
}

const factsOf = (dataset: LibraryEntry): [string, string][] => [
  ['id', dataset.id],
  ['name', dataset.name],
  ['tags', dataset.tags.join(', ')],
  ['kind', dataset.kind],
  ['training', formatPlural(dataset.train, dataset.kind === 'text' ? 'token' : 'image')],
  ['validation', formatPlural(dataset.validation, dataset.kind === 'text' ? 'token' : 'image')],
  ['content', whatIsIn(dataset)],
  ['on disk', formatBytes(dataset.diskBytes)],
  ['imported', formatInstant(dataset.importedAt)],
  ['sha256', dataset.sha256],
]

function printFindings({ name }: LibraryEntry, findings: readonly Finding[]): void {
  if (findings.length === 0) return print(`Nothing was found in ${name} that would mislead a training.`)
  for (const { severity, message, advice } of findings) {
    print(`${severity === 'warning' ? styled('yellow', 'warning') : 'note   '}  ${message}`)
    print(`         ${advice}`)
  }
}

function textFacts({ frequencies, lines, repetition }: TextHealth): [string, string][] {
  const shown = ({ text, count }: TextHealth['frequencies']['frequent'][number]) =>
    `${JSON.stringify(text)} ${formatCount(count)}`
  return [
    ['tokens used', formatCount(frequencies.used)],
    ['most frequent', frequencies.frequent.slice(0, 8).map(shown).join('  ')],
    ['rarest', frequencies.rare.slice(0, 8).map(shown).join('  ')],
    ['lines', `${formatCount(lines.lines)}, ${formatCount(lines.empty)} of them empty`],
    [
      'line lengths',
      `${formatCount(lines.shortest)} to ${formatCount(lines.longest)} characters, median ${formatCount(lines.median)}`,
    ],
    [
      'repeated',
      `${formatCount(repetition.found)} of ${formatPlural(repetition.examined, 'validation window')} of ${repetition.window} tokens are in training`,
    ],
  ]
}

const imageFacts = ({ identical }: ImageHealth): [string, string][] => [
  ['examined', formatPlural(identical.examined, 'image')],
  ['in both splits', formatCount(identical.acrossSplits)],
  ['repeated in training', formatCount(identical.withinTrain)],
  ['repeated in validation', formatCount(identical.withinValidation)],
  ['of several classes', formatCount(identical.conflicting)],
  ['of one colour', formatCount(identical.constant)],
]
