/** Exports from a store, a library and a folder of checkpoints; archives that come back, and those that must not. */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import sharp from 'sharp'
import yazl from 'yazl'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileAt } from '../../../src/main/datasets/importers/source.ts'
import { openLibrary } from '../../../src/main/datasets/library.ts'
import { unpack } from '../../../src/main/datasets/importers/archive/unpack.ts'
import { readZip } from '../../../src/main/datasets/importers/archive/zip.ts'
import { openStore, type Store } from '../../../src/main/store/index.ts'
import { createComparisons } from '../../../src/main/workbench/comparisons.ts'
import { createExports, type Exports } from '../../../src/main/workbench/exports.ts'
import { variants } from '../../../src/shared/catalogue/variants.ts'
import { smallDataset, tinyConfiguration, type SmallDataset } from '../../support/dataset.ts'
import { anExperiment, aRun } from '../store/records.ts'

let data: SmallDataset
let here: { store: Store; exports: Exports; runsFolder: string }
let there: typeof here & { library: ReturnType<typeof openLibrary> }

function machine(name: string, library = openLibrary(path.join(data.folder, name, 'library'))) {
  const store = openStore(':memory:')
  const runsFolder = path.join(data.folder, name, 'runs')
  const requireExperiment = (id: string) => store.experiment(id)!
  const { compareExperiment: compare } = createComparisons({
    ...{ store, library, variants: () => variants, requireExperiment },
  })
  const exports = createExports({
    ...{ store, library, runsFolder, compare, session: 'mine', living: ['mine'] },
    uploads: { take: () => ({ file: '', name: '', discard: async () => undefined }) },
    exportsFolder: path.join(data.folder, name, 'exports'),
  })
  return { store, library, exports, runsFolder }
}

beforeEach(async () => {
  data = await smallDataset()
  here = machine('here', data.library)
  there = machine('there')
  const { dataset } = data
  const experiment = anExperiment({ id: 'abcdefgh', name: 'Two <b>& more</b>', dataset: dataset.id })
  const runs = ['standard', 'laplacian'].flatMap((attention) =>
    [0, 1].map((seed) =>
      aRun({
        ...{
          id: `${attention.slice(0, 3)}${seed}`,
          attention,
          seed,
          experiment: 'abcdefgh',
          dataset: dataset.id,
        },
        ...{ state: 'finished', step: 20, steps: 20, seconds: 4, configuration: tinyConfiguration },
        startedAt: '2026-11-22T06:00:00.000Z',
        alerts: [{ step: 3, code: 'loss-spike', message: 'a spike' }],
      }),
    ),
  )
  here.store.insertExperiment(experiment, runs)
  for (const [place, { id, alerts }] of runs.entries()) {
    here.store.appendAlerts(id, alerts)
    here.store.appendPoints(
      Array.from({ length: 20 }, (_, index) => ({
        ...{ run: id, metric: 'train/loss', step: index + 1 },
        value: index === 7 ? NaN : 3 - Math.sqrt(index) / (7 + place),
      })),
    )
    here.store.appendPoints(
      [0, 10, 20].map((step) => ({
        run: id,
        metric: 'validation/loss',
        step,
        value: 3.4 - step / (30 + place),
      })),
    )
    here.store.appendMeasurements(id, [
      { step: 20, layer: 0, tap: 'hook_resid_post', head: null, statistic: 'kurtosis', value: 1 / 3 + place },
      { step: 20, layer: null, tap: 'block', head: null, statistic: 'own', value: null },
    ])
    here.store.appendSamples(id, [{ step: 20, prompt: 'the ', text: 'quick\nbrown' }])
    here.store.appendConfusions(id, [
      {
        step: 20,
        counts: [
          [1, 2],
          [3, 4],
        ],
      },
    ])
    here.store.appendLog(id, [{ step: 3, kind: 'warning', message: 'a spike' }])
    here.store.appendProbe(id, { step: 20, bytes: Uint8Array.of(1, 2, 3) }, 100)
    const folder = path.join(here.runsFolder, id)
    fs.mkdirSync(folder, { recursive: true })
    for (const file of ['best', 'step-000000010', 'step-000000020'])
      fs.writeFileSync(path.join(folder, `${file}.safetensors`), `${id} ${file}`)
  }
})
afterEach(async () => {
  await here.exports.close()
  await there.exports.close()
  here.store.close()
  there.store.close()
  await data.remove()
})

