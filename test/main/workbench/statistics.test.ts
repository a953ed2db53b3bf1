/** What windows and command lines ask of measurements and probes, over the real store. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../../../src/main/store/index.ts'
import { packProbe } from '../../../src/main/training/packedProbe.ts'
import { createStatistics } from '../../../src/main/workbench/statistics.ts'
import { statistics as catalogue } from '../../../src/shared/catalogue/statistics.ts'
import { calls, type CallInput } from '../../../src/shared/contract.ts'
import { longestAnswerBytes, type Measurement } from '../../../src/shared/statistics.ts'
import { aRun, anExperiment } from '../store/records.ts'

let store: Store
let api: ReturnType<typeof createStatistics>
beforeEach(() => {
  store = openStore(':memory:')
  const runs = ['standard', 'laplacian'].flatMap((attention) =>
    [0, 1].map((seed) => aRun({ id: `${attention}-${seed}`, attention, seed })),
  )
  store.insertExperiment(anExperiment(), runs)
  const missing = (what: string) => {
    throw new Error(`no such ${what}`)
  }
  api = createStatistics({
    store,
    requireRun: (id) => store.run(id) ?? missing('run'),
    requireExperiment: (id) => store.experiment(id) ?? missing('experiment'),
  })
})
afterEach(() => store.close())

const [first, second] = catalogue.map(({ id }) => id) as [string, string]
const measurement = (changes: Partial<Measurement> = {}): Measurement => ({
  ...{ step: 0, layer: 0, tap: 'hook_resid_post', head: null, statistic: first, value: 1 },
  ...changes,
})

describe('listStatistics', () => {
  it('says what runs have, where and when, in the order of the catalogue', async () => {
    store.appendMeasurements('standard-0', [
      measurement({ statistic: 'of-another-version', layer: null }),
      measurement({ statistic: second, tap: 'attn.hook_pattern', head: 10 }),
      measurement({ statistic: second, tap: 'attn.hook_pattern', head: 9, layer: 3 }),
    ])
    store.appendMeasurements('standard-1', [
      measurement({ step: 50 }),
      measurement({ step: 50, layer: null }),
    ])
    const measured = await api.listStatistics({ runs: ['standard-0', 'standard-1'] })
    expect(calls.listStatistics.output.parse(measured)).toEqual({
      steps: [0, 50],
      statistics: [
        { statistic: first, tap: 'hook_resid_post', layers: [null, 0], heads: [null] },
        { statistic: second, tap: 'attn.hook_pattern', layers: [0, 3], heads: [9, 10] },
        { statistic: 'of-another-version', tap: 'hook_resid_post', layers: [null], heads: [null] },
      ],
    })
    expect(await api.listStatistics({ runs: ['laplacian-0'] })).toEqual({ steps: [], statistics: [] })
    await expect(api.listStatistics({ runs: ['nowhere'] })).rejects.toThrow('no such run')
  })
})

describe('readStatistics', () => {
  it('gives the measurements of each run that a filter asks for', async () => {
    store.appendMeasurements('standard-0', [
      measurement(),
      measurement({ layer: 1 }),
      measurement({ layer: null }),
    ])
    const read = (filter: object) => api.readStatistics({ runs: ['standard-0', 'standard-1'], ...filter })
    const answer = await read({ statistic: first, layer: 1 })
    expect(calls.readStatistics.output.parse(answer)).toEqual([
      { run: 'standard-0', measurements: [measurement({ layer: 1 })] },
      { run: 'standard-1', measurements: [] },
    ])
    expect((await read({ layer: null }))[0]!.measurements).toEqual([measurement({ layer: null })])
    expect((await read({}))[0]!.measurements).toHaveLength(3)
  })

  it('refuses a statistic that there is not, and reads what another version measured', async () => {
    const statistic = `${first}s`
    const asked = { runs: ['standard-0'], statistic }
    await expect(api.readStatistics(asked)).rejects.toMatchObject({
      code: 'unknown-statistic',
      hint: expect.stringContaining(`"${first}"`) as string,
    })
    store.appendMeasurements('standard-0', [measurement({ statistic })])
    expect((await api.readStatistics(asked))[0]!.measurements).toHaveLength(1)
  })
})

describe('compareStatistic', () => {
  it('takes every variant and seed of an experiment, at one tap or at all', async () => {
    for (const [index, run] of ['standard-0', 'standard-1', 'laplacian-1'].entries())
      store.appendMeasurements(run, [
        measurement({ value: index }),
        measurement({ tap: 'hook_attn_out', head: 0, value: 10 }),
        measurement({ tap: 'hook_attn_out', head: 1, value: 20 }),
        measurement({ statistic: second }),
      ])
    const compare = (more: Partial<CallInput<'compareStatistic'>> = {}) =>
      api.compareStatistic({ experiment: 'experiment-1', statistic: first, ...more })
    const rows = await compare({ tap: 'hook_resid_post' })
    expect(calls.compareStatistic.output.parse(rows)).toMatchObject([
      { attention: 'standard', count: 2, mean: 0.5, heads: 0 },
      { attention: 'laplacian', count: 1, mean: 2, heads: 0 },
    ])
    expect((await compare()).map(({ attention, tap, mean }) => [attention, tap, mean])).toEqual([
      ['standard', 'hook_attn_out', 15],
      ['standard', 'hook_resid_post', 0.5],
      ['laplacian', 'hook_attn_out', 15],
      ['laplacian', 'hook_resid_post', 2],
    ])
    expect(await compare({ heads: 'each', tap: 'hook_attn_out' })).toHaveLength(4)
    await expect(compare({ statistic: 'nothing' })).rejects.toMatchObject({ code: 'unknown-statistic' })
    await expect(compare({ experiment: 'none' })).rejects.toThrow('no such experiment')
  })
})

describe('probes', () => {
  const numbers = Float32Array.of(0.5, -1, 3.25, 1e-30)
  const tensors = {
    'blocks.0.attn.hook_pattern': { shape: [1, 2, 2], numbers },
    tokens: { shape: [2], numbers: Float32Array.of(3, 9) },
  }
  const unpacked = (base64: string) => {
    const bytes = new Uint8Array(Buffer.from(base64, 'base64'))
    return [...new Float32Array(bytes.buffer)]
  }

  it('are listed by step and read with their numbers, all or those that are named', async () => {
    for (const step of [0, 10]) store.appendProbe('standard-0', packProbe({ step, tensors }), 1e6)
    expect(await api.listProbes({ run: 'standard-0' })).toEqual(
      [0, 10].map((step) => ({ step, bytes: packProbe({ step, tensors }).bytes.length })),
    )

    const whole = calls.readProbe.output.parse(await api.readProbe({ run: 'standard-0' }))!
    expect(whole.step).toBe(10)
    expect(whole.tensors.map(({ name, shape }) => [name, shape])).toEqual([
      ['blocks.0.attn.hook_pattern', [1, 2, 2]],
      ['tokens', [2]],
    ])
    expect(unpacked(whole.tensors[0]!.numbers!)).toEqual([...numbers])

    const part = await api.readProbe({ run: 'standard-0', step: 0, names: ['tokens', 'nothing'] })
    expect(part!.step).toBe(0)
    expect(part!.tensors.map((tensor) => tensor.numbers && unpacked(tensor.numbers))).toEqual([null, [3, 9]])
  })

  it('are null where none are kept', async () => {
    expect(await api.readProbe({ run: 'standard-0' })).toBeNull()
    expect(await api.listProbes({ run: 'standard-0' })).toEqual([])
    store.appendProbe('standard-0', packProbe({ step: 10, tensors }), 1e6)
    expect(await api.readProbe({ run: 'standard-0', step: 9 })).toBeNull()
    await expect(api.readProbe({ run: 'nowhere' })).rejects.toThrow('no such run')
  })

  it('carry no more numbers than an answer holds, and all that still fit', async () => {
    const large = { shape: [longestAnswerBytes / 4], numbers: new Float32Array(longestAnswerBytes / 4) }
    const probe = { step: 0, tensors: { tokens: tensors.tokens, large, last: tensors.tokens } }
    store.appendProbe('standard-0', packProbe(probe), 1e9)
    const carried = async (names?: string[]) =>
      (await api.readProbe({ run: 'standard-0', names }))!.tensors.map(({ numbers }) => numbers !== null)
    expect(await carried()).toEqual([true, false, true])
    expect(await carried(['large'])).toEqual([false, true, false])
  })
})
