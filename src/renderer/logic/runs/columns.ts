/** The columns of the table of all runs: what each sorts by and what it says. Configuration keys become columns here too. */
import {
  endedStates,
  runConfigurationSchema,
  runStates,
  waitsForRoom,
  type ConfigurationKey,
  type Run,
} from '../../../shared/experiment.ts'
import { configurationDifferences } from '../../../shared/runFilter.ts'
import { rateOf } from '../comparison.ts'
import {
  formatCount,
  formatDuration,
  formatInstant,
  formatLoss,
  formatSetting,
  formatShare,
  unknown,
} from '../format.ts'

type Value = string | number | boolean | null

/** What the names of things are, beside their ids. */
export interface RunNames {
  experiment(run: Run): string
  variant(run: Run): string
}

export interface RunColumn {
  readonly id: string
  readonly title: string
  readonly meaning: string
  /** CSS pixels that it needs at least. */
  readonly width: number
  /** Numbers stand at the right. */
  readonly numeric: boolean
  /** What rows are ordered by; null is always last. */
  read(run: Run, names: RunNames): Value
  write(run: Run, names: RunNames): string
}

export interface Order {
  /** Id of a column. */
  readonly column: string
  readonly descending: boolean
}

/** Its own name, else that of its experiment: variant and seed have columns of their own. */
export const runTitle = (run: Run, names: RunNames): string => run.name ?? names.experiment(run)

export const datasetName = (run: Run): string => run.trainedOn?.name ?? run.dataset

/** "running 43 %, 2 min 05 s left", "stopped at 12 %", "finished". */
export function describeState(run: Run): string {
  const share = `${Math.floor((100 * run.step) / run.steps)} %`
  if (waitsForRoom(run)) return `${share}, waits for room`
  if (run.state === 'running')
    return `${share}${run.etaSeconds === null ? '' : `, ${formatDuration(run.etaSeconds)} left`}`
  if (run.state === 'finished' || run.step === 0) return run.state
  return endedStates.has(run.state) ? `${run.state} at ${share}` : `${run.state} ${share}`
}

const best: RunColumn = {
  id: 'bestValidation',
  title: 'best valid.',
  meaning: 'Smallest validation loss, nats per token or image',
  width: 74,
  numeric: true,
  read: (run) => run.bestValidation?.loss ?? null,
  write: (run) => formatLoss(run.bestValidation?.loss ?? null),
}
const accuracy: RunColumn = {
  id: 'accuracy',
  title: 'accuracy',
  meaning: 'Of the evaluation with the smallest validation loss; images only',
  width: 72,
  numeric: true,
  read: (run) => run.bestValidation?.accuracy ?? null,
  write: (run) => formatShare(run.bestValidation?.accuracy ?? null),
}

