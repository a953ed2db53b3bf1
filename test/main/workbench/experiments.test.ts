import { describe, expect, it } from 'vitest'
import { checkRequest, planExperiment } from '../../../src/main/workbench/experiments.ts'
import { attentionAxesSchema, type AttentionChoices } from '../../../src/shared/attention.ts'
import { ownVariantRow } from '../../../src/shared/catalogue/ownVariants.ts'
import { defaultRecipe, recipes } from '../../../src/shared/catalogue/recipes.ts'
import { statistics } from '../../../src/shared/catalogue/statistics.ts'
import { variants as builtIn } from '../../../src/shared/catalogue/variants.ts'
import { calls, type ExperimentRequest, type Variant } from '../../../src/shared/contract.ts'
import { aDataset, anImageDataset } from '../../support/records.ts'

const request = (values: Partial<ExperimentRequest> = {}): ExperimentRequest => ({
  dataset: 'dataset-1',
  attentions: ['standard', 'laplacian'],
  seeds: [0, 7],
  recipe: 'quick',
  overrides: {},
  device: 'auto',
  ...values,
})
const onImages = (values: Partial<ExperimentRequest> = {}) => request({ recipe: 'vit-mnist', ...values })

const own = (axes: AttentionChoices, id = 'mine'): Variant =>
  ownVariantRow({ id, meaning: '', axes: attentionAxesSchema.parse(axes) })
const plan = (
  asked: ExperimentRequest,
  dataset = aDataset() as Parameters<typeof planExperiment>[1],
  more: Variant[] = [],
) => planExperiment(asked, dataset, { variants: [...builtIn, ...more], versions: { app: '1.2.3' } })

/** That a refusal has this code and says this. */
const refusal = (code: string, said: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(said) as string }) as Error

describe('checkRequest', () => {
  it.each<[string, Partial<ExperimentRequest>, string, string]>([
    ['an unknown variant', { attentions: ['standard', 'standrd'] }, 'unknown-attention', '"standrd"'],
    ['an unknown recipe', { recipe: 'quik' }, 'unknown-recipe', '"quik"'],
    ['a variant named twice', { attentions: ['standard', 'standard'] }, 'invalid-request', 'standard'],
    ['a seed named twice', { seeds: [3, 1, 3] }, 'invalid-request', 'seed 3'],
    ['heads that do not divide the width', { overrides: { heads: 5 } }, 'invalid-request', '5 heads'],
    ['a setting for other data', { overrides: { patchSize: 2 } }, 'invalid-request', '"patchSize"'],
    [
      'an unknown statistic',
      { overrides: { statistics: 'light, mean-nrom' } },
      'unknown-statistic',
      '"mean-nrom"',
    ],
    ['a variant that sees the future', { attentions: ['sinkhorn'] }, 'future-leak', '"sinkhorn"'],
  ])('refuses %s', (_, values, code, named) => {
    expect(() => checkRequest(request(values), builtIn)).toThrow(refusal(code, named))
  })

  it('says which variants there are and which was meant', () => {
    const known = [...builtIn.slice(0, 2), own({})]
    expect(() => checkRequest(request({ attentions: ['standrd'] }), known)).toThrow(
      expect.objectContaining({ hint: 'Did you mean "standard"? Known: standard, laplacian, mine.' }),
    )
    checkRequest(request({ attentions: ['mine'] }), known)
  })

  it('says which statistic was meant, and takes any that there are', () => {
    const asked = (selection: string) =>
      checkRequest(request({ overrides: { statistics: selection } }), builtIn)
    const [one, another] = statistics.map(({ id }) => id)
    const meant = (hint: string) =>
      expect.objectContaining({ hint: expect.stringContaining(hint) as string }) as Error
    expect(() => asked(one!.slice(1))).toThrow(meant(`Did you mean "${one}"?`))
    expect(() => asked('ligth')).toThrow(meant('Did you mean "light"?'))
    for (const selection of ['none', 'light', 'full', `${one}, ${another}`, `light,${one}`]) asked(selection)
  })

  it('leaves to the dataset what depends on it, as long as no recipe is named', () => {
    const early = { ...request({ attentions: ['sinkhorn'], overrides: { patchSize: 2 } }), recipe: undefined }
    checkRequest(early, builtIn)
    expect(() => checkRequest({ ...early, overrides: { heads: 5 } }, builtIn)).toThrow(/5 heads/)
    expect(() => checkRequest({ ...early, seeds: [1, 1] }, builtIn)).toThrow(
      refusal('invalid-request', 'seed 1'),
    )
  })
})

