/**
 * The series of runs as TensorBoard reads them: a folder per run with one event file, tags as metrics are named here,
 * statistics under `statistics/<statistic>/<tap>/layer<l>/head<h>`.
 */
import type { Run } from '../../../shared/experiment.ts'
import type { Measurement } from '../../../shared/statistics.ts'
import type { ExportedFile } from '../file.ts'
import { runName, type Subject } from '../subject.ts'
import { encodeEvent, framed } from './events.ts'

export const tensorboardFiles = ({ kind, runs, records }: Subject): ExportedFile[] =>
  runs.map((run) => ({
    name: `${kind === 'run' ? '' : `${runName(run)}/`}events.out.tfevents.${seconds(startOf(run))}.${run.id}`,
    content: () => inBlocks(recordsOf(run, records)),
  }))

const startOf = (run: Run): number => Date.parse(run.startedAt ?? run.createdAt) / 1000
const seconds = (time: number) => String(Math.floor(time)).padStart(10, '0')

/**
 * When a step was done, in seconds since 1970: the record has no clock of every point, so its wall time is spread evenly
 * over its steps.
 */
const wallTimeOf = (run: Run, step: number): number =>
  startOf(run) + (run.step > 0 ? (run.seconds * step) / run.step : 0)

export const tagOf = ({ statistic, tap, layer, head }: Omit<Measurement, 'step' | 'value'>): string =>
  [
    ...['statistics', statistic, tap],
    ...(layer === null ? [] : [`layer${layer}`]),
    ...(head === null ? [] : [`head${head}`]),
  ].join('/')

function* recordsOf(run: Run, records: Subject['records']): Generator<Uint8Array> {
  yield framed(encodeEvent({ wallTime: startOf(run), fileVersion: 'brain.Event:2' }))
  const point = (tag: string, step: number, simpleValue: number) =>
    framed(encodeEvent({ wallTime: wallTimeOf(run, step), step, summary: { value: [{ tag, simpleValue }] } }))
  for (const metric of records.metrics(run.id))
    for (const [step, value] of records.points(run.id, metric)) yield point(metric, step, value)
  for (const { step, value, ...place } of records.measurements(run.id))
    if (value !== null) yield point(tagOf(place), step, value)
}

/** Small records joined, so that each is not a write of its own. */
function* inBlocks(parts: Iterable<Uint8Array>, size = 65_536): Generator<Uint8Array> {
  let waiting: Uint8Array[] = []
  let bytes = 0
  for (const part of parts) {
    waiting.push(part)
    bytes += part.length
    if (bytes < size) continue
    yield Buffer.concat(waiting)
    waiting = []
    bytes = 0
  }
  if (waiting.length > 0) yield Buffer.concat(waiting)
}
