/** statistics, statistics compare and statistics list, on a home whose runs measured what the test says. */
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../../../src/main/store/index.ts'
import { statistics } from '../../../../src/shared/catalogue/statistics.ts'
import {
  measurementSchema,
  statisticComparisonSchema,
  type Measurement,
} from '../../../../src/shared/statistics.ts'
import { aRun, anExperiment } from '../../store/records.ts'
import { runCli, runJson, temporaryFolder } from './cli.ts'

const home = temporaryFolder()
const measurements = (scale: number): Measurement[] =>
  [0, 250].flatMap((step) => [
    ...[0, 1].map((layer) => ({
      ...{ step, layer, tap: 'hook_resid_post', head: null, statistic: 'participation-ratio' },
      value: scale * (step + layer + 0.123456),
    })),
    ...[0, 1].map((head) => ({
      ...{ step, layer: 1, tap: 'attn.hook_q', head, statistic: 'mean-norm' },
      value: head === 0 ? null : scale,
    })),
  ])

const store = openStore(path.join(home, 'workbench.sqlite'))
const run = (attention: string, seed: number) =>
  aRun({ id: `${attention}-${seed}`, attention, seed, state: 'finished' })
const runs = ['standard', 'laplacian'].flatMap((attention) => [0, 1].map((seed) => run(attention, seed)))
const unmeasured = aRun({ id: 'unmeasured', state: 'finished', seed: 9 })
store.insertExperiment(anExperiment(), [
  ...runs,
  { ...unmeasured, configuration: { ...unmeasured.configuration, statistics: 'none' } },
])
for (const [index, { id }] of runs.entries()) store.appendMeasurements(id, measurements(index + 1))
store.close()

describe.concurrent('statistics RUN', () => {
  it('prints every measurement as one document', async () => {
    const { code, stderr, document } = await runJson(home, 'statistics', 'standard-0')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(measurementSchema.array().parse(document)).toHaveLength(8)
    const byPlace = (one: Measurement) => `${one.step} ${one.layer} ${one.tap} ${one.head}`
    expect((document as Measurement[]).map(byPlace).toSorted()).toEqual(
      measurements(1).map(byPlace).toSorted(),
    )
    expect(Object.keys((document as Measurement[])[0]!)).toEqual([
      ...['step', 'layer', 'tap', 'head', 'statistic', 'value'],
    ])
  })

  it('chooses a layer, a tap and a statistic', async () => {
    const places = async (...options: string[]) => {
      const { document } = await runJson(home, 'statistics', 'standard-0', ...options)
      return (document as Measurement[]).map(({ layer, tap, statistic }) => [layer, tap, statistic].join(' '))
    }
    expect(new Set(await places('--layer', '0'))).toEqual(new Set(['0 hook_resid_post participation-ratio']))
    expect(new Set(await places('--tap', 'attn.hook_q'))).toEqual(new Set(['1 attn.hook_q mean-norm']))
    expect(await places('--statistic', 'participation-ratio', '--layer', '1')).toHaveLength(2)
    expect(await places('--layer', '7')).toEqual([])
  })

  it('shows the last step for people, with what each statistic means', async () => {
    const { code, stdout, stderr } = await runCli(home, 'statistics', 'standard-0')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Step 250 of run standard-0\.$/m)
    const { meaning } = statistics.find(({ id }) => id === 'participation-ratio')!
    expect(stdout).toContain(`(participation-ratio, dimensions; 1 to D): ${meaning}\n`)
    expect(stdout).toMatch(/^tap +layer 0 +layer 1\nhook_resid_post +250\.1 +251\.1$/m)
    expect(stdout).toMatch(/^attn\.hook_q +0 +–\nattn\.hook_q +1 +1$/m)
    expect(stdout).not.toContain('\u001b')
    expect(stderr).toMatch(/All 2 steps: statistics --json.*docs\/statistics\.md/)
  })

  it('says why there is nothing', async () => {
    expect((await runCli(home, 'statistics', 'unmeasured')).stdout).toMatch(/its setting statistics is none/)
    expect((await runCli(home, 'statistics', 'standard-0', '--layer', '7')).stdout).toMatch(
      /This run has 2 statistics, at the layers 0, 1 and the taps attn\.hook_q, hook_resid_post\./,
    )
    expect((await runJson(home, 'statistics', 'unmeasured')).document).toEqual([])
  })

  it.each([
    [1, ['standard-0', '--statistic', 'mean-nrom'], /no statistic "mean-nrom".*Did you mean "mean-norm"\?/],
    [1, ['standard-9'], /There is no run "standard-9"\. Did you mean "standard-/],
    [2, ['standard-0', '--layer', 'first'], /argument 'first' is invalid. Expected a number/],
    [2, [], /missing required argument 'run'/],
    [2, ['compare', 'experiment-1'], /'--statistic <name>' not specified/],
    [1, ['compare', 'experiment-9', '--statistic', 'mean-norm'], /There is no experiment "experiment-9"/],
  ] as const)('exits with %i for %j', async (expected, parameters, line) => {
    const { code, stdout, stderr } = await runCli(home, 'statistics', ...parameters)
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
    expect(stderr).toMatch(line)
  })
})

