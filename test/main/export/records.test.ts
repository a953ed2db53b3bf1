/** Series, statistics and comparisons as CSV, JSON and event files, by readers that know nothing of the workbench. */
import { parse } from 'csv-parse/sync'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fromBuffer } from 'yauzl'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compareRuns } from '../../../src/main/compare/comparison.ts'
import { columns, csvOf } from '../../../src/main/export/csv.ts'
import { safeFileName, type ExportedFile } from '../../../src/main/export/file.ts'
import { jsonOf } from '../../../src/main/export/json.ts'
import { recordsOf } from '../../../src/main/export/records.ts'
import { save, saveAsOne } from '../../../src/main/export/save.ts'
import type { Subject } from '../../../src/main/export/subject.ts'
import { tensorboardFiles } from '../../../src/main/export/tensorboard/files.ts'
import { openStore, type Store } from '../../../src/main/store/index.ts'
import { configurationHash } from '../../../src/main/training/identity.ts'
import { aDataset } from '../../support/records.ts'
import { doubleOf, fieldsOf, floatOf, textOf } from '../../support/protobufWire.ts'
import { anExperiment, aRun } from '../store/records.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'workbench-export-'))
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

const dataset = aDataset({ name: '=HYPERLINK("evil"), "quoted"\nand broken' })
const experiment = anExperiment({ attentions: ['standard', 'laplacian'], seeds: [0] })
const runs = ['standard', 'laplacian'].map((attention, index) =>
  aRun({
    ...{ id: `run-${index}`, attention, state: 'finished', step: 20, seconds: 10 },
    startedAt: '2026-11-22T06:00:00.000Z',
  }),
)
/** More points than the store gives in one page. */
const long = 10_001

let store: Store
let subject: Subject
beforeEach(() => {
  store = openStore(':memory:')
  store.insertExperiment(experiment, runs)
  const points = Array.from({ length: long }, (_, index) => ({
    ...{ run: 'run-0', metric: 'train/loss', step: index + 1 },
    value: 3 - index / long,
  }))
  store.appendPoints([
    ...points,
    { run: 'run-0', metric: 'gradient-norm', step: 3, value: NaN },
    { run: 'run-0', metric: 'validation/loss', step: 20, value: 0.1 + 0.2 },
    { run: 'run-1', metric: 'validation/loss', step: 20, value: 2.25 },
  ])
  store.appendMeasurements('run-1', [
    { step: 20, layer: 0, tap: 'hook_resid_post', head: null, statistic: 'kurtosis', value: -1.5 },
    { step: 20, layer: null, tap: 'block', head: null, statistic: 'an-own', value: null },
  ])
  const evaluated = runs.map((run) => ({
    run,
    evaluations: (store.series(run.id)['validation/loss'] ?? []).map(([step, loss]) => ({ step, loss })),
  }))
  subject = {
    ...{ kind: 'experiment', experiment, runs, data: 'text', dataset, app: '0.1.0' },
    comparison: {
      ...{ experiment: experiment.id, runs, baselines: null },
      ...compareRuns({
        ...{ runs: evaluated, attentions: experiment.attentions, metric: 'loss', at: 'best', kind: 'text' },
        ...{ baseline: 'standard', target: undefined, nameOf: (id: string) => id },
      }),
    },
    records: recordsOf(store),
  }
})
afterEach(() => store.close())

const rowsOf = (text: string) =>
  parse(text, { columns: true, recordDelimiter: '\r\n' }) as Record<(typeof columns)[number], string>[]

