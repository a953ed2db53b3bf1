/**
 * The table `run`: one row per variant and seed. What people search by has a column of its own; the whole
 * configuration is JSON text beside it (`configuration ->> '$.width'` reads one value of it in SQL), as are the axes of
 * the variant.
 */
import type { Database } from 'better-sqlite3'
import type { AttentionAxes } from '../../shared/attention.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import { resumableStates } from '../../shared/experiment.ts'
import type {
  Alert,
  DeviceChoice,
  ErrorRecord,
  OperationCounts,
  Run,
  RunConfiguration,
  RunDataset,
  RunState,
  Validation,
} from '../../shared/experiment.ts'

interface RunRow {
  number: number
  id: string
  experiment: string
  name: string | null
  tags: string
  notes: string
  colour: string | null
  dataset: string
  attention: string
  axes: string
  recipe: string
  seed: number
  state: RunState
  priority: number
  place: number
  requested_device: DeviceChoice | null
  device: string | null
  device_description: string | null
  threads: number | null
  parameters: number | null
  operations: string | null
  step: number
  steps: number
  train_loss: number | null
  best_validation_step: number | null
  best_validation_loss: number | null
  best_validation_accuracy: number | null
  last_validation_step: number | null
  last_validation_loss: number | null
  last_validation_accuracy: number | null
  tokens_per_second: number | null
  images_per_second: number | null
  seconds: number
  eta_seconds: number | null
  peak_bytes: number | null
  created_at: string
  started_at: string | null
  ended_at: string | null
  end_reason: string | null
  error_code: string | null
  error_message: string | null
  error_hint: string | null
  configuration: string
  configuration_hash: string | null
  trained_on: string | null
  versions: string
}
type Columns = Partial<Omit<RunRow, 'number'>>
/** A row with the run's alerts, as a JSON list. */
type RunRowWithAlerts = RunRow & { alerts: string }

export type RunChanges = Partial<Omit<Run, 'id' | 'experiment' | 'alerts'>>
export interface RunFilter {
  experiment?: string
  dataset?: string
  state?: RunState
  configurationHash?: string
}

export interface RunTable {
  insert(run: Run): void
  /** Those that match every value of the filter, oldest first; not those of deleted experiments. */
  all(filter?: RunFilter): Run[]
  /** Those in state 'queued', in the order in which they start. */
  queued(): Run[]
  find(id: string): Run | undefined
  /** Writes the columns of `changes` and no other. Throws WorkbenchError 'unknown-run'. */
  update(id: string, changes: RunChanges): Run
  /** Makes a run in one of the resumable states 'queued'; undefined where it is in no such state (any more). */
  requeue(id: string): Run | undefined
}

/** The columns that a filter names. */
const filterColumns = {
  experiment: 'experiment',
  dataset: 'dataset',
  state: 'state',
  configurationHash: 'configuration_hash',
} as const satisfies Record<keyof RunFilter, keyof RunRow>
const kept = `experiment NOT IN (SELECT id FROM experiment WHERE deleted_at IS NOT NULL)`

/** All columns, and the alerts (alerts.ts); it fits behind SELECT and behind RETURNING. */
const columnsAndAlerts = `*, (
  SELECT json_group_array(json_object('step', step, 'code', code, 'message', message) ORDER BY step, code)
  FROM alert WHERE alert.run = run.number
) AS alerts`
const resumable = [...resumableStates].map((state) => `'${state}'`).join(', ')

export function runTable(database: Database): RunTable {
  const statements = new Map<string, ReturnType<typeof database.prepare<Columns, RunRowWithAlerts>>>()
  /** Prepares each distinct text once; the texts are few, since they follow from what the code passes. */
  const statement = (sql: string) => {
    let prepared = statements.get(sql)
    if (!prepared) statements.set(sql, (prepared = database.prepare<Columns, RunRowWithAlerts>(sql)))
    return prepared
  }
  return {
    insert(run) {
      const columns = { id: run.id, experiment: run.experiment, ...toColumns(run) }
      const names = Object.keys(columns)
      const sql = `INSERT INTO run (${names.join(', ')}) VALUES (${names.map((name) => `:${name}`).join(', ')})`
      statement(sql).run(columns)
    },
    all(filter = {}) {
      const names = (Object.keys(filterColumns) as (keyof RunFilter)[]).filter(
        (name) => filter[name] !== undefined,
      )
      const where = [kept, ...names.map((name) => `${filterColumns[name]} = :${name}`)].join(' AND ')
      return statement(`SELECT ${columnsAndAlerts} FROM run WHERE ${where} ORDER BY number`)
        .all(filter as Columns)
        .map(fromRow)
    },
    queued: () =>
      statement(
        `SELECT ${columnsAndAlerts} FROM run WHERE state = 'queued' ORDER BY priority DESC, place, number`,
      )
        .all({})
        .map(fromRow),
    find(id) {
      const row = statement(`SELECT ${columnsAndAlerts} FROM run WHERE id = :id AND ${kept}`).get({ id })
      return row && fromRow(row)
    },
    update(id, changes) {
      const columns = toColumns(changes)
      const names = Object.keys(columns)
      const sql =
        names.length > 0
          ? `UPDATE run SET ${names.map((name) => `${name} = :${name}`).join(', ')} WHERE id = :id RETURNING ${columnsAndAlerts}`
          : `SELECT ${columnsAndAlerts} FROM run WHERE id = :id`
      const row = statement(sql).get({ ...columns, id })
      if (!row) throw unknownRun(id)
      return fromRow(row)
    },
    requeue(id) {
      const row = statement(
        `UPDATE run SET state = 'queued', ended_at = NULL, end_reason = NULL, error_code = NULL, error_message = NULL, error_hint = NULL
         WHERE id = :id AND state IN (${resumable}) RETURNING ${columnsAndAlerts}`,
      ).get({ id })
      return row && fromRow(row)
    },
  }
}

