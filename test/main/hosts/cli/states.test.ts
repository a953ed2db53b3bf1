/** statistics similarity, spectrum and project, on a home whose runs keep tiny random states. */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../../../src/main/store/index.ts'
import {
  projectionSchema,
  spectrumSchema,
  statesComparisonSchema,
  variantStatesSchema,
} from '../../../../src/shared/states.ts'
import { keptTokens, packed } from '../../states/probes.ts'
import { aRun, anExperiment } from '../../store/records.ts'
import { runCli, runJson, temporaryFolder } from './cli.ts'

const home = temporaryFolder()
const store = openStore(path.join(home, 'workbench.sqlite'))
const { configuration } = aRun()
const runs = ['standard', 'laplacian'].flatMap((attention) =>
  [0, 1].map((seed) =>
    aRun({
      ...{ id: `${attention}-${seed}`, attention, seed, state: 'finished' },
      configuration: { ...configuration, layers: 2 },
    }),
  ),
)
store.insertExperiment(anExperiment(), runs)
runs.forEach(({ id }, seed) => [0, 10].forEach((step) => store.appendProbe(id, packed({ seed, step }), 1e6)))
store.close()

/** Cells of the table that stands last, without its header. */
const tableOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n\n')
    .at(-1)!
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/ {2,}/))

describe.concurrent('statistics similarity', () => {
  it('compares the variants of an experiment, with the noise floor', async () => {
    const json = await runJson(home, 'statistics', 'similarity', 'experiment-1', '--measure', 'cka')
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 0, stderr: '' })
    const { measure, step, layer, cells } = variantStatesSchema.loose().parse(json.document)
    expect({ measure, step, layer }).toEqual({ measure: 'linear-alignment', step: 10, layer: 1 })
    const { stdout } = await runCli(home, 'statistics', 'similarity', 'experiment-1')
    const digits = (value: number) => String(Number(value.toPrecision(4)))
    for (const { sameSeed, otherSeeds } of cells)
      for (const pairs of [sameSeed, otherSeeds]) if (pairs) expect(stdout).toContain(digits(pairs.mean!))
    expect(stdout).toContain('noise floor')
  })

  it('compares two runs layer by layer, one step by step, and several run by run', async () => {
    const shapeOf = async (...options: string[]) => {
      const { document } = await runJson(home, 'statistics', 'similarity', ...options)
      const { tokens, values } = statesComparisonSchema.loose().parse(document)
      expect(tokens).toBe(keptTokens)
      return `${values.length} x ${values[0]!.length}`
    }
    expect(await shapeOf('standard-0', 'laplacian-0', '--measure', 'procrustes')).toBe('2 x 2')
    expect(await shapeOf('standard-0', '--steps', '--layer', '0')).toBe('2 x 2')
    expect(await shapeOf('standard-0', 'laplacian-0', 'laplacian-1', '--step', '0')).toBe('3 x 3')
    const { stdout } = await runCli(home, 'statistics', 'similarity', 'standard-0', '--steps')
    expect(tableOf(stdout)[0]!.slice(0, 2)).toEqual(['step 0', '1'])
  })

  it('refuses an unknown measure, and steps of several runs', async () => {
    const unknown = await runCli(home, 'statistics', 'similarity', 'standard-0', '--measure', 'love')
    expect(unknown).toMatchObject({ code: 2 })
    const several = await runCli(home, 'statistics', 'similarity', 'standard-0', 'standard-1', '--steps')
    expect(several).toMatchObject({ code: 1, stderr: expect.stringContaining('one run') as string })
  })
})

describe.concurrent('statistics spectrum and project', () => {
  it('has the eigenvalues by layer', async () => {
    const { document } = await runJson(home, 'statistics', 'spectrum', 'standard-0')
    expect(spectrumSchema.array().parse(document)).toMatchObject([
      { state: { run: 'standard-0', layer: 0, step: 10 }, tokens: keptTokens },
      { state: { run: 'standard-0', layer: 1, step: 10 }, tokens: keptTokens },
    ])
    const { stdout } = await runCli(home, 'statistics', 'spectrum', 'standard-0')
    expect(tableOf(stdout).map(([rank]) => rank)).toEqual(['1', '2', '3'])
  })

  it('has the coordinates of every token on common axes', async () => {
    const { document } = await runJson(
      home,
      'statistics',
      'project',
      'standard-0',
      'laplacian-1',
      '--step',
      '0',
    )
    const { clouds } = projectionSchema.parse(document)
    expect(clouds.map(({ state, coordinates }) => [state.run, coordinates.length])).toEqual([
      ['standard-0', keptTokens],
      ['laplacian-1', keptTokens],
    ])
    const { stdout } = await runCli(home, 'statistics', 'project', 'standard-0')
    expect(stdout).toMatch(/standard seed 0 \(standard-0\) +\d+\.\d % +\d+\.\d %/)
  })
})