describe('planExperiment', () => {
  it('plans one run per variant and seed, seed by seed', () => {
    const { experiment, runs } = plan(request())
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

  it.each([
    ['text', request({ name: 'Mine' }), aDataset()],
    ['images', onImages({ name: 'Mine', attentions: ['sinkhorn'] }), anImageDataset()],
  ] as const)('makes records of runs on %s that the contract accepts', (_, asked, dataset) => {
    const planned = plan(asked, dataset)
    expect(calls.startExperiment.output.parse(planned)).toEqual(planned)
    expect(planned.experiment.name).toBe('Mine')
  })

  it('names an experiment by its dataset and its first variants', () => {
    const name = (attentions: string[]) => plan(request({ attentions })).experiment.name
    expect(name(['standard', 'l2'])).toBe('a text: standard, l2')
    expect(name(['standard', 'l2', 'gfsa', 'xsa', 'cosine'])).toBe('a text: standard, l2, gfsa, xsa, cosine')
    expect(name(['standard', 'l2', 'gfsa', 'xsa', 'cosine', 'linear'])).toBe(
      'a text: standard, l2, gfsa, xsa and 2 more',
    )
  })

  it('leaves the device open for auto, and notes a chosen one', () => {
    const device = (choice: ExperimentRequest['device']) => plan(request({ device: choice })).runs[0]!.device
    expect(device('auto')).toBeNull()
    expect(device('cpu')).toBe('cpu')
  })

  it('gives a run the recipe, then the overrides, then what its variant sets', () => {
    const before = structuredClone(recipes)
    const bare = own({ score: 'cosine', block: { norm: 'none', residual: false } })
    const { runs } = plan(
      request({
        attentions: ['standard', 'mine'],
        seeds: [0],
        overrides: { steps: 20, norm: 'rms', width: undefined },
      }),
      aDataset(),
      [bare],
    )
    const expected = { ...recipes[0]!.configuration, steps: 20, norm: 'rms' }
    expect(runs.map((run) => run.configuration)).toEqual([
      expected,
      { ...expected, norm: 'none', residual: false },
    ])
    expect(runs.map((run) => [run.attention, run.axes])).toEqual([
      ['standard', builtIn[0]!.axes],
      ['mine', bare.axes],
    ])
    expect(recipes).toEqual(before)
  })

  it.each([
    [64, 1000, 'training'],
    [1000, 64, 'validation'],
  ])('refuses a split that does not hold a context and the token after it', (train, validation, split) => {
    expect(() => plan(request(), aDataset({ train, validation }))).toThrow(
      refusal('text-too-short', `64 ${split} tokens`),
    )
    expect(plan(request(), aDataset({ train: 65, validation: 65 })).runs).toHaveLength(4)
  })

  it('refuses a recipe for other data, and names those that fit', () => {
    expect(() => plan(request(), anImageDataset())).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        hint: 'Choose a recipe for images: vit-mnist, vit-cifar.',
      }),
    )
    expect(() => plan(onImages())).toThrow(refusal('invalid-request', 'for images'))
  })
})

