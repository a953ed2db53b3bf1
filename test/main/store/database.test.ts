import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import SQLite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databaseVersion, migrate, openDatabase, schemaText } from '../../../src/main/store/database.ts'
import { migrations } from '../../../src/main/store/migrations/index.ts'
import { storeOver } from '../../../src/main/store/index.ts'
import { runTable } from '../../../src/main/store/runs.ts'
import { attentionAxesSchema, type AttentionChoices } from '../../../src/shared/attention.ts'
import { runSchema } from '../../../src/shared/experiment.ts'
import { aRun, anExperiment } from './records.ts'

let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-store-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

const schemaFile = path.join(import.meta.dirname, '../../../src/main/store/schema.sql')

describe('the schema', () => {
  it('is the one in schema.sql (after a new migration: npx vitest run test/main/store -u)', async () => {
    const database = openDatabase(':memory:')
    await expect(schemaText(database)).toMatchFileSnapshot(schemaFile)
    database.close()
  })

  it('has nothing but STRICT tables', () => {
    const database = openDatabase(':memory:')
    const tables = database.pragma('table_list') as { name: string; type: string; strict: number }[]
    const own = tables.filter(({ name, type }) => type === 'table' && !name.startsWith('sqlite_'))
    expect(own.map(({ name }) => name).toSorted()).toEqual([
      ...['alert', 'confusion', 'experiment', 'log', 'measurement', 'metric', 'point', 'probe', 'reference'],
      ...['reference_point', 'run', 'sample', 'setting', 'statistic', 'tap', 'timing'],
    ])
    expect(own.every(({ strict }) => strict === 1)).toBe(true)
    database.close()
  })
})

