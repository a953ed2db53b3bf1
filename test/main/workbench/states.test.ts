/** What windows and command lines ask of kept hidden states, over the real store and the real thread. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linearAlignment } from '../../../src/main/statistics/similarity.ts'
import { openStore, type Store } from '../../../src/main/store/index.ts'
import { createStates, type States } from '../../../src/main/workbench/states.ts'
import { calls, type CallInput } from '../../../src/shared/contract.ts'
import type { State } from '../../../src/shared/states.ts'
import { keptTokens, length, packed, type ProbeChoice } from '../states/probes.ts'
import { gaussian, goldenX, repeated, rotated } from '../statistics/arbitrary.ts'
import { aRun, anExperiment } from '../store/records.ts'

let store: Store
let states: States
const cloud = gaussian(keptTokens, 3, 9)
const keep = (run: string, choice: ProbeChoice) => store.appendProbe(run, packed(choice), 1e6)

beforeAll(() => {
  store = openStore(':memory:')
  const { configuration } = aRun()
  const runOf = (attention: string, seed: number) =>
    aRun({ id: `${attention}-${seed}`, attention, seed, configuration: { ...configuration, layers: 2 } })
  store.insertExperiment(
    anExperiment(),
    ['standard', 'laplacian'].flatMap((attention) => [0, 1].map((seed) => runOf(attention, seed))),
  )
  for (const id of ['other-dataset', 'other-tokens', 'wide', 'empty', 'constant'])
    store.insertExperiment(anExperiment({ id }), [
      aRun({ id, experiment: id, dataset: id === 'other-dataset' ? 'another' : aRun().dataset }),
    ])
  for (const [index, run] of ['standard-0', 'standard-1', 'laplacian-0', 'laplacian-1'].entries())
    for (const step of [0, 10]) keep(run, { seed: index, step })
  // turned: as like as can be
  keep('standard-0', { step: 20, clouds: [cloud, cloud] })
  keep('standard-1', { step: 20, clouds: [rotated(cloud), rotated(cloud, 1)] })
  keep('other-dataset', {})
  keep('other-tokens', { firstToken: 6 })
  keep('wide', { width: 4 })
  keep('constant', { clouds: [repeated([1, 2, 3], keptTokens), cloud] })
  const missing = (what: string) => {
    throw new Error(`no such ${what}`)
  }
  states = createStates({
    store,
    requireRun: (id) => store.run(id) ?? missing('run'),
    requireExperiment: (id) => store.experiment(id) ?? missing('experiment'),
  })
})
afterAll(async () => {
  await states.close()
  store.close()
})

const at = (run: string, layer = 0, step = 0): State => ({ run, layer, step })

describe('compareStates', () => {
  const compare = async (rows: State[], columns: State[], more: Partial<CallInput<'compareStates'>> = {}) =>
    calls.compareStates.output.parse(
      await states.api.compareStates({ measure: 'linear-alignment', rows, columns, ...more }),
    )

  it('compares layers, steps, seeds and variants of the same tokens', async () => {
    const rows = [at('standard-0'), at('standard-0', 1), at('standard-0', 0, 10)]
    const columns = [at('standard-0'), at('laplacian-1')]
    const { tokens, values } = await compare(rows, columns)
    expect(tokens).toBe(keptTokens)
    expect(values.map((row) => row.length)).toEqual([2, 2, 2])
    expect(values[0]![0]).toBeCloseTo(1, 9)
    const float32 = (seed: number, name: string) => {
      const { numbers, ...shape } = gaussian(keptTokens, 3, seed, name)
      return { ...shape, numbers: Float32Array.from(numbers) }
    }
    const expected = linearAlignment(float32(0, 'states 0 0'), float32(3, 'states 0 0'))
    expect(values[0]![1]).toBeCloseTo(expected!, 12)
  })
  it('finds turned states the same', async () => {
    const { values } = await compare(
      [at('standard-0', 0, 20)],
      [at('standard-1', 0, 20), at('standard-1', 1, 20)],
    )
    for (const value of values[0]!) expect(value).toBeCloseTo(1, 5)
  })
  it('compares attention maps, and gives what is not defined as null', async () => {
    const maps = await compare([at('standard-0')], [at('standard-0'), at('standard-0', 0, 10)], {
      measure: 'attention-divergence',
    })
    expect(maps.tokens).toBe(length)
    expect(maps.values[0]![0]).toBe(0)
    expect(maps.values[0]![1]).toBeGreaterThan(0)
    expect((await compare([at('constant')], [at('constant', 1)])).values).toEqual([[null]])
  })
  it('refuses runs that were probed on different tokens, or on other data', async () => {
    for (const other of ['other-tokens', 'other-dataset'])
      await expect(compare([at('standard-0')], [at(other)])).rejects.toMatchObject({
        code: 'probes-differ',
        message: expect.stringMatching(`standard-0 and ${other}`) as string,
      })
  })
  it('says what is kept where something is asked for that is not', async () => {
    const hintOf = (state: State, tap?: string) =>
      compare([state], [state], tap === undefined ? {} : { tap }).then(
        () => 'answered',
        ({ code, hint }: { code: string; hint: string }) => `${code}: ${hint}`,
      )
    expect(await hintOf(at('standard-0', 0, 7))).toBe('no-states: There are some of the steps 0, 10, 20.')
    expect(await hintOf(at('empty'))).toMatch(/^no-states: .*statistics=light/)
    expect(await hintOf(at('standard-0', 5))).toBe('invalid-request: It has the layers 0 to 1.')
    expect(await hintOf(at('standard-0'), 'nowhere')).toBe(
      'invalid-request: It keeps attn.hook_pattern and hook_resid_post.',
    )
    expect(await hintOf(at('standard-0'), 'attn.hook_pattern')).toMatch(/hook_resid_post/)
    expect(await hintOf(at('nobody'))).toBe('undefined: undefined') // as requireRun throws it
  })
})

describe('compareVariantStates', () => {
  const compare = async (more: Partial<CallInput<'compareVariantStates'>> = {}) =>
    calls.compareVariantStates.output.parse(
      await states.api.compareVariantStates({
        experiment: 'experiment-1',
        measure: 'linear-alignment-debiased',
        ...more,
      }),
    )

  it('takes the last layer and the latest step that all runs keep', async () => {
    const { step, layer, runs, tokens, cells } = await compare()
    expect({ step, layer, tokens }).toEqual({ step: 10, layer: 1, tokens: keptTokens })
    expect(runs).toHaveLength(4)
    expect(cells.map(({ sameSeed, otherSeeds }) => [sameSeed?.count ?? null, otherSeeds!.count])).toEqual([
      [null, 1],
      [2, 2],
      [2, 2],
      [null, 1],
    ])
  })
  it('takes the runs that have a step, at a layer', async () => {
    const { runs, cells } = await compare({ step: 20, layer: 0, measure: 'linear-alignment' })
    expect(runs).toEqual(['standard-0', 'standard-1'])
    expect(cells[0]!.otherSeeds!.mean).toBeCloseTo(1, 5)
    expect(cells[1]).toMatchObject({ sameSeed: null, otherSeeds: null })
  })
  it('refuses where nothing is kept', async () => {
    await expect(compare({ step: 5 })).rejects.toMatchObject({ code: 'no-states' })
    await expect(compare({ experiment: 'empty' })).rejects.toMatchObject({ code: 'no-states' })
  })
})

describe('readSpectra', () => {
  it('has the eigenvalues of the covariance', async () => {
    const twelve = { ...repeated([0, 0], keptTokens) }
    twelve.numbers.set(goldenX.numbers)
    keep('empty', { step: 30, clouds: [twelve] })
    const [spectrum] = calls.readSpectra.output.parse(
      await states.api.readSpectra({ states: [at('empty', 0, 30)] }),
    )
    expect(spectrum!.tokens).toBe(keptTokens)
    expect(spectrum!.eigenvalues).toHaveLength(2)
    // C/12 of the eight golden tokens and four at the origin: its trace by hand
    const [x, y] = [0, 1].map((channel) => [...twelve.numbers].filter((_, index) => index % 2 === channel))
    const variance = (values: number[]) => {
      const mean = values.reduce((a, b) => a + b) / values.length
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    }
    expect(spectrum!.eigenvalues![0]! + spectrum!.eigenvalues![1]!).toBeCloseTo(
      variance(x!) + variance(y!),
      9,
    )
  })
  it('has none of tokens without spread', async () => {
    const [spectrum] = await states.api.readSpectra({ states: [at('constant')] })
    expect(spectrum!.eigenvalues).toEqual([])
  })
})

describe('projectStates', () => {
  const project = async (clouds: State[], axes: State[]) =>
    calls.projectStates.output.parse(await states.api.projectStates({ states: clouds, axes }))

  it('puts clouds on common axes, with what stood at their tokens', async () => {
    const { tokens, axesShare, clouds } = await project(
      [at('standard-0', 0, 20), at('constant', 0, 0)],
      [at('standard-0', 0, 20)],
    )
    expect(tokens.position.slice(0, 5)).toEqual([0, 1, 2, 3, 0])
    expect(tokens.label).toHaveLength(keptTokens)
    expect(tokens.token!.slice(0, 3)).toEqual([5, 1, 2])
    expect(clouds.map(({ coordinates }) => coordinates.length)).toEqual([keptTokens, keptTokens])
    expect(clouds[0]!.share![0]).toBeCloseTo(axesShare![0], 6)
    expect(clouds[1]).toMatchObject({ share: null })
    const mean = clouds[0]!.coordinates.reduce((sum, [across]) => sum + across, 0) / keptTokens
    expect(mean).toBeCloseTo(0, 6)
  })
  it('has no axes where nothing has spread, and refuses different widths', async () => {
    const { axesShare, clouds } = await project([at('standard-0')], [at('constant')])
    expect(axesShare).toBeNull()
    expect(clouds[0]!.coordinates[0]).toEqual([0, 0])
    await expect(project([at('standard-0'), at('wide')], [at('standard-0')])).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('width') as string,
    })
  })
})