const place = (name: string) => path.join(data.folder, name)

async function archived(options: { withDataset?: boolean } = {}): Promise<string> {
  const [file] = await here.exports.to({ id: 'abcdefgh', format: 'archive', ...options }, place('made.awx'))
  return file!
}
const imported = (file: string) => there.exports.importArchive({ kind: 'path', path: file })

describe('an archive', () => {
  it('brings an experiment to another machine, every number of it', async () => {
    const { experiment, runs, dataset } = await imported(await archived({ withDataset: true }))
    expect(dataset).toBe('added')
    expect(experiment).toEqual(here.store.experiment('abcdefgh'))
    expect(runs).toEqual(here.store.runs())
    for (const { id } of runs) {
      expect(there.store.series(id)).toEqual(here.store.series(id))
      expect(there.store.measurements(id)).toEqual(here.store.measurements(id))
      expect(there.store.samples([id])).toEqual(here.store.samples([id]))
      expect(there.store.confusion(id)).toEqual(here.store.confusion(id))
      expect(there.store.log(id)).toEqual(here.store.log(id))
      expect(there.store.probe(id)).toEqual(here.store.probe(id))
      const files = fs.readdirSync(path.join(there.runsFolder, id)).sort()
      expect(files).toEqual(['best.safetensors', 'step-000000020.safetensors'])
      for (const file of files)
        expect(fs.readFileSync(path.join(there.runsFolder, id, file), 'utf8')).toMatch(new RegExp(`^${id} `))
    }
    const { dataset: own } = data
    expect(there.library.dataset(own.id)).toEqual(own)
    expect(fs.readdirSync(place('there/exports/mine'))).toEqual([])
  })

  it('brings the curves from elsewhere that stand beside it', async () => {
    const { store } = here
    const added = { experiment: 'abcdefgh', addedAt: '2026-11-22T06:00:00.000Z' }
    const long = Array.from({ length: 5001 }, (_, step): [number, number] => [step, 1 / (step + 1)])
    store.addReference({ ...added, id: 'r1', name: 'one', metric: 'train/loss', source: 'a.csv: loss' }, long)
    store.addReference({ ...added, id: 'r2', name: 'none', metric: 'train/loss', source: 'b.csv: loss' }, [])
    await imported(await archived())
    const brought = there.store.references('abcdefgh')
    const without = (references: typeof brought) => references.map(({ id: _, ...others }) => others)
    expect(without(brought)).toEqual(without(store.references('abcdefgh')))
    expect(there.store.referencePoints(brought[0]!.id)).toEqual(long)
  })

  it('comes without its dataset unless it is asked for, and only once', async () => {
    const file = await archived()
    expect((await imported(file)).dataset).toBe('missing')
    await expect(imported(file)).rejects.toMatchObject({ code: 'experiment-known' })
    there.store.setExperimentDeleted('abcdefgh', '2026-11-22T06:00:00.000Z')
    await expect(imported(file)).rejects.toThrow(/deleted/)
  })

  it('has runs that were still training end where they were', async () => {
    here.store.updateRun('sta0', { state: 'running', step: 12 })
    const { runs } = await imported(await archived())
    expect(runs.map(({ state }) => state)).toEqual(['interrupted', 'finished', 'finished', 'finished'])
  })
})

/** The files of an archive, to be changed. */
async function filesOf(file: string): Promise<Map<string, Buffer>> {
  const folder = fs.mkdtempSync(place('unpacked-'))
  const given = await unpack(readZip(fileAt(file), {}), path.join(folder, 'files'), {
    archive: file,
    title: 'a',
  })
  return new Map(given.map(({ name, path: at }) => [name.slice(2), fs.readFileSync(at)]))
}

async function packed(files: Map<string, Buffer>): Promise<string> {
  const zip = new yazl.ZipFile()
  for (const [name, content] of files) zip.addBuffer(content, name)
  zip.end()
  const file = place('changed.awx')
  fs.writeFileSync(file, await buffer(zip.outputStream.pipe(new PassThrough())))
  return file
}

