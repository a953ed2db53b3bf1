/** Everything recorded of runs as one JSON document, written piece by piece. docs/exports.md describes its shape. */
import type { Run } from '../../shared/experiment.ts'
import { inPieces } from './file.ts'
import { provenanceOf, type Subject } from './subject.ts'
import { unitOfMetric, unitOfStatistic } from './units.ts'

export const jsonFormat = 'attention-workbench-export/1'

/** The document, in pieces. A value that was not finite is null. */
export const jsonOf = (subject: Subject, exportedAt: string): Iterable<string> =>
  inPieces(pieces(subject, exportedAt))

function* pieces(subject: Subject, exportedAt: string): Generator<string> {
  const { kind, app, experiment, dataset, comparison, runs } = subject
  yield '{\n'
  const head = { format: jsonFormat, kind, exportedAt, app, experiment, dataset: dataset ?? null }
  for (const [key, value] of Object.entries(head)) yield `${JSON.stringify(key)}: ${JSON.stringify(value)},\n`
  yield `"units": ${JSON.stringify(unitsOf(subject))},\n`
  // the runs of a comparison are those below
  const { runs: _, ...compared } = comparison ?? {}
  yield `"comparison": ${comparison ? JSON.stringify(compared) : 'null'},\n"runs": [`
  for (const [index, run] of runs.entries()) {
    yield index === 0 ? '\n' : ',\n'
    yield* runPieces(run, subject)
  }
  yield '\n]\n}\n'
}

function* runPieces(run: Run, { dataset, records }: Subject): Generator<string> {
  yield `${JSON.stringify({ ...run, ...provenanceOf(run, dataset) }).slice(0, -1)},\n"series": {`
  for (const [index, metric] of records.metrics(run.id).entries()) {
    yield `${index === 0 ? '' : ','}\n${JSON.stringify(metric)}: [`
    yield* joined(records.points(run.id, metric), (point) => JSON.stringify(point))
    yield ']'
  }
  yield '},\n"statistics": ['
  yield* joined(records.measurements(run.id), (measurement) => `\n${JSON.stringify(measurement)}`)
  yield ']}'
}

function* joined<Item>(items: Iterable<Item>, text: (item: Item) => string): Generator<string> {
  let isFirst = true
  for (const item of items) {
    yield isFirst ? text(item) : `,${text(item)}`
    isFirst = false
  }
}

/** Units of the metrics and statistics that these runs have; those without one are plain numbers. */
function unitsOf({ runs, data, records }: Subject): Record<string, string> {
  const units = new Map<string, string>()
  for (const { id } of runs) {
    for (const metric of records.metrics(id)) units.set(metric, unitOfMetric(metric, data))
    for (const statistic of records.statistics(id)) units.set(statistic, unitOfStatistic(statistic))
  }
  return Object.fromEntries([...units].filter(([, unit]) => unit !== ''))
}
