/** import, datasets, dataset remove, and the lists of what there is to choose from. */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { recipes } from '../../../../src/shared/catalogue/recipes.ts'
import { variants } from '../../../../src/shared/catalogue/variants.ts'
import { deviceReportSchema, variantSchema } from '../../../../src/shared/contract.ts'
import { datasetSchema, deviceNames } from '../../../../src/shared/experiment.ts'
import { contentOf, launcher, runCli, runJson, temporaryFolder } from './cli.ts'

const files = temporaryFolder()
const poem = path.join(files, 'poem.txt')
fs.writeFileSync(poem, 'To be, or not to be, that is the question.\n'.repeat(40))

describe('import', () => {
  it('prints one document with the dataset, and the list and the removal know it', async () => {
    const home = temporaryFolder()
    const { code, stderr, document } = await runJson(home, 'import', poem, '--name', 'Hamlet')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(Object.keys(document as object)).toEqual(['dataset'])
    const dataset = datasetSchema.parse(document.dataset)
    expect(dataset).toMatchObject({ name: 'Hamlet', kind: 'text', bytes: 40 * 43 })
    expect(dataset.train + dataset.validation).toBe(40 * 43)

    expect((await runJson(home, 'datasets')).document).toMatchObject([{ ...dataset, tags: [] }])
    expect((await runCli(home, 'datasets')).stdout).toMatch(/^id .*\n.*Hamlet /)
    expect((await runJson(home, 'dataset', 'remove', dataset.id)).document).toEqual({ removed: dataset.id })
    expect(await contentOf(home)).toEqual({ datasets: [], runs: [], leftovers: [] })
  })

  it('reads the column, the encoding and the line ends that are named', async () => {
    const home = temporaryFolder()
    const table = path.join(files, 'table.csv')
    const rows = 'Füße,"To be,\r\nor not"\n'.repeat(10)
    fs.writeFileSync(table, Buffer.from(`first part,second part\n${rows}`, 'latin1'))
    const chosen = ['--column', 'second part', '--encoding', 'latin1', '--newlines', 'unix']
    const { document } = await runJson(home, 'import', table, ...chosen)
    expect(document.dataset).toMatchObject({
      name: 'table',
      bytes: 140,
      train: 126,
      validation: 14,
      preview: 'To be,\nor not\n'.repeat(10),
    })
    const { stdout } = await runCli(home, 'import', table, '--column', 'first part')
    expect(stdout).toMatch(/45 training and 5 validation .*\n.*does not say its encoding/)
  })

  it('takes several files, and says which one it refused', async () => {
    const home = temporaryFolder()
    const other = path.join(files, 'other.txt')
    fs.writeFileSync(other, 'The quick brown fox jumps over the lazy dog.\n'.repeat(40))
    const missing = path.join(files, 'missing.txt')
    const { code, stdout, stderr } = await runCli(home, 'import', poem, other, missing)
    expect(code).toBe(1)
    expect(stdout).toMatch(/poem: [\d,]+ training .*\n.*other: /)
    expect(stderr).toMatch(/missing\.txt/)
    expect((await contentOf(home)).datasets).toEqual(['poem', 'other'])
  })
})