describe('docs/database.md', () => {
  const page = fs.readFileSync(path.join(import.meta.dirname, '../../../docs/database.md'), 'utf8')

  it('names every table and every column in its section', () => {
    const database = openDatabase(':memory:')
    const columns = database
      .prepare<[], { entity: string; name: string }>(
        `SELECT entity.name AS entity, column.name FROM pragma_table_list AS entity, pragma_table_info(entity.name) AS column
         WHERE entity.schema = 'main' AND entity.name NOT LIKE 'sqlite_%'`,
      )
      .all()
    const sections = new Map(page.split(/^## /m).map((section) => [/^\w+/.exec(section)?.[0], section]))
    expect(columns.length).toBeGreaterThan(40)
    for (const { entity, name } of columns)
      expect(sections.get(entity), entity).toMatch(new RegExp(`\\b${name}\\b`))
    database.close()
  })

  const sections = page.split(/^## /m).slice(1)
  it.each(sections.map((section) => [/^\w+/.exec(section)![0], section]))(
    'has queries of %s that find something in a small store',
    (_, section) => {
      const { database, id } = smallStore()
      const queries = [...section.matchAll(/```sql\n(.*?)```/gs)]
        .flatMap(([, sql]) => sql!.split(/(?<=;)\n/))
        .filter((sql) => sql.trim() !== '')
      expect(queries.length).toBeGreaterThan(0)
      for (const sql of queries) {
        const named = sql.includes("experiment = 'ID'") ? id.experiment : id.run
        expect(database.prepare(sql.replaceAll('ID', named)).all(), sql).not.toEqual([])
      }
      database.close()
    },
  )
})

/** Something in every table: two runs that are the same, with a point, a sample and so on each. */
function smallStore() {
  const database = openDatabase(':memory:')
  const store = storeOver(database)
  const id = { experiment: 'experiment-1', run: 'run-1' }
  const configuration = { ...aRun().configuration, width: 128 }
  const run = aRun({
    ...{ id: id.run, state: 'finished', step: 10, configuration, configurationHash: 'abc', threads: 2 },
    bestValidation: { step: 10, loss: 1.5 },
    trainedOn: { name: 'a text', kind: 'text', sha256: 'def', train: 90, validation: 10 },
  })
  store.insertExperiment(anExperiment({ tags: ['paper'] }), [run, { ...run, id: 'run-2' }])
  store.appendPoints([{ run: id.run, metric: 'validation/loss', step: 10, value: 1.5 }])
  store.appendAlerts(id.run, [{ step: 3, code: 'loss-spike', message: 'The loss rose.' }])
  store.appendLog(id.run, [{ step: 3, kind: 'warning', message: 'The loss rose.' }])
  store.updateRun(id.run, { state: 'stopped', endReason: 'It was stopped on request.' })
  store.updateRun(id.run, { state: 'finished' })
  store.appendSamples(id.run, [{ step: 10, prompt: 'To', text: ' be' }])
  store.appendConfusions(id.run, [{ step: 10, counts: [[3, 1], [0, 4]] }]) // prettier-ignore
  store.appendMeasurements(id.run, [
    { step: 10, layer: 0, tap: 'hook_resid_post', head: null, statistic: 'participation-ratio', value: 2 },
  ])
  store.appendProbe(id.run, { step: 10, bytes: new Uint8Array(8) }, 100)
  store.addReference(
    {
      ...{ id: 'reference-1', experiment: id.experiment, name: 'elsewhere', metric: 'validation/loss' },
      ...{ source: 'curves.csv: loss', addedAt: '2026-11-22T06:00:00.000Z' },
    },
    [[10, 2]],
  )
  store.writeTiming({
    ...{ workload: 'abc', device: 'cpu', threads: 2, stepMs: 3, evaluationMs: 5, peakBytes: 1e8 },
    ...{ source: 'run', measuredAt: '2026-11-22T06:00:00.000Z' },
  })
  store.setSetting('concurrency', 3)
  return { database, id }
}

/** A database of `version` that holds one run of each attention, brought to the newest version. */
function migratedFrom(version: number, attentions: readonly string[], configuration: object) {
  const database = new SQLite(':memory:')
  migrate(database, 'test', migrations.slice(0, version))
  database.exec(`INSERT INTO experiment VALUES (1, 'e', '', '', '', '[]', '[]', '')`)
  const insert = database.prepare(
    `INSERT INTO run (id, experiment, dataset, attention, recipe, seed, state, step, steps, seconds, created_at, configuration, versions)
     VALUES (:attention, 'e', '', :attention, '', 0, 'finished', 1, 1, 1, '', :configuration, '{}')`,
  )
  for (const attention of attentions) insert.run({ attention, configuration: JSON.stringify(configuration) })
  migrate(database, 'test')
  return database
}

describe('version 2', () => {
  it('says of older runs that they trained without dropout', () => {
    const database = migratedFrom(1, ['standard'], { width: 64 })
    const configuration = database.prepare<[], string>('SELECT configuration FROM run').pluck().get()!
    expect(JSON.parse(configuration)).toMatchObject({ width: 64, dropout: 0 })
    database.close()
  })
})

describe('version 3', () => {
  /** Every value that a run of version 2 named. */
  const configuration = {
    ...{
      layers: 2,
      heads: 4,
      width: 64,
      context: 64,
      mlpRatio: 4,
      dropout: 0.1,
      biases: false,
      tiedHead: true,
    },
    ...{ steps: 1200, batchSize: 12, learningRate: 0.01, minimumLearningRate: 0.001, warmupSteps: 100 },
    ...{ decaySteps: 0, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 },
    ...{ evaluationInterval: 50, evaluationTokens: 16_384 },
  }

  it('gives older runs the axes of their variants and the neutral value of every new setting', () => {
    const choices: Record<string, AttentionChoices> = {
      standard: {},
      laplacian: { operator: 'laplacian' },
      'exponential-family': { prior: 'position', term: 'covariance' },
    }
    const database = migratedFrom(2, Object.keys(choices), configuration)
    const runs = runTable(database).all()
    expect(runs.map((run) => [run.attention, run.axes])).toEqual(
      Object.entries(choices).map(([id, its]) => [id, attentionAxesSchema.parse(its)]),
    )
    for (const run of runs) {
      expect(runSchema.parse(run)).toEqual(run)
      expect(run.configuration).toMatchObject(configuration)
      expect(run.configuration).toMatchObject({ activation: 'gelu', residual: true, sampleTokens: 0 })
    }
    database.close()
  })
})

describe('version 5', () => {
  it('says of older runs that nothing was measured or kept of them', () => {
    const database = migratedFrom(4, ['standard'], { width: 64 })
    const { configuration } = runTable(database).all()[0]!
    expect(configuration).toEqual({
      ...{ width: 64, statistics: 'none', probeTokens: 1024, probeSequences: 2, probeMegabytes: 0 },
    })
    database.close()
  })
})

describe('opening', () => {
  it('makes the folder and the file, in write-ahead mode with foreign keys', () => {
    const database = openDatabase(path.join(folder, 'new', 'home', 'workbench.db'))
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(database.pragma('foreign_keys', { simple: true })).toBe(1)
    database.close()
  })

  it('refuses a newer database, naming both versions, and leaves it as it was', () => {
    const file = path.join(folder, 'workbench.db')
    const newer = new SQLite(file)
    newer.exec('CREATE TABLE future (a)')
    newer.pragma(`user_version = ${migrations.length + 41}`)
    newer.close()
    const before = fs.readFileSync(file)
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({
        code: 'database-newer',
        message: `The database ${file} has version ${migrations.length + 41}; this program knows versions up to ${migrations.length}.`,
      }),
    )
    expect(fs.readFileSync(file).equals(before)).toBe(true)
  })

  it('refuses a file that is no database, and leaves it as it was', () => {
    const file = path.join(folder, 'workbench.db')
    fs.writeFileSync(file, 'To be, or not to be, that is the question.'.repeat(100))
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'database-damaged' }))
    expect(fs.readFileSync(file, 'utf8')).toMatch(/^To be/)
  })

  it('names a place where no database can be', () => {
    const blocked = path.join(folder, 'a-file')
    fs.writeFileSync(blocked, '')
    expect(() => openDatabase(path.join(blocked, 'workbench.db'))).toThrow(
      expect.objectContaining({ code: 'home-unwritable' }),
    )
    fs.mkdirSync(path.join(folder, 'workbench.db'))
    expect(() => openDatabase(path.join(folder, 'workbench.db'))).toThrow(
      expect.objectContaining({ code: 'home-unwritable' }),
    )
  })
})

