/**
 * Finding runs: by words, by tags, and by conditions on the values of their configuration or record, such as
 * `learningRate>0.001`, `attention=standard` or `bestValidation<1.5`. Used by the window and the command line alike.
 */
import { recipes } from './catalogue/recipes.ts'
import { appliesTo, runConfigurationSchema, type ConfigurationKey, type Run } from './experiment.ts'
import { knownNames } from './names.ts'

type Operator = '>=' | '<=' | '!=' | '=' | '>' | '<'

export interface Condition {
  readonly key: string
  readonly operator: Operator
  readonly value: string
}

type Value = string | number | boolean | null

/** What a condition can be about, beside every key of the configuration. */
const facts: Readonly<Record<string, (run: Run) => Value>> = {
  attention: (run) => run.attention,
  seed: (run) => run.seed,
  state: (run) => run.state,
  device: (run) => run.device,
  recipe: (run) => run.recipe,
  experiment: (run) => run.experiment,
  dataset: (run) => run.dataset,
  parameters: (run) => run.parameters,
  step: (run) => run.step,
  seconds: (run) => run.seconds,
  trainLoss: (run) => run.trainLoss,
  bestValidation: (run) => run.bestValidation?.loss ?? null,
  lastValidation: (run) => run.lastValidation?.loss ?? null,
  accuracy: (run) => run.bestValidation?.accuracy ?? null,
}
/** Every name that a condition may begin with. */
export const filterKeys: readonly string[] = [
  ...Object.keys(facts),
  ...Object.keys(runConfigurationSchema.shape),
]

/** Of `key operator value`; undefined where the text is no condition on a known key. */
export function parseCondition(text: string): Condition | undefined {
  const match = /^\s*(\w+)\s*(>=|<=|!=|=|>|<)\s*(.*?)\s*$/.exec(text)
  if (!match || !filterKeys.includes(match[1]!) || match[3] === '') return undefined
  return { key: match[1]!, operator: match[2] as Operator, value: match[3]! }
}

/** Why a text is no condition, and how it would be one; `hint` tells what is known. */
export function conditionProblem(text: string, hint = knownNames): string {
  const key = /^\s*(\w*)/.exec(text)![1]!
  return filterKeys.includes(key)
    ? 'Write it as a key, one of = != < <= > >=, and a value: learningRate>0.001.'
    : `There is nothing called "${key}" in a run. ${hint(key, filterKeys)}`
}

/**
 * Several conditions on one line, with spaces or commas between them: `learningRate>0.001, attention=standard`.
 * @returns those that are conditions, and the parts that are none as they were written
 */
export function parseConditionLine(line: string): { conditions: Condition[]; refused: string[] } {
  // Every part begins at a word with an operator after it, so that a value may have spaces and commas of its own.
  const parts = line
    .split(/(?:^|[\s,]+)(?=\w+\s*(?:[<>]=?|!=|=))/)
    .map((part) => part.replace(/[\s,]+$/, ''))
    .filter(Boolean)
  const read = parts.map((part) => ({ part, condition: parseCondition(part) }))
  return {
    conditions: read.flatMap(({ condition }) => condition ?? []),
    refused: read.filter(({ condition }) => !condition).map(({ part }) => part),
  }
}

/** Whether a run fulfils a condition; one whose value is not known fulfils none but `!=`. */
export function fulfils(run: Run, { key, operator, value }: Condition): boolean {
  const found: Value = facts[key]?.(run) ?? (run.configuration as Record<string, Value>)[key] ?? null
  if (operator === '=' || operator === '!=') return isEqual(found, value) === (operator === '=')
  if (typeof found !== 'number') return false
  const wanted = Number(value)
  return { '>': found > wanted, '<': found < wanted, '>=': found >= wanted, '<=': found <= wanted }[operator]
}

const isEqual = (found: Value, value: string): boolean =>
  typeof found === 'number' ? found === Number(value) : String(found) === value

export interface RunQuery {
  /** Words that all have to occur somewhere in what the run is called or is. */
  readonly search?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly conditions?: readonly Condition[] | undefined
}

/** @param called more that a run may be found by: the names of its experiment and its dataset */
export function matches(run: Run, query: RunQuery, called: readonly string[] = []): boolean {
  const { search = '', tags = [], conditions = [] } = query
  const text = [
    ...called,
    run.id,
    run.name ?? '',
    run.attention,
    run.recipe,
    run.state,
    run.notes,
    ...run.tags,
  ]
    .join('\n')
    .toLowerCase()
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return (
    words.every((word) => text.includes(word)) &&
    tags.every((tag) => run.tags.includes(tag)) &&
    conditions.every((condition) => fulfils(run, condition))
  )
}

/** A value that decides how runs went, in each of them; null where it decides nothing, or is not known. */
export interface ConfigurationRow {
  readonly key: string
  readonly values: Value[]
}

/** What is compared of runs, in the order of the rows. */
const compared: Readonly<Record<string, (run: Run) => Value>> = {
  attention: facts.attention!,
  axes: ({ axes }) => JSON.stringify(axes),
  seed: facts.seed!,
  dataset: ({ trainedOn, dataset }) => trainedOn?.sha256 ?? dataset,
  recipe: facts.recipe!,
  device: facts.device!,
  threads: ({ threads }) => threads,
  ...Object.fromEntries(
    (Object.keys(runConfigurationSchema.shape) as ConfigurationKey[]).map((key) => [
      key,
      (run: Run) => (decides(run, key) ? (run.configuration[key] as Value) : null),
    ]),
  ),
  versions: ({ versions }) => JSON.stringify(versions),
}

/** Everything that decides how runs go: of the configuration, and of what they are. In the order of their keys. */
export const configurationRows = (runs: readonly Run[]): ConfigurationRow[] =>
  Object.entries(compared).map(([key, read]) => ({ key, values: runs.map(read) }))

export const differs = ({ values }: ConfigurationRow): boolean => new Set(values).size > 1

/** The values in which runs differ. */
export const configurationDifferences = (runs: readonly Run[]): ConfigurationRow[] =>
  configurationRows(runs).filter(differs)

/** Whether a key of the configuration matters on the data of a run; it may where its recipe is not known. */
function decides(run: Run, key: ConfigurationKey): boolean {
  const kind = run.trainedOn?.kind ?? recipes.find(({ id }) => id === run.recipe)?.kind
  return kind === undefined || appliesTo(kind, key)
}