describe('CSV', () => {
  it('has one row per value, with units, seeds and hashes', () => {
    const rows = rowsOf([...csvOf(subject)].join(''))
    const find = (wanted: Partial<Record<(typeof columns)[number], string>>) =>
      rows.filter((row) => Object.entries(wanted).every(([key, value]) => row[key as 'run'] === value))
    expect(find({ record: 'series', run: 'run-0', name: 'train/loss' })).toHaveLength(long)
    expect(find({ record: 'series', name: 'validation/loss' })).toMatchObject([
      {
        run: 'run-0',
        attention: 'standard',
        seed: '0',
        unit: 'nats per token',
        step: '20',
        value: '0.30000000000000004',
      },
      { run: 'run-1', attention: 'laplacian', seed: '0', unit: 'nats per token', step: '20', value: '2.25' },
    ])
    expect(find({ name: 'gradient-norm' })).toMatchObject([{ step: '3', value: 'NaN' }])
    expect(find({ record: 'statistic', name: 'kurtosis' })).toMatchObject([
      { run: 'run-1', layer: '0', tap: 'hook_resid_post', head: '', value: '-1.5' },
    ])
    const hash = configurationHash({ ...runs[1]!, dataset: dataset.sha256 })
    expect(find({ record: 'run', run: 'run-1', name: 'configurationSha256' })).toMatchObject([
      { value: hash },
    ])
    expect(find({ record: 'run', run: 'run-1', name: 'datasetSha256' })).toMatchObject([
      { value: dataset.sha256 },
    ])
    expect(find({ record: 'configuration', run: 'run-1', name: 'width' })).toHaveLength(1)
    expect(find({ record: 'comparison', attention: 'laplacian', name: 'bestValidation.mean' })).toMatchObject(
      [{ unit: 'nats per token', value: '2.25' }],
    )
  })

  it('quotes what has to be, and computes nothing in a spreadsheet', () => {
    const rows = rowsOf([...csvOf(subject)].join(''))
    const name = rows.find((row) => row.record === 'run' && row.name === 'dataset')!.value
    expect(name).toBe(`'${dataset.name}`)
    const cells = rows.flatMap((row) => Object.values(row)).filter((value) => Number.isNaN(Number(value)))
    expect(cells.filter((value) => /^[=+\-@\t\r\n]/.test(value))).toEqual([])
  })
})

describe('JSON', () => {
  it('is one document with the same numbers', () => {
    const document = JSON.parse([...jsonOf(subject, '2026-11-22T07:00:00.000Z')].join(''))
    expect(document).toMatchObject({
      ...{ format: 'attention-workbench-export/1', kind: 'experiment', experiment: { id: 'experiment-1' } },
      units: { 'train/loss': 'nats per token', 'validation/loss': 'nats per token' },
      dataset: { sha256: dataset.sha256 },
    })
    expect(document.comparison.comparison).toEqual(JSON.parse(JSON.stringify(subject.comparison!.comparison)))
    const [first, second] = document.runs
    expect(first.series['train/loss']).toHaveLength(long)
    expect(first.series['gradient-norm']).toEqual([[3, null]])
    expect(first.configuration).toEqual(runs[0]!.configuration)
    expect(first.configurationSha256).toMatch(/^[0-9a-f]{64}$/)
    expect(second.statistics).toHaveLength(2)
  })
})