/** Writes a file into an archive, with the hash that its manifest then has to have. */
function put(files: Map<string, Buffer>, name: string, content: Buffer): void {
  files.set(name, content)
  const manifest = JSON.parse(String(files.get('manifest.json')))
  const sha256 = createHash('sha256').update(content).digest('hex')
  manifest.files[name] = { sha256, bytes: content.length }
  files.set('manifest.json', Buffer.from(JSON.stringify(manifest)))
}

/** An archive of version 1, as the first program that could export one made it: written by hand. */
function earlier(change: (run: Record<string, unknown>) => void = () => undefined): Promise<string> {
  const folder = path.join(import.meta.dirname, '../../fixtures/export/archive-1')
  const files = new Map([['manifest.json', fs.readFileSync(path.join(folder, 'manifest.json'))]])
  const [run] = JSON.parse(fs.readFileSync(path.join(folder, 'runs.json'), 'utf8')) as Record<
    string,
    unknown
  >[]
  change(run!)
  put(files, 'runs.json', Buffer.from(JSON.stringify([run])))
  for (const name of ['experiment.json', 'records/earlier0.jsonl'])
    put(files, name, fs.readFileSync(path.join(folder, name)))
  return packed(files)
}

describe('an archive of an earlier version', () => {
  it('is read: what it could not record is not known', async () => {
    const { experiment, runs } = await imported(await earlier())
    expect(experiment).toMatchObject({ id: 'earlier', name: 'From before', colour: null })
    expect(runs).toMatchObject([
      { id: 'earlier0', operations: null, peakBytes: null, bestValidation: { step: 10, loss: 2.5 } },
    ])
    expect(there.store.series('earlier0')).toEqual({ 'validation/loss': [[0, 3.5], [10, 2.5]] }) // prettier-ignore
    expect(there.store.log('earlier0')).toEqual([])
    expect(there.store.references('earlier')).toEqual([])
  })

  it.each([
    [
      'lacks a setting',
      (run: Record<string, unknown>) => delete (run.configuration as { norm?: string }).norm,
    ],
    [
      'has a setting that is not known here',
      (run: Record<string, unknown>) => Object.assign(run.configuration!, { later: 1 }),
    ],
  ] as const)('is refused with both versions where it %s', async (_, change) => {
    await expect(imported(await earlier(change))).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringMatching(/Workbench 0\.0\.9, this is \d+\.\d+\.\d+: .*runs\.json.*configuration/),
    })
    expect(there.store.experiments()).toEqual([])
  })
})

