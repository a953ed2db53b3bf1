/**
 * Everything recorded of runs as one long table (RFC 4180, UTF-8, header first): a row per value, so that a program can
 * filter it and a spreadsheet pivot it. docs/exports.md describes the columns.
 */
import type { Run } from '../../shared/experiment.ts'
import { inPieces } from './file.ts'
import { provenanceOf, type Subject } from './subject.ts'
import { unitOfComparison, unitOfMetric, unitOfStatistic } from './units.ts'

export const columns = [
  'record',
  'experiment',
  'run',
  'attention',
  'seed',
  'name',
  'unit',
  'step',
  'layer',
  'tap',
  'head',
  'value',
] as const
type Cell = string | number | boolean | null
type Row = Partial<Record<(typeof columns)[number], Cell>>

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe before it, which it shows as nothing: what people
 * named may not compute anything where a table of it is opened (OWASP, CSV injection).
 */
const harmless = (text: string): string => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text)

/** Numbers with all their digits; null is an empty cell. */
function cell(value: Cell | undefined): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' ? harmless(value) : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const line = (row: Row): string => `${columns.map((column) => cell(row[column])).join(',')}\r\n`

/** The table, in pieces. */
export const csvOf = (subject: Subject): Iterable<string> => inPieces(lines(subject))

function* lines(subject: Subject): Generator<string> {
  yield `${columns.join(',')}\r\n`
  for (const run of subject.runs) for (const row of rowsOf(run, subject)) yield line(row)
  const { comparison, experiment } = subject
  if (!comparison) return
  for (const { attention, ...rest } of comparison.comparison)
    for (const [name, value] of leaves(rest))
      yield line({
        ...{ record: 'comparison', experiment: experiment.id, attention, name },
        ...{ unit: unitOfComparison(name, comparison), value },
      })
}

function* rowsOf(run: Run, { dataset, data, records }: Subject): Generator<Row> {
  const { id, experiment, attention, seed, configuration, versions } = run
  const of = { experiment, run: id, attention, seed }
  const { configurationSha256, datasetSha256 } = provenanceOf(run, dataset)
  const facts = {
    ...{ configurationSha256, datasetSha256, dataset: dataset?.name ?? run.dataset, recipe: run.recipe },
    ...{ state: run.state, device: run.device, threads: run.threads, parameters: run.parameters },
    ...{ step: run.step, steps: run.steps, seconds: run.seconds },
    ...{ createdAt: run.createdAt, startedAt: run.startedAt, endedAt: run.endedAt, versions },
  }
  for (const [name, value] of leaves(facts)) yield { record: 'run', ...of, name, value }
  for (const [name, value] of leaves(configuration)) yield { record: 'configuration', ...of, name, value }
  for (const metric of records.metrics(id)) {
    const unit = unitOfMetric(metric, data)
    for (const [step, value] of records.points(id, metric))
      yield { record: 'series', ...of, name: metric, unit, step, value }
  }
  for (const { statistic, ...measured } of records.measurements(id))
    yield { record: 'statistic', ...of, name: statistic, unit: unitOfStatistic(statistic), ...measured }
}

/** Every plain value within, by its path: `differenceFromBaseline.ci95.0`. */
function* leaves(value: unknown, path = ''): Generator<[path: string, value: Cell]> {
  if (value === null || typeof value !== 'object') return yield [path, (value ?? null) as Cell]
  for (const [key, part] of Object.entries(value)) yield* leaves(part, path === '' ? key : `${path}.${key}`)
}
