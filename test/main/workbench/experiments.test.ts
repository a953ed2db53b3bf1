import { describe, expect, it } from 'vitest'
import { checkRequest, planExperiment } from '../../../src/main/workbench/experiments.ts'
import { recipes } from '../../../src/shared/catalogue/recipes.ts'
import { calls, type ExperimentRequest } from '../../../src/shared/contract.ts'
import { aDataset } from '../../support/records.ts'

const request = (values: Partial<ExperimentRequest> = {}): ExperimentRequest => ({
  dataset: 'dataset-1',
  attentions: ['standard', 'laplacian'],
  seeds: [0, 7],
  recipe: 'quick',
  overrides: {},
  device: 'auto',
  ...values,
})

describe('checkRequest', () => {
  it('applies the overrides to the recipe, and leaves the recipe as it was', () => {
    const before = structuredClone(recipes)
    const { configuration } = checkRequest(request({ overrides: { steps: 20, tiedHead: false } }))
    expect(configuration).toEqual({ ...before[0]!.configuration, steps: 20, tiedHead: false })
    expect(recipes).toEqual(before)
  })

  it('takes an override that is undefined as absent', () => {
    const { configuration } = checkRequest(request({ overrides: { width: undefined } }))
    expect(configuration.width).toBe(recipes[0]!.configuration.width)
  })

  it.each([
    ['an unknown variant', { attentions: ['standard', 'standrd'] }, 'unknown-attention', '"standrd"'],
    ['an unknown recipe', { recipe: 'quik' }, 'unknown-recipe', '"quik"'],
    ['a variant named twice', { attentions: ['standard', 'standard'] }, 'invalid-request', 'standard'],
    ['a seed named twice', { seeds: [3, 1, 3] }, 'invalid-request', 'seed 3'],
    ['heads that do not divide the width', { overrides: { heads: 5 } }, 'invalid-request', '5 heads'],
  ])('refuses %s', (_, values, code, named) => {
    expect(() => checkRequest(request(values))).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(named) as string }),
    )
  })

  it('says which variants there are and which was meant', () => {
    expect(() => checkRequest(request({ attentions: ['standrd'] }))).toThrow(
      expect.objectContaining({
        hint: 'Did you mean "standard"? Known: standard, laplacian, exponential-family.',
      }),
    )
  })
})

describe('planExperiment', () => {
  it('plans one run per variant and seed, seed by seed', () => {
    const { experiment, runs } = planExperiment(request(), aDataset(), { app: '1.2.3' })
    expect(runs.map((run) => [run.seed, run.attention])).toEqual([
      [0, 'standard'],
      [0, 'laplacian'],
      [7, 'standard'],
      [7, 'laplacian'],
    ])
    expect(new Set(runs.map((run) => run.id)).size).toBe(4)
    for (const run of runs)
      expect(run).toMatchObject({ experiment: experiment.id, state: 'queued', versions: { app: '1.2.3' } })
  })

  it('makes records that the contract accepts', () => {
    const planned = planExperiment(request({ name: 'Mine' }), aDataset(), { app: '1.2.3' })
    expect(calls.startExperiment.output.parse(planned)).toEqual(planned)
    expect(planned.experiment.name).toBe('Mine')
  })

  it('leaves the device open for auto, and notes a chosen one', () => {
    const device = (choice: ExperimentRequest['device']) =>
      planExperiment(request({ device: choice }), aDataset(), {}).runs[0]!.device
    expect(device('auto')).toBeNull()
    expect(device('cpu')).toBe('cpu')
  })

  it.each([
    [64, 1000, 'training'],
    [1000, 64, 'validation'],
  ])('refuses a split that does not hold a context and the token after it', (train, validation, split) => {
    expect(() => planExperiment(request(), aDataset({ train, validation }), {})).toThrow(
      expect.objectContaining({
        code: 'text-too-short',
        message: expect.stringContaining(`64 ${split} tokens`) as string,
      }),
    )
    expect(planExperiment(request(), aDataset({ train: 65, validation: 65 }), {}).runs).toHaveLength(4)
  })
})