describe.concurrent('statistics compare EXPERIMENT', () => {
  const compare = ['statistics', 'compare', 'experiment-1', '--statistic']

  it('prints variant, layer and step with mean and spread over seeds', async () => {
    const { code, stderr, document } = await runJson(home, ...compare, 'participation-ratio')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const rows = statisticComparisonSchema.array().parse(document)
    expect(rows.map(({ attention, layer, step }) => `${attention} ${layer} ${step}`)).toEqual(
      ['standard', 'laplacian'].flatMap((attention) =>
        ['0 0', '0 250', '1 0', '1 250'].map((place) => `${attention} ${place}`),
      ),
    )
    expect(rows[1]!.mean).toBeCloseTo(1.5 * 250.123456, 9)
    expect(rows[1]!.sd).toBeCloseTo(250.123456 / Math.SQRT2, 9)
    expect(rows.every(({ count, ci95 }) => count === 2 && ci95 !== null)).toBe(true)
  })

  it('shows the last step for people, and says what heads and ± are', async () => {
    const { stdout } = await runCli(home, ...compare, 'mean-norm')
    expect(stdout).toMatch(/^attn\.hook_q\nvariant +seeds +layer 1\nstandard +2 +1\.5 ± 0\.71$/m)
    expect(stdout).toMatch(/^Step 250\.$/m)
    expect(stdout).toMatch(/^laplacian +2 +3\.5 ± 0\.71$/m)
    expect(stdout).toMatch(/standard deviation over seeds/)
    expect(stdout).toMatch(/means over the 2 heads of a run/)
    const each = await runCli(home, ...compare, 'mean-norm', '--each-head', '--tap', 'attn.hook_q')
    expect(each.stdout).toMatch(/^laplacian +0 +0 +–\nlaplacian +1 +2 +3\.5 ± 0\.71$/m)
    expect((await runCli(home, ...compare, 'mean-norm', '--tap', 'nowhere')).stdout).toMatch(
      /No run .* measured/,
    )
  })
})

describe('statistics list', () => {
  it('is the catalogue, and makes no home', async () => {
    const nowhere = path.join(home, 'never-made')
    expect((await runJson(nowhere, 'statistics', 'list')).document).toEqual(statistics)
    const { stdout } = await runCli(nowhere, 'statistics', 'list')
    expect(stdout.trimEnd().split('\n')).toHaveLength(statistics.length + 1)
    expect(stdout).toMatch(/^participation-ratio +Spectrum +light +How many dimensions/m)
    expect(fs.existsSync(nowhere)).toBe(false)
  })
})
