/**
 * Finding runs: by words, by tags, and by conditions on the values of their configuration or record, such as
 * `learningRate>0.001`, `attention=standard` or `bestValidation<1.5`. Used by the window and the command line alike.
 */
import { runConfigurationSchema, type Run } from './experiment.ts'

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

/** The values in which runs differ: of the configuration, and of what they are. In the order of their keys. */
export function configurationDifferences(
  runs: readonly Run[],
): { key: string; values: (string | number | boolean | null)[] }[] {
  const compared: Record<string, (run: Run) => Value> = {
    attention: facts.attention!,
    axes: ({ axes }) => JSON.stringify(axes),
    seed: facts.seed!,
    dataset: ({ trainedOn, dataset }) => trainedOn?.sha256 ?? dataset,
    recipe: facts.recipe!,
    device: facts.device!,
    threads: ({ threads }) => threads,
    ...Object.fromEntries(
      Object.keys(runConfigurationSchema.shape).map((key) => [
        key,
        ({ configuration }: Run) => (configuration as Record<string, Value>)[key] ?? null,
      ]),
    ),
    versions: ({ versions }) => JSON.stringify(versions),
  }
  return Object.entries(compared)
    .map(([key, read]) => ({ key, values: runs.map(read) }))
    .filter(({ values }) => new Set(values).size > 1)
}