describe('a variant on text', () => {
  it.each(builtIn.filter(({ futureLeak }) => futureLeak).map(({ id, futureLeak }) => [id, futureLeak!]))(
    '%s would see the future',
    (id, reason) => {
      expect(() => plan(request({ attentions: ['standard', id] }))).toThrow(refusal('future-leak', reason))
      expect(plan(onImages({ attentions: ['standard', id] }), anImageDataset()).runs).toHaveLength(4)
    },
  )

  it('trains with the quick recipe in every other case', () => {
    const attentions = builtIn.filter(({ futureLeak }) => !futureLeak).map(({ id }) => id)
    expect(plan(request({ attentions, seeds: [0] })).runs).toHaveLength(attentions.length)
  })

  it('of the person’s own is held to the same', () => {
    const leaking = own({ keyAdaptation: 2, score: 'mixture' })
    expect(() => plan(request({ attentions: ['mine'] }), aDataset(), [leaking])).toThrow(
      refusal('future-leak', 'collects queries of later tokens'),
    )
  })
})

describe('a model that cannot be', () => {
  it.each<[string, AttentionChoices, ExperimentRequest['overrides'], string]>([
    ['contradictory axes', { normaliser: 'linear', score: 'cosine' }, {}, 'contradicts itself: the linear'],
    ['pairs of an odd number of heads', { operator: 'differential' }, { heads: 1 }, 'there are 1'],
    ['rotary heads of an odd width', {}, { heads: 4, width: 12, positions: 'rotary' }, 'a head has 3'],
    ['a rotated gradient', { readout: 'tied-gradient' }, { positions: 'rotary' }, 'no gradient'],
  ])('has %s', (_, axes, overrides, said) => {
    const asked = request({ attentions: ['mine'], overrides })
    expect(() => plan(asked, aDataset(), [own(axes)])).toThrow(refusal('invalid-request', said))
  })

  it('is refused for what its variant sets too', () => {
    const [axes, overrides] = [{ readout: 'tied-gradient' }, { positions: 'rotary' }] as const
    plan(request({ attentions: ['mine'], overrides }), aDataset(), [own({ ...axes, readout: 'values' })])
    plan(request({ attentions: ['mine'] }), aDataset(), [own(axes)])
  })
})

describe('images', () => {
  const planned = (
    overrides: ExperimentRequest['overrides'],
    size: { height?: number; width?: number } = {},
  ) => plan(onImages({ overrides }), anImageDataset(size)).runs[0]!.configuration

  it('need not be square', () => {
    expect(planned({ patchSize: 4 }, { height: 20, width: 32 }).patchSize).toBe(4)
  })

  it('must be tiled by their patches; the hint says which do', () => {
    expect(() => planned({ patchSize: 5 })).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        message: 'Patches of 5 pixels do not tile the images of "some digits", 28 × 28 pixels.',
        hint: 'Choose a patchSize of 1, 2, 4, 7, 14, 28.',
      }),
    )
    expect(() => planned({ patchSize: 8 }, { height: 24, width: 28 })).toThrow(/do not tile/)
  })

  it('must not be too many tokens', () => {
    expect(() => planned({ patchSize: 2 }, { height: 512, width: 512 })).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('would be 65537 tokens in patches of 2; the most is 4096') as string,
        hint: 'Choose a patchSize of 16, 32, 64, 128, 256, 512.',
      }),
    )
    expect(planned({ patchSize: 1 }, { height: 64, width: 63 }).patchSize).toBe(1) // 4,033 tokens
    expect(() => planned({ patchSize: 1 }, { height: 64, width: 64 })).toThrow(/4097 tokens/)
    expect(() => planned({}, { height: 8191, width: 4093 })).toThrow(
      expect.objectContaining({ hint: 'Use smaller images.' }),
    )
  })

  it('must not be shifted out of sight', () => {
    expect(planned({ shiftPixels: 27 }).shiftPixels).toBe(27)
    expect(() => planned({ shiftPixels: 28 })).toThrow(/out of sight/)
  })

  it.each(['context', 'tiedHead', 'sampleTokens', 'evaluationTokens'] as const)('have no %s', (key) => {
    const value = recipes[0]!.configuration[key]
    expect(() => planned({ [key]: value })).toThrow(refusal('invalid-request', `"${key}" decides nothing`))
  })
})

it('has a default recipe for each kind of data', () => {
  for (const [kind, id] of Object.entries(defaultRecipe))
    expect(recipes.find((recipe) => recipe.id === id)?.kind).toBe(kind)
})