/** CRC-32C bit by bit, from its definition. */
function slowCrc(bytes: Uint8Array): number {
  let crc = 0xffffffffn
  for (const byte of bytes) {
    crc ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n
  }
  crc ^= 0xffffffffn
  return Number((((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn)
}

/** Every scalar of an event file, by the definition of TFRecord, event.proto and summary.proto. */
function readEvents(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const events = []
  for (let position = 0; position < bytes.length;) {
    const length = Number(view.getBigUint64(position, true))
    expect(view.getUint32(position + 8, true)).toBe(slowCrc(bytes.subarray(position, position + 8)))
    const data = bytes.subarray(position + 12, position + 12 + length)
    expect(view.getUint32(position + 12 + length, true)).toBe(slowCrc(data))
    const event = fieldsOf(data)
    const value = event.has(5)
      ? fieldsOf(fieldsOf(event.get(5)![0] as Uint8Array).get(1)![0] as Uint8Array)
      : undefined
    events.push({
      wallTime: doubleOf(event.get(1)![0]),
      ...(event.has(3) && { version: textOf(event.get(3)![0]) }),
      ...(value && { tag: textOf(value.get(1)![0]), step: Number(event.get(2)?.[0] ?? 0n) }),
      ...(value && { value: floatOf(value.get(2)![0]) }),
    })
    position += 16 + length
  }
  return events
}

const contentOf = async (file: ExportedFile) => {
  const parts = []
  for await (const part of file.content()) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}

describe('event files', () => {
  it('are a folder per run that an independent reader reads back', async () => {
    const [first, second] = tensorboardFiles(subject)
    expect(second!.name).toMatch(/^laplacian-seed0\/events\.out\.tfevents\.1795327200\.run-1$/)
    const start = Date.parse('2026-11-22T06:00:00.000Z') / 1000
    expect(readEvents(await contentOf(second!))).toEqual([
      { wallTime: start, version: 'brain.Event:2' },
      { wallTime: start + 10, tag: 'validation/loss', step: 20, value: 2.25 },
      { wallTime: start + 10, tag: 'statistics/kurtosis/hook_resid_post/layer0', step: 20, value: -1.5 },
    ])
    expect((await contentOf(first!)).length).toBeGreaterThan(long * 40)
  })
})

describe('where an export goes', () => {
  const files = (...names: string[]): ExportedFile[] => names.map((name) => ({ name, content: () => [name] }))
  const there = (name: string) => path.join(folder, name)
  const list = (at: string) =>
    fs
      .readdirSync(at, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort()

  it('is a file, or beside it what belongs to it', async () => {
    const one = { layout: 'file', name: 'run', files: files('run.csv') } as const
    expect(await save(one, there('mine.csv'))).toEqual([there('mine.csv')])
    expect(fs.readFileSync(there('mine.csv'), 'utf8')).toBe('run.csv')
    const two = { layout: 'file', name: 'run', files: files('model.safetensors', 'config.json') } as const
    expect(await save(two, there('own.safetensors'))).toEqual([
      there('own.safetensors'),
      there('own.config.json'),
    ])
    fs.mkdirSync(there('folder'))
    await save(two, there('folder'))
    expect(list(there('folder'))).toEqual(['config.json', 'model.safetensors'])
  })

  it('is a folder, or a zip of it', async () => {
    const many = { layout: 'folder', name: 'all', files: files('a/x.bin', 'b/x.bin') } as const
    await save(many, there('new/all'))
    expect(list(there('new'))).toEqual(['x.bin', 'x.bin'])
    const zip = await saveAsOne(many, folder)
    expect(zip).toBe(there('all.zip'))
    const names = await new Promise((resolve, reject) => {
      const found: string[] = []
      fromBuffer(fs.readFileSync(zip), (error, opened) => {
        if (error) return reject(error)
        opened.on('entry', (entry: { fileName: string }) => found.push(entry.fileName))
        opened.on('end', () => resolve(found))
      })
    })
    expect(names).toEqual(['a/x.bin', 'b/x.bin'])
  })

  it('says why a place cannot be written, and leaves nothing', async () => {
    fs.writeFileSync(there('occupied'), '')
    const one = { layout: 'file', name: 'run', files: files('run.csv') } as const
    await expect(save(one, there('occupied/x.csv'))).rejects.toMatchObject({ code: 'file-unwritable' })
    const breaking: ExportedFile = {
      name: 'run.csv',
      *content() {
        yield 'half'
        throw new Error('broken')
      },
    }
    await expect(save({ ...one, files: [breaking] }, there('half.csv'))).rejects.toThrow('broken')
    expect(list(folder).filter((name) => name.startsWith('half'))).toEqual([])
  })

  it('has names that every file system holds', () => {
    expect(safeFileName('../../etc/passwd')).toBe('etc-passwd')
    expect(safeFileName('Größe: "1" / 2')).toBe('Größe-1-2')
    expect(safeFileName('...')).toBe('export')
  })
})