describe('migrations', () => {
  it.each(migrations.map((_, version) => version))('lead from version %i to the newest', (version) => {
    const database = new SQLite(':memory:')
    migrate(database, 'test', migrations.slice(0, version))
    expect(databaseVersion(database)).toBe(version)
    migrate(database, 'test')
    expect(databaseVersion(database)).toBe(migrations.length)
    const fresh = openDatabase(':memory:')
    expect(schemaText(database)).toBe(schemaText(fresh))
    fresh.close()
    database.close()
  })

  it('run once: opening again changes nothing', () => {
    const file = path.join(folder, 'workbench.db')
    openDatabase(file).close()
    const before = fs.readFileSync(file)
    openDatabase(file).close()
    expect(fs.readFileSync(file).equals(before)).toBe(true)
  })

  it('that fail leave the database at its version, whole', () => {
    const database = new SQLite(':memory:')
    migrate(database, 'test', migrations)
    const before = schemaText(database)
    const broken = [...migrations, 'CREATE TABLE half (a INTEGER) STRICT; CREATE TABLE nonsense (']
    expect(() => migrate(database, 'test', broken)).toThrow(/incomplete|syntax/)
    expect(schemaText(database)).toBe(before)
    database.close()
  })

  it('that orphan a row are undone', () => {
    const database = new SQLite(':memory:')
    database.pragma('foreign_keys = OFF')
    migrate(database, 'test', migrations)
    const orphan = `INSERT INTO point (run, metric, step, value) VALUES (1, 1, 1, 1);`
    expect(() => migrate(database, 'test', [...migrations, orphan])).toThrow(/refer to nothing/)
    expect(databaseVersion(database)).toBe(migrations.length)
    expect(database.prepare('SELECT count(*) FROM point').pluck().get()).toBe(0)
    database.close()
  })
})