describe('a hostile archive is refused and leaves nothing', () => {
  afterEach(() => {
    expect(there.store.experiments()).toEqual([])
    expect(there.store.runs()).toEqual([])
    expect(fs.existsSync(there.runsFolder) ? fs.readdirSync(there.runsFolder) : []).toEqual([])
    expect(there.library.datasets()).toEqual([])
    expect(fs.readdirSync(place('there/exports/mine'))).toEqual([])
  })

  it.each<[string, string, RegExp, (files: Map<string, Buffer>) => void]>([
    [
      'a changed file',
      'file-damaged',
      /manifest/,
      (files) => files.set('records/sta0.jsonl', Buffer.from('\n')),
    ],
    ['a missing file', 'file-damaged', /missing/, (files) => void files.delete('records/sta0.jsonl')],
    ['an additional file', 'file-damaged', /does not know/, (files) => files.set('more', Buffer.from('x'))],
    ['no manifest', 'unsupported-format', /no archive/, (files) => void files.delete('manifest.json')],
    [
      'a newer version',
      'unsupported-format',
      /version 9/,
      (files) => {
        const manifest = JSON.parse(String(files.get('manifest.json')))
        files.set('manifest.json', Buffer.from(JSON.stringify({ ...manifest, version: 9, files: 'else' })))
      },
    ],
    [
      'an id that is a path',
      'file-damaged',
      /no id/,
      (files) => {
        const runs = String(files.get('runs.json')).replaceAll('"sta0"', '"../sta0"')
        put(files, 'runs.json', Buffer.from(runs))
      },
    ],
    [
      'a record that is none, after good ones',
      'file-damaged',
      /lap1/,
      (files) => {
        const lines = String(files.get('records/lap1.jsonl'))
        put(files, 'records/lap1.jsonl', Buffer.from(`${lines}{"metric":"x","points":[[1,"y"]]}\n`))
      },
    ],
    [
      'a dataset that is another',
      'dataset-damaged',
      /damaged/,
      (files) => put(files, 'dataset/tokens.bin', Buffer.from('short')),
    ],
  ])('%s', async (_, code, message, change) => {
    const files = await filesOf(await archived({ withDataset: true }))
    change(files)
    await expect(imported(await packed(files))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })

  it('a path that leads out of its folder', async () => {
    const files = await filesOf(await archived())
    put(files, 'records/aa_evil.jsonl', Buffer.from('x'))
    const file = await packed(files)
    const bytes = fs.readFileSync(file).toString('latin1').replaceAll('records/aa_evil', 'recor/../../evi')
    fs.writeFileSync(file, bytes, 'latin1')
    await expect(imported(file)).rejects.toMatchObject({ code: 'unsafe-archive' })
  })

  it('what is no zip at all', async () => {
    fs.writeFileSync(place('no.awx'), 'hello')
    await expect(imported(place('no.awx'))).rejects.toMatchObject({ code: 'file-damaged' })
  })
})

describe('a report', () => {
  it('is one page that needs nothing else and in which names are no markup', async () => {
    const [file] = await here.exports.to({ id: 'abcdefgh', format: 'report' }, place('report.html'))
    const page = fs.readFileSync(file!, 'utf8')
    expect(page).toContain('<h1>Two &lt;b&gt;&amp; more&lt;/b&gt;</h1>')
    expect(page).not.toMatch(/<script|https?:|url\(|@import|<b>/)
    // of two charts, and of the legend of each
    expect(page.match(/<path\s+class="curve c\d"\s+stroke-dasharray="[^"]*"\s+d="M\d/g)).toHaveLength(8)
    expect(page).toContain(data.dataset.sha256)
    expect(page).toContain('Laplacian')
    expect(page).not.toMatch(/NaN|undefined/)
  })
})

describe('charts', () => {
  it('are drawings in which names are no markup, and pictures of twice their size', async () => {
    const files = await here.exports.to({ id: 'abcdefgh', format: 'charts' }, place('charts'))
    const names = files.map((file) => path.basename(file)).sort()
    expect(names).toEqual([
      'training-loss.png', 'training-loss.svg', 'validation-loss.png', 'validation-loss.svg',
    ]) // prettier-ignore
    const drawing = fs.readFileSync(place('charts/validation-loss.svg'), 'utf8')
    expect(drawing).toContain('nats per token: Two &lt;b&gt;&amp; more&lt;/b&gt;')
    expect(drawing).toContain('Laplacian')
    expect(drawing).not.toMatch(/NaN|undefined|var\(|<b>/)
    const [, width, height] = /width="(\d+)"\s+height="(\d+)"/.exec(drawing)!.map(Number)
    const picture = await sharp(place('charts/validation-loss.png')).metadata()
    expect([picture.width, picture.height]).toEqual([2 * width!, 2 * height!])
  })
})

describe('what a window fetches', () => {
  it('is one file, once', async () => {
    const download = await here.exports.forDownload({ id: 'sta0', format: 'csv' })
    expect(download).toMatchObject({ name: 'standard-seed0-sta0.csv' })
    const found = here.exports.take(download.download)!
    expect(fs.statSync(found.file).size).toBe(download.bytes)
    expect(here.exports.take(download.download)).toBeUndefined()
    await found.discard()
    const folder = await here.exports.forDownload({ id: 'abcdefgh', format: 'tensorboard' })
    expect(folder.name).toBe('Two-b-more-b-abcdefgh.zip')
  })

  it.each([
    [{ id: 'nobody', format: 'csv' }, 'unknown-run'],
    [{ id: 'sta0', format: 'report' }, 'invalid-request'],
    [{ id: 'sta0', format: 'charts' }, 'invalid-request'],
    [{ id: 'sta0', format: 'csv', checkpoint: 'best' }, 'invalid-request'],
    [{ id: 'abcdefgh', format: 'csv', withDataset: true }, 'invalid-request'],
  ] as const)('%j is refused: %s', async (request, code) => {
    await expect(here.exports.forDownload(request)).rejects.toMatchObject({ code })
  })
})
