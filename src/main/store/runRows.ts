/** Runs as every side speaks of them, and as rows of the table `run`: each turned into the other. */
import type { AttentionAxes } from '../../shared/attention.ts'
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

/** A row of the table `run`: its columns as they are. */
export interface RunRow {
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
export type Columns = Partial<Omit<RunRow, 'number'>>
/** A row with the run's alerts, as a JSON list. */
export type RunRowWithAlerts = RunRow & { alerts: string }

export type RunChanges = Partial<Omit<Run, 'id' | 'experiment' | 'alerts'>>

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
export function toColumns(changes: RunChanges): Columns {
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

export function fromRow(row: RunRowWithAlerts): Run {
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