describe('what there is to choose from', () => {
  const home = path.join(files, 'never-made')

  it('lists variants, recipes and devices as data, without making a home', async () => {
    expect((await runJson(home, 'variants')).document).toEqual(variants)
    expect((await runJson(home, 'variants', 'show', 'gfsa')).document.variant).toEqual(
      variants.find(({ id }) => id === 'gfsa'),
    )
    expect((await runJson(home, 'recipes')).document).toEqual(recipes)
    const { document } = await runJson(home, 'devices')
    const devices = deviceReportSchema.array().parse(document)
    expect(devices.map(({ id }) => id).sort()).toEqual([...deviceNames].sort())
    expect(devices.find(({ id }) => id === 'cpu')).toMatchObject({ available: true })
    for (const device of devices) expect(device.available ? device.description : device.reason).toMatch(/\w/)
    expect(fs.existsSync(home)).toBe(false)
  })

  it('lists them for people, in aligned columns without colour', async () => {
    const { stdout } = await runCli(home, 'variants')
    const [header, ...rows] = stdout.trimEnd().split('\n')
    expect(rows).toHaveLength(variants.length)
    for (const [index, row] of rows.entries())
      expect(row.slice(header!.indexOf('meaning'))).toMatch(
        new RegExp(`^${variants[index]!.meaning.slice(0, 20)}`),
      )
    expect(stdout).not.toContain('\u001b')
  })

  it('shows a recipe with its data and the number it should reach', async () => {
    const { stdout } = await runCli(home, 'recipes')
    expect(stdout).toMatch(/^nanogpt-baby +text +6 +384 +5,000 +.*1\.4697/m)
    expect(stdout).toMatch(/^vit-mnist +images +6 +64 +1,407 +/m)
  })

  it('shows a variant with its formula, what it learns and where it is from', async () => {
    const { stdout } = await runCli(home, 'variants', 'show', 'exponential-family')
    expect(stdout).toMatch(/^formula +\\Sigma\\eta\+/m)
    expect(stdout).toMatch(/^parameters +per head: diagonal Σ/m)
    expect(stdout).toMatch(/^axes +prior position, term covariance$/m)
    expect(stdout).toMatch(/^source +Shim 2022/m)
    expect((await runCli(home, 'variants', 'show', 'sinkhorn')).stdout).toMatch(
      /^data +images only: on text col/m,
    )
  })
})

describe('a variant of one’s own', () => {
  const file = path.join(files, 'mine.json')
  const own = { id: 'mine', meaning: 'A try.', axes: { score: 'cosine', block: { norm: 'rms' } } }
  fs.writeFileSync(file, JSON.stringify(own))

  it('is added from a file, listed, shown and removed', async () => {
    const home = temporaryFolder()
    const added = await runJson(home, 'variants', 'add', file)
    expect({ code: added.code, stderr: added.stderr }).toEqual({ code: 0, stderr: '' })
    const variant = variantSchema.parse(added.document.variant)
    expect(variant).toMatchObject({ id: 'mine', own: true, axes: { score: 'cosine', operator: 'average' } })
    expect((await runJson(home, 'variants')).document).toEqual([...variants, variant])
    expect((await runCli(home, 'variants', 'show', 'mine')).stdout).toMatch(
      /^axes +score cosine, block\.norm rms$/m,
    )
    expect((await runJson(home, 'variants', 'remove', 'mine')).document).toEqual({ removed: 'mine' })
    expect((await runJson(home, 'variants')).document).toEqual(variants)
  })

  it('that is damaged is reported beside the others', async () => {
    const home = temporaryFolder()
    fs.mkdirSync(path.join(home, 'variants'))
    fs.writeFileSync(path.join(home, 'variants', 'broken.json'), '{')
    const { code, stderr, document } = await runJson(home, 'variants')
    expect({ code, document: document as unknown }).toEqual({ code: 0, document: variants })
    expect(stderr).toMatch(/broken\.json could not be read as JSON/)
  })
})

describe('a reader that leaves early', () => {
  it('ends the writing without an error', async () => {
    const child = spawn(process.execPath, [launcher, 'recipes', '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

it('prints its version', async () => {
  const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { version: string }
  expect(await runCli(files, '--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

describe('settings', () => {
  it('are shown, changed one at a time, and the same for the queue', async () => {
    const home = temporaryFolder()
    expect((await runJson(home, 'settings', 'theme', 'dark')).document.settings).toMatchObject({
      theme: 'dark',
      concurrency: null,
    })
    expect((await runCli(home, 'settings', 'concurrency', '2')).stdout).toBe('2\n')
    expect((await runJson(home, 'queue', 'concurrency', '3')).document).toMatchObject({ concurrency: 3 })
    expect((await runCli(home, 'settings')).stdout).toMatch(/theme +dark[^]*concurrency +3 /)
  })

  it.each([
    [['pink'], /no setting "pink"[^]*theme, concurrency/],
    [['theme', 'pink'], /theme cannot be "pink"/],
    [['concurrency', '0'], /concurrency cannot be "0"/],
  ])('refuses %j', async (words, said) => {
    const { code, stderr } = await runCli(temporaryFolder(), 'settings', ...words)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(said) })
  })
})

it('says what a home takes up and what it runs on', async () => {
  const home = temporaryFolder()
  const { document } = await runJson(home, 'home')
  expect(document).toMatchObject({ folder: home, versions: { node: process.versions.node } })
  expect((await runCli(home, 'home')).stdout).toContain(home)
})