/** Those that are always there. */
const fixedColumns: readonly RunColumn[] = [
  {
    id: 'name',
    title: 'run',
    meaning: 'Its name, or that of its experiment',
    width: 170,
    numeric: false,
    read: runTitle,
    write: runTitle,
  },
  {
    id: 'state',
    title: 'state',
    meaning: 'How far it is, and why it is no further',
    width: 150,
    numeric: false,
    read: (run) => runStates.indexOf(run.state) + run.step / (run.steps + 1),
    write: describeState,
  },
  {
    id: 'curve',
    title: 'validation',
    meaning:
      'The validation loss over the planned steps, each run on a scale of its own; sorted by its latest value',
    width: 94,
    numeric: false,
    read: (run) => run.lastValidation?.loss ?? null,
    write: () => '',
  },
  {
    id: 'dataset',
    title: 'dataset',
    meaning: 'What it trains on, as it was called then',
    width: 110,
    numeric: false,
    read: datasetName,
    write: datasetName,
  },
  {
    id: 'attention',
    title: 'variant',
    meaning: 'The attention variant',
    width: 114,
    numeric: false,
    read: (run, names) => names.variant(run),
    write: (run, names) => names.variant(run),
  },
  {
    id: 'seed',
    title: 'seed',
    meaning: 'Of initial weights, data order and dropout',
    width: 48,
    numeric: true,
    read: (run) => run.seed,
    write: (run) => String(run.seed),
  },
  best,
  {
    ...best,
    id: 'lastValidation',
    title: 'last valid.',
    meaning: 'Validation loss of the latest evaluation, nats per token or image',
    read: (run) => run.lastValidation?.loss ?? null,
    write: (run) => formatLoss(run.lastValidation?.loss ?? null),
  },
  {
    id: 'rate',
    title: 'per second',
    meaning: 'Tokens, or images, that it trains on in a second',
    width: 72,
    numeric: true,
    read: rateOf,
    write: (run) => formatCount(rateOf(run) === null ? null : Math.round(rateOf(run)!)),
  },
  {
    id: 'created',
    title: 'created',
    meaning: 'When it was planned, in local time',
    width: 92,
    numeric: true,
    read: (run) => run.createdAt,
    write: (run) => formatInstant(run.createdAt, new Date()),
  },
]

export const configurationKeys = Object.keys(runConfigurationSchema.shape) as ConfigurationKey[]

/** What a key of the configuration decides, with its unit. */
export const keyMeaning = (key: ConfigurationKey): string =>
  runConfigurationSchema.shape[key].description ?? key

function keyColumn(key: ConfigurationKey): RunColumn {
  const read = (run: Run): Value => run.configuration[key] ?? null
  return {
    id: key,
    title: key,
    meaning: keyMeaning(key),
    width: Math.max(72, 26 + 6.2 * key.length),
    numeric: true,
    read,
    write: (run) => {
      const value = read(run)
      return value === null ? unknown : formatSetting(value)
    },
  }
}

/**
 * The keys of the configuration in which runs differ: first those in which runs of one recipe do, which a person chose,
 * then those in which only recipes do. What means nothing on the data of a run counts for it as no value.
 */
export function differingKeys(runs: readonly Run[]): ConfigurationKey[] {
  const recipes = Map.groupBy(runs, ({ recipe }) => recipe)
  const chosen = new Set([...recipes.values()].flatMap(keysThatDiffer))
  const all = keysThatDiffer(runs)
  return [...all.filter((key) => chosen.has(key)), ...all.filter((key) => !chosen.has(key))]
}

function keysThatDiffer(runs: readonly Run[]): ConfigurationKey[] {
  const found = configurationDifferences(runs)
    .filter(({ values }) => new Set(values.filter((value) => value !== null)).size > 1)
    .map(({ key }) => key)
  return configurationKeys.filter((key) => found.includes(key))
}

/** The columns over some runs with some keys of the configuration. */
export function columnsOf(runs: readonly Run[], keys: readonly ConfigurationKey[]): RunColumn[] {
  const hasImages = runs.some((run) => run.bestValidation?.accuracy !== undefined)
  const fixed = fixedColumns.flatMap((column) => (column === best && hasImages ? [best, accuracy] : [column]))
  return [...fixed, ...keys.map(keyColumn)]
}

/** Rows in the order of a column; equal ones, and all of them where it is no column, stay as they were. */
export function sortRuns(
  runs: readonly Run[],
  columns: readonly RunColumn[],
  { column: id, descending }: Order,
  names: RunNames,
): Run[] {
  const column = columns.find((candidate) => candidate.id === id)
  if (!column) return [...runs]
  const sign = descending ? -1 : 1
  return runs
    .map((run) => ({ run, value: column.read(run, names) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null)
      return sign * compare(a.value, b.value)
    })
    .map(({ run }) => run)
}

function compare(a: NonNullable<Value>, b: NonNullable<Value>): number {
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b, 'en', { numeric: true })
  return Number(a) - Number(b)
}
