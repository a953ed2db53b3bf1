/** What a run is and was, as facts in groups, and as the command that trains it again. */
import { choicesOf } from '../../../shared/attention.ts'
import {
  appliesTo,
  epochsOf,
  runConfigurationSchema,
  totalOperations,
  type ConfigurationKey,
  type DatasetKind,
  type Run,
  type RunConfiguration,
} from '../../../shared/experiment.ts'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatInstant,
  formatPlural,
  formatSetting,
  unknown,
} from '../format.ts'

export interface Fact {
  readonly name: string
  readonly value: string
  readonly meaning?: string
}
export interface FactGroup {
  readonly title: string
  readonly facts: readonly Fact[]
}

/** 563,000,000 -> "0.563 GFLOP". */
const gigaFlop = (operations: number): string => `${Number((operations / 1e9).toPrecision(3))} GFLOP`

export function recordOf(run: Run, now: Date): FactGroup[] {
  const instant = (iso: string | null) => (iso === null ? unknown : `${formatInstant(iso, now)} (${iso})`)
  return [
    { title: 'Data', facts: dataFacts(run) },
    {
      title: 'Model',
      facts: [
        { name: 'parameters', value: formatCount(run.parameters) },
        { name: 'axes', value: axesOf(run), meaning: 'What its variant was when the run was planned.' },
        ...operationFacts(run),
        {
          name: 'configuration hash',
          value: run.configurationHash ?? unknown,
          meaning: 'Two runs with the same one have the same weights, but for their device.',
        },
      ],
    },
    {
      title: 'Where',
      facts: [
        { name: 'device', value: run.device ?? unknown },
        { name: 'asked for', value: run.requestedDevice ?? unknown },
        { name: 'hardware', value: run.deviceDescription ?? unknown },
        { name: 'threads', value: formatCount(run.threads) },
        { name: 'most memory', value: run.peakBytes === null ? unknown : formatBytes(run.peakBytes) },
        ...Object.entries(run.versions).map(([name, value]) => ({ name, value })),
      ],
    },
    {
      title: 'When',
      facts: [
        { name: 'created', value: instant(run.createdAt) },
        { name: 'started', value: instant(run.startedAt) },
        { name: 'ended', value: instant(run.endedAt) },
        { name: 'trained for', value: formatDuration(run.seconds), meaning: 'Training and evaluation.' },
        { name: 'why it ended', value: run.endReason ?? unknown },
      ],
    },
  ]
}

function dataFacts({ trainedOn: data, dataset, configuration }: Run): Fact[] {
  if (!data) return [{ name: 'dataset', value: dataset }]
  const items = data.kind === 'text' ? 'token' : 'image'
  const { by, ...how } = data.split ?? { by: 'unknown' }
  return [
    { name: 'dataset', value: `${data.name} (${dataset})` },
    { name: 'sha256', value: data.sha256 },
    { name: 'training', value: formatPlural(data.train, items) },
    { name: 'validation', value: formatPlural(data.validation, items) },
    {
      name: 'split',
      value: [`by ${by}`, ...Object.entries(how).map(([name, value]) => `${name} ${value}`)].join(', '),
    },
    ...(data.tokenizer
      ? [{ name: 'tokenizer', value: `${data.tokenizer}, ${formatPlural(data.vocabulary ?? 0, 'token')}` }]
      : []),
    ...(data.classes ? [{ name: 'classes', value: formatCount(data.classes) }] : []),
    {
      name: 'epochs planned',
      value: String(Number(epochsOf(configuration, data).toPrecision(3))),
      meaning: 'How often the training split is seen.',
    },
  ]
}

function operationFacts({ operations }: Run): Fact[] {
  if (!operations) return [{ name: 'a step', value: unknown, meaning: 'Floating-point operations.' }]
  const { forward, backward, optimizer } = operations
  return [
    {
      name: 'a step',
      value: `${gigaFlop(totalOperations(operations))}: forward ${gigaFlop(forward)}, backward ${gigaFlop(backward)}, optimiser ${gigaFlop(optimizer)}`,
      meaning: 'Floating-point operations, counted in the graph that is computed.',
    },
  ]
}

const axesOf = ({ axes }: Run): string =>
  Object.entries(choicesOf(axes))
    .map(([axis, choice]) => `${axis} ${typeof choice === 'object' ? JSON.stringify(choice) : choice}`)
    .join(', ') || 'all neutral'

export interface SettingRow {
  readonly key: ConfigurationKey
  readonly value: string
  readonly meaning: string
  /** What the recipe has, where that is another. */
  readonly recipe: string | null
}

/** Every setting that decides something on data of this kind. @param recipe undefined where it is not known */
export function settingsOf(
  configuration: RunConfiguration,
  recipe: RunConfiguration | undefined,
  kind: DatasetKind,
): SettingRow[] {
  return (Object.keys(runConfigurationSchema.shape) as ConfigurationKey[])
    .filter((key) => appliesTo(kind, key) && configuration[key] !== undefined)
    .map((key) => ({
      ...{ key, value: formatSetting(configuration[key]) },
      meaning: runConfigurationSchema.shape[key].description ?? '',
      recipe: recipe && recipe[key] !== configuration[key] ? formatSetting(recipe[key]) : null,
    }))
}

/** Those whose key, value or meaning has every word. */
export function searchSettings(rows: readonly SettingRow[], words: string): SettingRow[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter(({ key, value, meaning }) => {
    const text = `${key} ${value} ${meaning}`.toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}

/**
 * The command that trains a run anew: what differs from its recipe is set, all of it where the recipe is not known.
 * @param recipe undefined where it is not known
 */
export function commandOf(run: Run, recipe: RunConfiguration | undefined, kind: DatasetKind): string {
  const set = settingsOf(run.configuration, recipe, kind).filter(
    (row) => recipe === undefined || row.recipe !== null,
  )
  const parts = [
    'attention-workbench train',
    `--dataset ${quoted(run.dataset)}`,
    `--attention ${quoted(run.attention)}`,
    `--recipe ${quoted(run.recipe)}`,
    `--seed ${run.seed}`,
    ...(run.requestedDevice && run.requestedDevice !== 'auto' ? [`--device ${run.requestedDevice}`] : []),
    ...set.map(({ key }) => `--set ${quoted(`${key}=${run.configuration[key]}`)}`),
  ]
  return parts.join(' ')
}

/** As a shell takes it: in single quotes where it has anything but plain letters. */
const quoted = (text: string): string =>
  /^[\w.,=:/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