export function unknownRun(id: string): WorkbenchError {
  return new WorkbenchError(
    'unknown-run',
    `There is no run ${id}.`,
    'List the runs with the command "runs" or in the window.',
  )
}

/** A measured number as SQLite and JSON can hold it: NaN and infinities become null. */
const finite = (value: number | null) => (value !== null && Number.isFinite(value) ? value : null)
const finiteIfGiven = (value: number | null | undefined) => (value === undefined ? undefined : finite(value))
/** The columns of a measurement whose loss is not finite are null together: it measured nothing. */
function measured(validation: Validation | null | undefined) {
  if (validation === undefined) return {}
  if (validation === null || !Number.isFinite(validation.loss))
    return { step: null, loss: null, accuracy: null }
  return { ...validation, accuracy: validation.accuracy ?? null }
}

/** The columns that the values of `changes` are stored in; values that are absent or undefined have none. */
function toColumns(changes: RunChanges): Columns {
  const { dataset, attention, axes, recipe, seed, state, device, threads, parameters, step, steps } = changes
  const { trainLoss, bestValidation, lastValidation, tokensPerSecond, imagesPerSecond, seconds, etaSeconds } =
    changes
  const { createdAt, startedAt, endedAt, endReason, error, configuration, versions } = changes
  const { name, tags, notes, colour, priority, place, requestedDevice, deviceDescription, peakBytes } =
    changes
  const { configurationHash, trainedOn, operations } = changes
  const [best, last] = [measured(bestValidation), measured(lastValidation)]
  const columns: { [Name in keyof Columns]: Columns[Name] | undefined } = {
    name,
    tags: tags && JSON.stringify(tags),
    notes,
    colour,
    dataset,
    attention,
    axes: axes && JSON.stringify(axes),
    recipe,
    seed,
    state,
    priority,
    place,
    requested_device: requestedDevice,
    device,
    device_description: deviceDescription,
    threads,
    parameters,
    operations: operations && JSON.stringify(operations),
    step,
    steps,
    train_loss: finiteIfGiven(trainLoss),
    best_validation_step: best.step,
    best_validation_loss: best.loss,
    best_validation_accuracy: best.accuracy,
    last_validation_step: last.step,
    last_validation_loss: last.loss,
    last_validation_accuracy: last.accuracy,
    tokens_per_second: finiteIfGiven(tokensPerSecond),
    images_per_second: finiteIfGiven(imagesPerSecond),
    seconds,
    eta_seconds: finiteIfGiven(etaSeconds),
    peak_bytes: peakBytes,
    created_at: createdAt,
    started_at: startedAt,
    ended_at: endedAt,
    end_reason: endReason,
    error_code: error === null ? null : error?.code,
    error_message: error === null ? null : error?.message,
    error_hint: error === null ? null : error?.hint,
    configuration: configuration && JSON.stringify(configuration),
    configuration_hash: configurationHash,
    trained_on: trainedOn && JSON.stringify(trainedOn),
    versions: versions && JSON.stringify(versions),
  }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Columns
}

function fromRow(row: RunRowWithAlerts): Run {
  return {
    id: row.id,
    experiment: row.experiment,
    name: row.name,
    tags: JSON.parse(row.tags) as string[],
    notes: row.notes,
    colour: row.colour,
    dataset: row.dataset,
    attention: row.attention,
    axes: JSON.parse(row.axes) as AttentionAxes,
    recipe: row.recipe,
    seed: row.seed,
    state: row.state,
    priority: row.priority,
    place: row.place,
    requestedDevice: row.requested_device,
    device: row.device,
    deviceDescription: row.device_description,
    threads: row.threads,
    parameters: row.parameters,
    operations: row.operations === null ? null : (JSON.parse(row.operations) as OperationCounts),
    step: row.step,
    steps: row.steps,
    trainLoss: row.train_loss,
    bestValidation: measurement(
      row.best_validation_step,
      row.best_validation_loss,
      row.best_validation_accuracy,
    ),
    lastValidation: measurement(
      row.last_validation_step,
      row.last_validation_loss,
      row.last_validation_accuracy,
    ),
    tokensPerSecond: row.tokens_per_second,
    imagesPerSecond: row.images_per_second,
    seconds: row.seconds,
    etaSeconds: row.eta_seconds,
    peakBytes: row.peak_bytes,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    endReason: row.end_reason,
    error: errorOf(row),
    alerts: JSON.parse(row.alerts) as Alert[],
    configuration: JSON.parse(row.configuration) as RunConfiguration,
    configurationHash: row.configuration_hash,
    trainedOn: row.trained_on === null ? null : (JSON.parse(row.trained_on) as RunDataset),
    versions: JSON.parse(row.versions) as Record<string, string>,
  }
}

function measurement(step: number | null, loss: number | null, accuracy: number | null): Validation | null {
  if (step === null || loss === null) return null
  return { step, loss, ...(accuracy !== null && { accuracy }) }
}

function errorOf({ error_code, error_message, error_hint }: RunRow): ErrorRecord | null {
  if (error_code === null) return null
  return { code: error_code, message: error_message ?? '', hint: error_hint ?? '' }
}
